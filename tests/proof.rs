//! While the code is typed, the keys are proven: a login that cannot succeed ends before the code
//! is spent, and one that can is not held up.

use crate::support::home::{AWSMFA, Home};
use crate::support::pty::Pty;
use crate::support::stand_in::{Fault, Options, StandIn};

fn prompt(home: &Home, aws: &StandIn) -> Pty {
    let line = format!("'{AWSMFA}' env --shell sh >out; echo status $?");
    Pty::spawn(&["sh", "-c", &line], |command| {
        command.env_clear().envs(home.environment());
        command.current_dir(home.path());
        command.env("AWS_ENDPOINT_URL", aws.endpoint());
    })
}

fn logins(aws: &StandIn) -> usize {
    let actions = aws.actions();
    actions
        .iter()
        .filter(|action| *action == "GetSessionToken")
        .count()
}

#[test]
fn keys_that_aws_does_not_know_end_the_prompt() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    aws.change(|options| options.users[0].keys[0].active = false);
    let mut terminal = prompt(&home, &aws);
    terminal.expect("\r\nawsmfa: could not log in: AWS does not know the access key");
    terminal.expect("awsmfa: hint: ");
    terminal.expect("status 1");
    assert!(terminal.wait().success());
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}

#[test]
fn a_server_that_fails_ends_the_prompt_after_some_attempts() {
    for fault in [Fault::internal_failure(), Fault::throttling(), Fault::Close] {
        let aws = StandIn::start(Options::default());
        let home = Home::for_user(&aws.user());
        aws.fail("GetCallerIdentity", fault, 100);
        let mut terminal = prompt(&home, &aws);
        terminal.expect("\r\nawsmfa: could not log in: ");
        terminal.expect(" (tried 4 times in ");
        terminal.expect("status 1");
        assert!(terminal.wait().success());
        assert_eq!(
            aws.actions(),
            ["GetCallerIdentity"; 4],
            "{}",
            terminal.seen()
        );
    }
}

#[test]
fn a_server_that_fails_for_a_moment_is_not_noticed() {
    let aws = StandIn::start(Options::default());
    let home = Home::for_user(&aws.user());
    aws.fail("GetCallerIdentity", Fault::internal_failure(), 2);
    let mut terminal = prompt(&home, &aws);
    terminal.expect(": ");
    terminal.send(&format!("{}\r", aws.code()));
    terminal.expect("status 0");
    assert!(terminal.wait().success());
    assert_eq!(logins(&aws), 1, "{}", terminal.seen());
    assert!(
        !terminal.seen().contains("could not"),
        "{}",
        terminal.seen()
    );
}

/// The code is asked for again, and the clock's difference told, once each.
#[test]
fn a_wrong_code_and_a_wrong_clock() {
    let aws = StandIn::start(Options {
        clock_offset: 7_200,
        ..Options::default()
    });
    let home = Home::for_user(&aws.user());
    let mut terminal = prompt(&home, &aws);
    terminal.expect(": ");
    terminal.send(&format!("{}\r", aws.wrong_code()));
    terminal.expect("AWS refused it: wrong, or already used in this window");
    terminal.expect(": ");
    terminal.send(&format!("{}\r", aws.code()));
    terminal.expect("status 0");
    assert!(terminal.wait().success());
    assert_eq!(
        terminal.seen().matches("clock is 2 h behind").count(),
        1,
        "{}",
        terminal.seen()
    );
    assert_eq!(logins(&aws), 2);
}
