//! Answers that come slowly, in part, or too large, and those of somebody else.

use std::time::Duration;

use super::{failed, login, logins, short_of_patience};
use crate::support::home::{account, account_with};
use crate::support::stand_in::http::Response;
use crate::support::stand_in::{Fault, Options, Refusal, StandIn};

/// The request was sent: the code may be spent, and is not sent again.
#[test]
fn an_answer_that_stops_half_way_may_have_spent_the_code() {
    let many_headers = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(101));
    let many_headers = many_headers.leak().as_bytes();
    for (fault, cause) in [
        (Fault::HeadOnly, "did not answer within 1s"),
        (
            Fault::Dribble(Duration::from_millis(500)),
            "did not answer within 1s",
        ),
        (Fault::Cut, "broke off before the answer came"),
        (Fault::CutChunk, "broke off before the answer came"),
        (Fault::Endless, "has far more bytes or headers than any"),
        (Fault::Raw(many_headers), "has far more bytes or headers"),
    ] {
        let (aws, home) = account();
        aws.fail("GetSessionToken", fault.clone(), 1);
        let run = short_of_patience(&home, if cause.contains("1s") { "1" } else { "10" })
            .arguments(["-c", &aws.code()])
            .run();
        failed(&run, cause, "the code may be spent");
        assert_eq!(logins(&aws).len(), 1, "{fault:?}{}", run.story());
    }
}

#[test]
fn a_slow_answer_is_waited_for() {
    let (aws, home) = account();
    let pause = Duration::from_micros(500);
    aws.fail("GetSessionToken", Fault::Dribble(pause), 1);
    let code = aws.code();
    let run = short_of_patience(&home, "60").arguments(["-c", &code]);
    run.run().success();
    assert_eq!(logins(&aws), ["OK"]);
}

/// Not AWS's, but somebody's STS: the session works, and is renewed when what was asked is over.
#[test]
fn a_session_that_ends_later_than_asked_is_held_as_long_as_asked() {
    let (aws, home) = account();
    let far = Fault::Replace("Expiration", "2999-01-01T00:00:00Z".to_owned());
    aws.fail("GetSessionToken", far, 1);
    let run = login(&home, &aws.code()).run();
    let end: u64 = run.exports("AWSMFA_EXPIRES_AT").parse().expect("an end");
    let asked = aws.now() + 12 * 3600;
    assert!((asked - 60..asked + 600).contains(&end), "{}", run.story());
}

/// A code goes nowhere but to the endpoint, least of all in the clear.
#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = StandIn::start(Options::default());
    for status in [301, 302, 303, 307, 308] {
        let (aws, home) = account_with(Options::tls());
        let bundle = home.write("ca.pem", aws.ca_pem());
        let moved = Response::xml(status, "").header("Location", &elsewhere.endpoint());
        aws.fail("GetSessionToken", Fault::Foreign(moved), 4);
        let run = login(&home, &aws.code()).env("AWS_CA_BUNDLE", bundle).run();
        let cause = format!(
            "(HTTP {status}) does not come from AWS: it is a redirect, which awsmfa does not follow"
        );
        failed(&run, &cause, "sign-in page");
        assert_eq!(logins(&aws).len(), 1, "{}", run.story());
    }
    assert!(elsewhere.requests().is_empty());
}

/// An error of another program at the endpoint, in no XML of AWS's.
#[test]
fn an_error_that_is_not_xml_is_not_from_aws() {
    for body in ["", "Bad Request", "{\"error\": \"no\"}", "<a><b>"] {
        let (aws, home) = account();
        let fault = Fault::Foreign(Response::xml(400, body));
        aws.fail("GetSessionToken", fault, 4);
        let run = login(&home, &aws.code()).run();
        failed(
            &run,
            "(HTTP 400) does not come from AWS",
            "check the endpoint",
        );
        assert_eq!(logins(&aws).len(), 1, "{}", run.story());
    }
}

/// A terminal is not moved, coloured, turned round or flooded.
#[test]
fn a_servers_message_is_cut_and_escaped() {
    let (aws, home) = account();
    let evil = "\u{1b}[2J\u{7}\r\nawsmfa: all is well\u{202e}\u{61c}\u{9b}31m ";
    let refusal = Refusal::new(403, "Odd\nCode", evil.to_owned() + &"long ".repeat(9_999));
    aws.fail("GetSessionToken", Fault::Refuse(refusal), 1);
    let run = login(&home, &aws.code()).run();
    run.failure(1)
        .complains("AWS says Odd Code: \\u{1b}[2J\\u{7} awsmfa: all is well\\u{202e}")
        .complains("…");
    assert_eq!(run.stderr.lines().count(), 2, "{}", run.story());
    assert!(run.stderr.len() < 800, "{}", run.story());
    let obeyed = |letter: char| letter != '\n' && (letter.is_control() || letter == '\u{61c}');
    assert!(!run.stderr.contains(obeyed), "{}", run.story());
}
