//! What goes wrong on purpose, and what is recorded.

use std::thread;

use super::start;
use crate::support::home::Home;
use crate::support::signed::{Form, element};
use crate::support::stand_in::{ConnectionFault, Fault, Proxy, Recorded};

#[test]
fn faults_are_carried_out_and_requests_recorded() {
    let aws = start();
    let form = Form::new(&aws, "Action=GetSessionToken");
    let send = |fault: Fault| {
        aws.fail("GetSessionToken", fault, 1);
        form.send(aws.address())
    };
    assert!(send(Fault::throttling()).contains("<Code>Throttling</Code>"));
    assert!(send(Fault::internal_failure()).starts_with("HTTP/1.1 500 "));
    assert!(send(Fault::service_unavailable()).starts_with("HTTP/1.1 503 "));
    assert!(!send(Fault::Truncate).contains("</SessionToken>"));
    let without = send(Fault::Without("Expiration"));
    assert!(without.contains("SessionToken") && !without.contains("Expiration"));
    assert_eq!(
        element(
            &send(Fault::Replace("SessionToken", "a'<\n".into())),
            "SessionToken"
        ),
        "a'&lt;&#10;"
    );
    assert!(send(Fault::Body(b"<html>".to_vec())).ends_with("\r\n\r\n<html>"));
    assert_eq!(send(Fault::Close), "");
    assert_eq!(send(Fault::Reset), "");
    aws.fail_connections(ConnectionFault::Close, 1);
    assert_eq!(form.send(aws.address()), "");
    assert!(
        form.send(aws.address()).starts_with("HTTP/1.1 200 "),
        "healthy again"
    );
    let requests = aws.requests();
    assert_eq!(
        aws.actions(),
        vec!["GetSessionToken"; 10],
        "all but the connection that was closed"
    );
    let errors: Vec<_> = requests
        .iter()
        .filter_map(|request| request.error.as_deref())
        .collect();
    assert_eq!(
        errors,
        ["Throttling", "InternalFailure", "ServiceUnavailable"]
    );
    let Recorded {
        service,
        region,
        access_key_id,
        ..
    } = &requests[0];
    assert_eq!(
        (service.as_str(), region.as_str(), access_key_id.as_str()),
        ("sts", "us-east-1", "AKIAIOSFODNN7EXAMPLE")
    );
}

/// A client that gives up is the only end of a silent server; the stand-in's own end is another.
#[test]
fn silence_lasts_until_the_stand_in_stops() {
    let aws = start();
    aws.fail("GetSessionToken", Fault::Silence, 1);
    let (form, address) = (Form::new(&aws, "Action=GetSessionToken"), aws.address());
    let waiting = thread::spawn(move || form.send(address));
    while aws.actions().is_empty() {
        thread::yield_now();
    }
    assert!(!waiting.is_finished());
    drop(aws);
    assert_eq!(waiting.join().unwrap(), "");
}

#[test]
fn a_proxy_sees_where_plain_requests_go_and_can_refuse() {
    let aws = start();
    let curl = |proxy: &Proxy| {
        let home = Home::new();
        let run = home.program("curl", ["-sS", "http://sts.us-east-1.amazonaws.com/?a=b"]);
        run.env("http_proxy", proxy.url().replace("//", "//me:word@"))
            .run()
    };
    let proxy = Proxy::start(Some(aws.address()));
    let run = curl(&proxy);
    run.success().says("MissingAuthenticationToken");
    assert_eq!(aws.requests()[0].host, "sts.us-east-1.amazonaws.com");
    let visit = &proxy.visits()[0];
    assert_eq!(visit.target, "http://sts.us-east-1.amazonaws.com/?a=b");
    assert_eq!(visit.authorization.as_deref(), Some("Basic bWU6d29yZA=="));
    curl(&Proxy::start(None)).success();
    assert_eq!(
        aws.requests().len(),
        1,
        "a proxy that refuses leads nowhere"
    );
}
