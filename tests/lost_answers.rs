//! A code whose answer is lost: it may be spent, so the next one is taken where nobody has to type
//! it, once, and the user is told.
//!
//! Each waits for a time step of its own, so all wait at once.

use std::thread;

use crate::support::home::{Home, Invocation, Run, account};
use crate::support::pty::Pty;
use crate::support::stand_in::{Fault, Refusal, StandIn};

const SPENT: &str = "the MFA code may be spent, so the next one is used";

/// A user whose profile also says `lines`; the secret is in `~/.aws-mfa` unless it names a command.
fn user(lines: &str) -> (StandIn, Home) {
    let (aws, home) = account();
    home.configure(&format!("{lines}\n"));
    if !lines.contains("mfa_process") {
        home.write(".aws-mfa", aws.secret());
    }
    aws.wait_for_room();
    (aws, home)
}

fn login(home: &Home) -> Invocation {
    home.login("--timeout 10")
}

/// The codes that were sent; none of them twice.
#[track_caller]
fn codes(aws: &StandIn) -> Vec<String> {
    let requests = aws.requests().into_iter();
    let mut codes: Vec<_> = requests
        .filter_map(|request| request.parameter("TokenCode").map(str::to_owned))
        .collect();
    let sent = codes.len();
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), sent, "a code was sent twice");
    codes
}

#[track_caller]
fn failed(run: &Run, said: &[&str]) {
    run.failure(1).complains("awsmfa: could not log in: ");
    run.prints("false\n");
    let failures = run.stderr.matches("could not").count();
    assert_eq!(failures, 1, "{}", run.story());
    for text in said {
        run.complains(text);
    }
}

#[test]
fn the_next_code_is_used() {
    let faults = [
        (Fault::Close, "the connection to 127.0.0.1"),
        (Fault::Reset, "the connection to 127.0.0.1"),
        (Fault::Truncate, "AWS's answer cannot be used"),
        (Fault::internal_failure(), "AWS says InternalFailure"),
    ];
    thread::scope(|scope| {
        for (fault, cause) in faults {
            scope.spawn(move || a_lost_answer_is_followed_by_the_next_code(fault, cause));
        }
        scope.spawn(two_lost_answers_are_enough);
        scope.spawn(a_refusal_after_a_lost_answer_ends_the_login);
        scope.spawn(a_command_is_run_again);
        scope.spawn(a_command_that_says_the_same_again);
        scope.spawn(a_countdown_on_the_terminal);
        scope.spawn(a_role_of_more_than_an_hour);
    });
}

fn a_lost_answer_is_followed_by_the_next_code(fault: Fault, cause: &str) {
    let (aws, home) = user("");
    aws.fail("GetSessionToken", fault, 1);
    let run = login(&home).run();
    run.success().complains(SPENT);
    run.complains(&format!("awsmfa: {cause}"));
    run.complains("the MFA code may be spent; next one in ");
    assert_eq!(codes(&aws).len(), 2, "{}", run.story());
}

fn two_lost_answers_are_enough() {
    let (aws, home) = user("");
    aws.fail("GetSessionToken", Fault::Close, 9);
    let run = login(&home).run();
    failed(
        &run,
        &[
            SPENT,
            "broke off",
            "hint: the code may be spent; log in again",
        ],
    );
    assert_eq!(codes(&aws).len(), 2, "{}", run.story());
}

fn a_refusal_after_a_lost_answer_ends_the_login() {
    let (aws, home) = user("");
    let refusal = Refusal::access_denied(
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    );
    aws.fail("GetSessionToken", Fault::Close, 1);
    aws.fail("GetSessionToken", Fault::Refuse(refusal), 9);
    let run = login(&home).run();
    failed(&run, &[SPENT, "AWS refused the code"]);
    assert_eq!(codes(&aws).len(), 2, "{}", run.story());
}

fn a_command_is_run_again() {
    let (aws, home) =
        user("mfa_process = if [ -e tried ]; then cat second; else touch tried; cat first; fi");
    home.write("first", aws.code());
    home.write("second", aws.code_in(1));
    aws.fail("GetSessionToken", Fault::Close, 1);
    let run = login(&home).run();
    run.success().complains(SPENT);
    assert_eq!(codes(&aws).len(), 2, "{}", run.story());
}

