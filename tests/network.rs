//! Endpoints, roots, proxies, time-outs and clocks: what is contacted, how often, and what is
//! said when it fails.

use crate::support::home::{Home, Invocation};
use crate::support::stand_in::{ConnectionFault, Fault, Options, Proxy, StandIn};

fn tls() -> StandIn {
    StandIn::start(Options {
        tls: true,
        ..Options::default()
    })
}

/// A login with a given code, short of patience.
fn login(home: &Home, aws: &StandIn, code: &str) -> Invocation {
    home.awsmfa([
        "env",
        "--shell",
        "sh",
        "--connect-timeout",
        "1",
        "--timeout",
        "4",
        "-c",
        code,
    ])
    .env("AWS_ENDPOINT_URL", aws.endpoint())
}

/// How often a code was sent.
fn logins(aws: &StandIn) -> usize {
    aws.actions()
        .iter()
        .filter(|action| *action == "GetSessionToken")
        .count()
}

#[test]
fn a_code_whose_answer_is_lost_is_not_sent_again() {
    let faults = [
        Fault::Close,
        Fault::Reset,
        Fault::Silence,
        Fault::Truncate,
        Fault::Without("SessionToken"),
        Fault::Without("Expiration"),
        Fault::Replace("SecretAccessKey", "$(id)\n".to_owned()),
        Fault::Replace("Expiration", "2001-01-01T00:00:00Z".to_owned()),
        Fault::Body(Vec::new()),
        Fault::Body(b"<html>please sign in</html>".to_vec()),
        Fault::service_unavailable(),
        Fault::internal_failure(),
    ];
    for fault in faults {
        let aws = StandIn::start(Options::default());
        let home = Home::for_user(&aws.user());
        aws.fail("GetSessionToken", fault.clone(), 1);
        let run = login(&home, &aws, &aws.code()).run();
        run.failure(1)
            .complains("could not log in")
            .complains("code");
        assert_eq!(run.stdout, "false\n", "{fault:?}{}", run.story());
        assert_eq!(logins(&aws), 1, "{fault:?}{}", run.story());
    }
}

#[test]
fn a_connection_that_was_never_made_is_tried_again() {
    let aws = tls();
    let home = Home::for_user(&aws.user());
    let bundle = home.write("ca.pem", aws.ca_pem());
    // The connection of GetCallerIdentity: a handshake that never comes about.
    aws.fail_connections(ConnectionFault::Close, 1);
    login(&home, &aws, &aws.code())
        .env("AWS_CA_BUNDLE", &bundle)
        .run()
        .success();
    assert_eq!(logins(&aws), 1);
}

#[test]
fn a_bundle_is_needed_and_must_hold_certificates() {
    let aws = tls();
    let home = Home::for_user(&aws.user());
    let bundle = home.write("ca.pem", aws.ca_pem());
    let run = |bundle: &std::path::Path| {
        login(&home, &aws, &aws.code())
            .env("AWS_CA_BUNDLE", bundle)
            .run()
    };
    login(&home, &aws, &aws.code())
        .run()
        .failure(1)
        .complains("is not trusted");
    run(&home.path().join("missing.pem"))
        .failure(1)
        .complains("AWS_CA_BUNDLE");
    run(home.path()).failure(1).complains("it is a directory");
    run(&home.write("empty.pem", ""))
        .failure(1)
        .complains("there is no certificate in it");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    run(&home.write("broken.pem", broken))
        .failure(1)
        .complains("certificate 1 is not valid");
    assert!(aws.requests().is_empty());
    run(&bundle).success();
}

#[test]
fn proxies_are_used_unless_no_proxy_names_the_host() {
    let aws = tls();
    let home = Home::for_user(&aws.user());
    let bundle = home.write("ca.pem", aws.ca_pem());
    let proxy = Proxy::start(Some(aws.address()));
    let url = proxy.url().replace("http://", "http://user:secret@");
    let through = || {
        aws.settle();
        home.awsmfa([
            "env",
            "--shell",
            "sh",
            "--region",
            "eu-west-1",
            "-c",
            &aws.code(),
        ])
        .env("AWS_CA_BUNDLE", &bundle)
        .env("HTTPS_PROXY", &url)
    };
    through().run().success();
    let visits = proxy.visits();
    assert_eq!(visits[0].target, "sts.eu-west-1.amazonaws.com:443");
    assert_eq!(
        visits[0].authorization.as_deref(),
        Some("Basic dXNlcjpzZWNyZXQ=")
    );
    through()
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .env("NO_PROXY", "127.0.0.0/8")
        .run()
        .success();
    assert_eq!(proxy.visits().len(), visits.len());
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_without_its_password() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    for value in [
        "socks5://user:hunter2@127.0.0.1:1",
        "http://user:hunter2@127.0.0.1:1",
    ] {
        let run = login(&home, &aws, &aws.code())
            .env("HTTP_PROXY", value)
            .run();
        run.failure(1).complains("HTTP_PROXY");
        assert!(!run.stderr.contains("hunter2"), "{}", run.story());
    }
    assert!(aws.requests().is_empty());
}

#[test]
fn sts_switched_off_in_the_region_is_asked_in_us_east_1() {
    let disabled_regions = vec!["eu-south-1".to_owned()];
    let aws = StandIn::start(Options {
        tls: true,
        disabled_regions,
        ..Options::default()
    });
    let home = Home::for_user(&aws.user());
    let proxy = Proxy::start(Some(aws.address()));
    let run = home
        .awsmfa([
            "env",
            "--shell",
            "sh",
            "--region",
            "eu-south-1",
            "-c",
            &aws.code(),
        ])
        .env("AWS_CA_BUNDLE", home.write("ca.pem", aws.ca_pem()))
        .env("HTTPS_PROXY", proxy.url())
        .run();
    run.success().complains("us-east-1");
    assert_eq!(logins(&aws), 1);
}

#[test]
fn a_wrong_clock_is_told_once_and_followed() {
    for (offset, words) in [(10_950, "3 h 2 min behind"), (-7_210, "2 h ahead of")] {
        let aws = StandIn::start(Options {
            clock_offset: offset,
            ..Options::default()
        });
        let home = Home::for_user(&aws.user());
        let run = login(&home, &aws, &aws.code()).run();
        run.success();
        assert_eq!(run.stderr.matches(words).count(), 1, "{}", run.story());
        assert_eq!(logins(&aws), 1);
    }
}
