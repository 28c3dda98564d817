//! What can be repeated safely is: with a pause that the server may name, a word on the terminal,
//! and an end.

use super::{failed, logins, short_of_patience};
use crate::support::home::{Home, Run, account};
use crate::support::stand_in::http::Response;
use crate::support::stand_in::{Fault, Options, StandIn};

/// A login that has to prove the keys first: that call carries nothing that can be spent.
fn look_up(aws: &StandIn, flags: &[&str]) -> Run {
    let home = Home::of(aws);
    home.write(".aws/config", "");
    short_of_patience(&home, "20")
        .arguments(flags)
        .arguments(["-c", &aws.code()])
        .run()
}

fn busy(seconds: &str) -> Fault {
    let body = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>\
                <Message>Rate exceeded</Message></Error></ErrorResponse>";
    Fault::Foreign(Response::xml(400, body).header("Retry-After", seconds))
}

#[test]
fn another_attempt_is_reported_once_unless_quiet() {
    for (flags, words) in [(&[][..], 1), (&["--quiet"], 0)] {
        let aws = StandIn::start(Options::default());
        aws.fail("GetCallerIdentity", Fault::Close, 2);
        let run = look_up(&aws, flags);
        run.success();
        let note = format!(
            "awsmfa: the connection to {} broke off before the answer came; trying again in 0.2s\n",
            aws.address()
        );
        run.complains_times(words, &note);
        run.complains_times(words, "trying again");
        assert_eq!(logins(&aws), ["OK"]);
    }
}

#[test]
fn retry_after_is_followed() {
    let aws = StandIn::start(Options::default());
    aws.fail("GetCallerIdentity", busy("1"), 1);
    let run = look_up(&aws, &[]);
    run.success()
        .complains("the server asks to wait 1s; trying again in 1.0s");
}

#[test]
fn a_pause_longer_than_the_time_out_is_not_waited_for() {
    for (value, cause) in [
        ("60", "asks to wait 1m"),
        ("999999", "asks to wait 11d 13h 46m 39s"),
    ] {
        let aws = StandIn::start(Options::default());
        aws.fail("GetCallerIdentity", busy(value), 9);
        let run = look_up(&aws, &[]);
        failed(&run, cause, "try again");
        assert_eq!(aws.actions(), ["GetCallerIdentity"], "{}", run.story());
    }
}

/// What fails inside AWS has perhaps looked at the code already: it is not sent again, hint or none.
#[test]
fn a_code_is_not_sent_again_whatever_the_server_asks_for() {
    let failure = "<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code>\
                   <Message>Sorry</Message></Error></ErrorResponse>";
    let failure = Response::xml(500, failure).header("Retry-After", "1");
    let (aws, home) = account();
    aws.fail("GetSessionToken", Fault::Foreign(failure), 9);
    let code = aws.code();
    let run = short_of_patience(&home, "20").arguments(["-c", &code]);
    let run = run.run();
    failed(&run, "asks to wait 1s", "the code may be spent");
    assert_eq!(logins(&aws).len(), 1);
}

#[test]
fn a_code_does_not_wait_longer_than_the_time_out() {
    let (aws, home) = account();
    aws.fail("GetSessionToken", busy("60"), 9);
    let run = short_of_patience(&home, "20").arguments(["-c", &aws.code()]);
    let run = run.run();
    failed(&run, "asks to wait 1m", "AWS did not look at the code");
    assert_eq!(logins(&aws).len(), 1);
}