fn a_command_that_says_the_same_again() {
    let (aws, home) = user("mfa_process = cat code");
    home.write("code", aws.code());
    aws.fail("GetSessionToken", Fault::Close, 1);
    let run = login(&home).run();
    failed(&run, &["the MFA code that was already sent"]);
    assert_eq!(codes(&aws).len(), 1, "{}", run.story());
}

fn a_role_of_more_than_an_hour() {
    let (aws, home) = user("");
    aws.fail("AssumeRole", Fault::Close, 1);
    let role = "arn:aws:iam::123456789012:role/long";
    let run = login(&home)
        .arguments(["--role-arn", role, "--duration", "2h"])
        .run();
    run.complains(SPENT);
    assert_eq!(codes(&aws).len(), 2, "{}", run.story());
}

fn a_countdown_on_the_terminal() {
    let (aws, home) = user("");
    aws.fail("GetSessionToken", Fault::Close, 1);
    let mut terminal = home.terminal("env --shell sh");
    terminal.expect(SPENT);
    terminal.expect("\rthe MFA code may be spent; next one in ");
    terminal.succeeds();
    assert_eq!(codes(&aws).len(), 2, "{}", terminal.seen());
}

/// `awsmfa env` with these words on a terminal.
fn terminal(home: &Home, words: &str) -> Pty {
    home.terminal(&format!("env --shell sh {words}"))
}

/// Whoever types the lost one again is told to wait, and it is not sent.
#[test]
fn a_person_is_asked_for_the_next_code() {
    for fault in [Fault::Close, Fault::Truncate, Fault::internal_failure()] {
        for given in [true, false] {
            let (aws, home) = user("");
            aws.fail("GetSessionToken", fault.clone(), 1);
            let lost = aws.code();
            let words = if given {
                format!("-c {lost}")
            } else {
                "--source prompt".to_owned()
            };
            let mut terminal = terminal(&home, &words);
            if !given {
                terminal.expect("MFA code for ");
                terminal.send(&format!("{lost}\r"));
            }
            terminal.expect("; the MFA code may be spent: type the next one, which comes in ");
            terminal.expect("MFA code for ");
            terminal.send(&format!("{lost}\r"));
            terminal.expect("the MFA code may be spent: type the next one");
            terminal.expect("MFA code for ");
            // A mistyped one is no second loss.
            terminal.send(&format!("{}\r", aws.wrong_code()));
            terminal.expect("AWS refused the code");
            terminal.expect("MFA code for ");
            terminal.send(&format!("{lost}\r"));
            terminal.expect("the MFA code may be spent: type the next one");
            terminal.expect("MFA code for ");
            terminal.send(&format!("{}\r", aws.code_in(1)));
            terminal.succeeds();
            assert_eq!(codes(&aws).len(), 3, "{}", terminal.seen());
        }
    }
}

#[test]
fn a_second_lost_answer_ends_the_login_of_a_person_too() {
    let (aws, home) = user("");
    aws.fail("GetSessionToken", Fault::Close, 2);
    let mut terminal = terminal(&home, "--source prompt");
    for code in [aws.code(), aws.code_in(1)] {
        terminal.expect("MFA code for ");
        terminal.send(&format!("{code}\r"));
    }
    terminal.expect("hint: the code may be spent; log in again with the next one");
    terminal.expect("status 1");
    assert!(terminal.wait().success());
    assert_eq!(codes(&aws).len(), 2, "{}", terminal.seen());
}

#[test]
fn without_a_terminal_a_given_code_ends_the_login() {
    let (aws, home) = user("");
    aws.fail("GetSessionToken", Fault::Close, 1);
    let run = login(&home).arguments(["-c", &aws.code()]).run();
    failed(
        &run,
        &["hint: the code may be spent; log in again with the next one"],
    );
    assert_eq!(codes(&aws).len(), 1, "{}", run.story());
}
