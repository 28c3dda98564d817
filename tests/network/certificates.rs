//! Certificates that are not trusted: each says which fault it has. Nothing is sent, and it is not
//! tried again.

use super::{failed, login};
use crate::support::home::{Home, account_with};
use crate::support::stand_in::{Certificate, Options, StandIn};

#[test]
fn a_certificate_that_is_not_trusted_says_why() {
    const NOBODYS: &str = "it is self-signed, or signed by a CA that is not trusted here";
    for (certificate, known, cause, hint) in [
        (
            Certificate::Expired,
            true,
            "it expired on 2020-01-01T00:00:00Z",
            "compare this computer's clock, which says 2",
        ),
        (
            Certificate::NotYetValid,
            true,
            "it is not valid before 3020-01-01T00:00:00Z",
            "compare this computer's clock, which says 2",
        ),
        (
            Certificate::OfOtherHost,
            true,
            "it was issued for another host",
            "check the endpoint",
        ),
        (Certificate::SelfSigned, true, NOBODYS, "AWS_CA_BUNDLE"),
        (Certificate::Good, false, NOBODYS, "AWS_CA_BUNDLE"),
    ] {
        let (aws, home) = account_with(Options {
            tls: true,
            certificate,
            ..Options::default()
        });
        let mut invocation = login(&home, &aws.code());
        if known {
            let bundle = home.write("ca.pem", aws.ca_pem());
            invocation = invocation.env("AWS_CA_BUNDLE", bundle);
        }
        let run = invocation.run();
        let address = aws.address();
        let cause = format!("the certificate of {address} is not trusted: {cause}");
        failed(&run, &cause, hint);
        run.keeps_quiet_about("trying again");
        assert!(aws.requests().is_empty());
    }
}

/// What a server's key has signed would be trusted for every host.
#[test]
fn a_servers_certificate_in_the_bundle_is_no_ca() {
    let aws = StandIn::start(Options {
        tls: true,
        certificate: Certificate::OfAServer,
        ..Options::default()
    });
    let another = StandIn::start(Options::tls());
    let home = Home::of(&aws);
    let with = |bundle: String| {
        let bundle = home.write("ca.pem", bundle);
        login(&home, &aws.code()).env("AWS_CA_BUNDLE", bundle).run()
    };
    failed(
        &with(aws.ca_pem()),
        "it has no CA certificate, only a server's own (not CA:TRUE)",
        "hint: name a file",
    );
    failed(
        &with(aws.ca_pem() + &another.ca_pem()),
        "signed by a CA that is not trusted here",
        "name the CA's certificate (not the server's)",
    );
    // In the place of the system's roots, too.
    let file = home.write("system.pem", aws.ca_pem());
    failed(
        &login(&home, &aws.code()).env("SSL_CERT_FILE", file).run(),
        "signed by a CA that is not trusted here",
        "name the CA's certificate (not the server's)",
    );
    assert!(aws.requests().is_empty());
}
