//! Certificates that are not trusted: each says which fault it has. Nothing is sent, and it is not
//! tried again.

use super::{failed, login};
use crate::support::home::Home;
use crate::support::stand_in::{Certificate, Options, StandIn};

#[test]
fn a_certificate_that_is_not_trusted_says_why() {
    const NOBODYS: &str = "it is self-signed, or signed by a CA that is not trusted here";
    for (certificate, known, cause, hint) in [
        (
            Certificate::Expired,
            true,
            "it ended 2020-01-01T00:00:00Z",
            "compare this computer's clock, which says 2",
        ),
        (
            Certificate::NotYetValid,
            true,
            "it begins 3020-01-01T00:00:00Z",
            "compare this computer's clock, which says 2",
        ),
        (
            Certificate::OfOtherHost,
            true,
            "it is another host's",
            "check the endpoint",
        ),
        (Certificate::SelfSigned, true, NOBODYS, "AWS_CA_BUNDLE"),
        (Certificate::Good, false, NOBODYS, "AWS_CA_BUNDLE"),
    ] {
        let aws = StandIn::start(Options {
            tls: true,
            certificate,
            ..Options::default()
        });
        let home = Home::for_user(&aws.user());
        let mut invocation = login(&home, &aws, &aws.code());
        if known {
            let bundle = home.write("ca.pem", aws.ca_pem());
            invocation = invocation.env("AWS_CA_BUNDLE", bundle);
        }
        let run = invocation.run();
        let address = aws.address();
        let cause = format!("the certificate of {address} is not trusted: {cause}");
        failed(&run, &cause, hint);
        assert!(!run.stderr.contains("trying again"), "{}", run.story());
        assert!(aws.requests().is_empty());
    }
}
