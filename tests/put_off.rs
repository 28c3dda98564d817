//! Requests that AWS refuses before it looks at them: the code in them is good for the next attempt,
//! until the call's time is over.

use crate::support::home::{Home, Invocation};
use crate::support::stand_in::{Fault, Options, Refusal, Role, StandIn};

const ROLE: &str = "arn:aws:iam::123456789012:role/long";

fn user() -> (StandIn, Home) {
    let long = Role::for_two_hours("long");
    let aws = StandIn::start(Options::with_roles([long]));
    aws.settle();
    let home = Home::of(&aws);
    (aws, home)
}

fn login(home: &Home) -> Invocation {
    home.login("")
}

fn refusals() -> Vec<Refusal> {
    [
        (400, "Throttling"),
        (400, "ThrottlingException"),
        (400, "RequestThrottled"),
        (503, "RequestLimitExceeded"),
        (503, "SlowDown"),
        (503, "ServiceUnavailable"),
        (503, "ServiceUnavailableException"),
        (429, "TooManyRequestsException"),
    ]
    .map(|(status, code)| Refusal::new(status, code, "Rate exceeded"))
    .to_vec()
}

#[test]
fn the_same_code_is_sent_again() {
    std::thread::scope(|scope| {
        for refusal in refusals() {
            scope.spawn(move || {
                let (aws, home) = user();
                aws.fail("GetSessionToken", Fault::Refuse(refusal.clone()), 2);
                let code = aws.code();
                let run = login(&home).arguments(["-c", &code]).run();
                run.success()
                    .complains(&format!("AWS says {}: Rate exceeded", refusal.code))
                    .complains("; trying again in ");
                assert_eq!(aws.codes(), [code.as_str(); 3], "{}", run.story());
            });
        }
    });
}

#[test]
fn a_throttled_call_for_a_long_role_is_repeated_with_its_code() {
    let (aws, home) = user();
    aws.fail("AssumeRole", Fault::throttling(), 1);
    let code = aws.code();
    let words = ["-c", &code, "--role-arn", ROLE, "--duration", "2h"];
    login(&home).arguments(words).run().success();
    assert_eq!(aws.codes(), [code.as_str(); 2]);
}

#[test]
fn a_throttled_code_is_typed_once() {
    let (aws, home) = user();
    aws.fail("GetSessionToken", Fault::service_unavailable(), 2);
    let mut terminal = home.terminal("env --shell sh");
    terminal.expect("MFA code for ");
    let code = aws.code();
    terminal.send(&format!("{code}\r"));
    terminal.expect("status 0");
    assert_eq!(aws.codes(), [code.as_str(); 3], "{}", terminal.seen());
}

/// More often than other calls are tried: another attempt costs a person a code.
#[test]
fn throttling_is_retried_until_the_timeout() {
    let (aws, home) = user();
    aws.fail("GetSessionToken", Fault::throttling(), 100);
    let code = aws.code();
    let words = ["-c", &code, "--connect-timeout", "1", "--timeout", "4.5"];
    let run = login(&home).arguments(words).run();
    run.failure(1)
        .complains("awsmfa: could not log in: AWS says Throttling: Rate exceeded")
        .complains("hint: AWS did not look at the code: try again later");
    run.prints("false\n");
    let sent = aws.codes();
    assert!(sent.len() > 4 && sent.iter().all(|one| *one == code));
}

/// What may have been processed is never sent again, whatever came before it.
#[test]
fn a_lost_answer_after_a_refusal_is_a_lost_answer() {
    let (aws, home) = user();
    aws.fail("GetSessionToken", Fault::throttling(), 1);
    aws.fail("GetSessionToken", Fault::Close, 1);
    let run = login(&home).arguments(["-c", &aws.code()]).run();
    run.failure(1).complains("the code may be spent");
    assert_eq!(aws.codes().len(), 2, "{}", run.story());
}
