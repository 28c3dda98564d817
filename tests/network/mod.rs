//! Answers that do not come, come late, or come from somebody else: how often is asked, and what
//! is said. No test looks at how long it takes; the time-outs are short so that none takes long.

mod addresses;
mod answers;
mod certificates;
mod clocks;
mod connections;
mod dates;
mod patience;
mod proxies;

use crate::support::home::{Home, Invocation, Run, account};
use crate::support::stand_in::http::Response;
use crate::support::stand_in::{Fault, Refusal, StandIn};

/// A login with a given code, short of patience.
fn login(home: &Home, code: &str) -> Invocation {
    short_of_patience(home, "10").arguments(["-c", code])
}

fn short_of_patience(home: &Home, seconds: &str) -> Invocation {
    let connect = ["env", "--shell", "sh"];
    home.awsmfa(connect)
        .env("AWSMFA_CONNECT_TIMEOUT", "3")
        .arguments(["--timeout", seconds])
}

/// The outcomes of the requests that carried a code: `OK`, or AWS's error code.
fn logins(aws: &StandIn) -> Vec<String> {
    let logins = aws.requests().into_iter();
    logins
        .filter(|request| request.action == "GetSessionToken")
        .map(|request| request.error.unwrap_or_else(|| "OK".to_owned()))
        .collect()
}

/// The failed run says what could not be done, once, and what to do; nothing else happened.
#[track_caller]
fn failed(run: &Run, cause: &str, hint: &str) {
    run.failure(1).complains(cause).complains(hint);
    run.prints("false\n");
    // What is tried again, and which endpoint is not AWS's, is said before.
    let lines = run.stderr.lines();
    let told: Vec<_> = lines
        .filter(|line| !line.contains("; trying again in "))
        .filter(|line| !line.starts_with("awsmfa: requests go to "))
        .collect();
    let [first, last] = told[..] else {
        panic!("an error and a hint{}", run.story());
    };
    assert!(
        first.starts_with("awsmfa: could not log in: ") && first.matches("could not").count() == 1,
        "{}",
        run.story()
    );
    assert!(last.starts_with("awsmfa: hint: "), "{}", run.story());
    for internal in [
        "SdkError",
        "dispatch failure",
        "hyper",
        "Connector",
        "wJalr",
        "os error",
    ] {
        run.keeps_quiet_about(internal);
    }
}

fn page(status: u16, body: &str) -> Fault {
    Fault::Foreign(Response::xml(status, body).header("Content-Type", "text/html"))
}

#[test]
fn a_code_whose_answer_is_lost_is_not_sent_again() {
    let evil = "\u{1b}[2J$(id)";
    let faults = [
        (Fault::Close, "broke off"),
        (Fault::Reset, "broke off"),
        (Fault::Silence, "did not answer within 10s"),
        (Fault::Truncate, "cannot be used: it is cut off"),
        (Fault::TruncateAfter("<AccessKeyId>ASIA"), "it is cut off"),
        (Fault::TruncateAfter("</SecretAccessKey>"), "it is cut off"),
        (Fault::TruncateAfter("</Credentials>"), "it is cut off"),
        (Fault::TruncateAfter("</RequestId>"), "it is cut off"),
        (
            Fault::TruncateAfter("</GetSessionTokenResponse"),
            "it is cut off",
        ),
        (Fault::Without("AccessKeyId"), "access key id"),
        (Fault::Without("SecretAccessKey"), "secret access key"),
        (Fault::Without("SessionToken"), "session token"),
        (Fault::Without("Expiration"), "expiration"),
        (Fault::Without("Credentials"), "no credentials"),
        (
            Fault::Replace("AccessKeyId", evil.to_owned()),
            "access key id",
        ),
        (
            Fault::Replace("SecretAccessKey", evil.to_owned()),
            "secret access key",
        ),
        (
            Fault::Replace("SessionToken", evil.to_owned()),
            "session token",
        ),
        (
            Fault::Replace("Expiration", evil.to_owned()),
            "it is cut off",
        ),
        (
            Fault::Replace("Expiration", "2001-01-01T00:00:00Z".to_owned()),
            "already expired",
        ),
        (Fault::Body(Vec::new()), "cannot be used: it is cut off"),
        (
            Fault::Body(b"<html>please sign in</html>".to_vec()),
            "cannot be used",
        ),
        (
            page(502, "<html>bad gateway</html>"),
            "(HTTP 502) does not come from AWS",
        ),
        (
            page(503, "<html>busy</html>"),
            "(HTTP 503) does not come from AWS",
        ),
        (Fault::internal_failure(), "InternalFailure"),
        (
            Fault::Refuse(Refusal::new(503, "InternalFailure", "try later")),
            "InternalFailure",
        ),
    ];
    for (fault, cause) in faults {
        let (aws, home) = account();
        aws.fail("GetSessionToken", fault.clone(), 1);
        let run = login(&home, &aws.code()).run();
        failed(&run, cause, "code");
        assert_eq!(logins(&aws).len(), 1, "{fault:?}{}", run.story());
    }
}

#[test]
fn somebody_elses_answer_is_not_tried_again() {
    for (fault, cause) in [
        (page(200, "<html>please sign in</html>"), "cannot be used"),
        (
            page(404, "<html>nothing here</html>"),
            "(HTTP 404) does not come from AWS",
        ),
        (
            page(511, "<html>please sign in</html>"),
            "(HTTP 511) does not come from AWS",
        ),
    ] {
        let (aws, home) = account();
        aws.fail("GetSessionToken", fault.clone(), 4);
        let run = login(&home, &aws.code()).run();
        failed(&run, cause, "");
        assert_eq!(logins(&aws).len(), 1, "{fault:?}{}", run.story());
    }
}

/// Without a device configured, the keys are proven before the code is sent: that call carries
/// nothing that can be spent.
#[test]
fn a_call_without_a_code_is_tried_again() {
    for fault in [
        Fault::internal_failure(),
        Fault::service_unavailable(),
        Fault::throttling(),
        Fault::Refuse(Refusal::new(400, "RequestTimeout", "Too slow")),
        Fault::Close,
        Fault::Reset,
        Fault::Truncate,
        Fault::Without("Arn"),
        page(503, "<html>busy</html>"),
    ] {
        for action in ["GetCallerIdentity", "ListMFADevices"] {
            let (aws, home) = account();
            home.write(".aws/config", "");
            if matches!((&fault, action), (Fault::Without(_), "ListMFADevices")) {
                continue;
            }
            aws.fail(action, fault.clone(), 2);
            let run = login(&home, &aws.code()).run();
            assert!(run.status.success(), "{fault:?} {action}{}", run.story());
            let times = aws.actions().iter().filter(|done| *done == action).count();
            assert_eq!(times, 3, "{fault:?}{}", run.story());
            assert_eq!(logins(&aws), ["OK"]);
        }
    }
}

/// A page where a call without a code was made: nothing is spent, and what answers is named.
#[test]
fn a_sign_in_page_gets_its_own_hint() {
    let (aws, home) = account();
    home.write(".aws/config", "");
    let sign_in = page(200, "<html>please sign in</html>");
    aws.fail("GetCallerIdentity", sign_in, 4);
    let run = login(&home, &aws.code()).run();
    failed(&run, "does not come from AWS", "sign-in page");
    assert!(logins(&aws).is_empty(), "{}", run.story());
}

#[test]
fn a_call_without_a_code_is_tried_four_times() {
    for (fault, cause) in [
        (Fault::internal_failure(), "AWS says InternalFailure: "),
        (Fault::throttling(), "AWS says Throttling: Rate exceeded"),
        (Fault::Close, "broke off"),
        (Fault::Without("Arn"), "cannot be used"),
    ] {
        let (aws, home) = account();
        home.write(".aws/config", "");
        aws.fail("GetCallerIdentity", fault.clone(), 100);
        // Time for more than four attempts.
        let run = short_of_patience(&home, "20")
            .arguments(["-c", "123456"])
            .run();
        failed(&run, cause, "");
        run.complains(" (tried 4 times in ");
        assert_eq!(
            aws.actions(),
            ["GetCallerIdentity"; 4],
            "{fault:?}{}",
            run.story()
        );
    }
}

#[test]
fn a_silent_server_ends_the_login_after_the_timeout() {
    let (aws, home) = account();
    aws.fail("", Fault::Silence, 10);
    let run = short_of_patience(&home, "0.5")
        .arguments(["-c", "123456"])
        .run();
    failed(&run, "did not answer within 0.5s", "the code may be spent");
}
