//! While the code is typed, the keys are proven: a login that cannot succeed ends before the code
//! is spent, and one that can is not held up.

mod connection;
mod unreachable;

use std::thread;
use std::time::Duration;

use crate::support::home::{Home, account, account_with};
use crate::support::pty::Pty;
use crate::support::stand_in::{
    ConnectionFault, Device, Fault, Options, Proxy, Refusal, StandIn, User,
};
use crate::support::wait_until;

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

/// `awsmfa env` with these words, on a terminal.
fn prompt_with(home: &Home, words: &str) -> Pty {
    let bundle = home.path().join("ca.pem").display().to_string();
    let words = format!("env --shell sh {words}");
    home.terminal_with(&words, &[("AWS_CA_BUNDLE", &bundle)])
}

fn prompt(home: &Home) -> Pty {
    prompt_with(home, "")
}

/// The profile has this device, whatever the user has.
fn home_with_device(aws: &StandIn, serial: &str) -> Home {
    let home = Home::of(aws);
    home.write(".aws/config", format!("[default]\nmfa_serial = {serial}\n"));
    home
}

/// The code is typed, and the login done.
#[track_caller]
fn type_code(terminal: &mut Pty, aws: &StandIn) {
    terminal.send(&format!("{}\r", aws.code()));
    terminal.succeeds();
    let seen = terminal.seen();
    assert!(!seen.contains("could not"), "{seen}");
}

/// The prompt ends by itself, with a cause and a hint.
#[track_caller]
fn ended(terminal: &mut Pty, cause: &str) {
    terminal.expect(&format!("\r\nawsmfa: could not log in: {cause}"));
    terminal.expect("awsmfa: hint: ");
    terminal.expect("status 1");
    assert!(terminal.wait().success());
}

#[test]
fn keys_that_aws_does_not_know_end_the_prompt() {
    let (aws, home) = account();
    aws.change(|options| options.users[0].keys[0].active = false);
    ended(&mut prompt(&home), "AWS does not know the access key");
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}

#[test]
fn a_secret_that_does_not_match_ends_the_prompt() {
    let (aws, home) = account();
    aws.change(|options| options.users[0].keys[0].secret.push('x'));
    ended(
        &mut prompt(&home),
        "the secret access key does not match the access key",
    );
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}

#[test]
fn keys_of_another_partition_end_the_prompt() {
    let aws = StandIn::start(Options::of(User::default().in_partition("aws-cn")));
    let home = home_with_device(&aws, SERIAL);
    ended(
        &mut prompt(&home),
        "the endpoint does not belong to the region us-east-1",
    );
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}

/// Whose keys they are, which device, and the lines that say so.
#[test]
fn a_device_of_another_account_ends_the_prompt() {
    let aws = StandIn::start(Options::default());
    let home = home_with_device(&aws, "arn:aws:iam::210987654321:mfa/alice");
    ended(
        &mut prompt(&home),
        "the MFA device arn:aws:iam::210987654321:mfa/alice (from ~/.aws/config:2 [default] \
         mfa_serial) belongs to another account than arn:aws:iam::123456789012:user/alice, whose access \
         key AKIAIOSFODNN7EXAMPLE (from ~/.aws/credentials:2 [default] aws_access_key_id) is used",
    );
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}

#[test]
fn a_device_may_have_any_name_and_need_have_no_arn() {
    for serial in ["arn:aws:iam::123456789012:mfa/phone", "GAHT12345678"] {
        let user = User {
            devices: vec![Device::totp(serial)],
            ..User::default()
        };
        let aws = StandIn::start(Options::of(user));
        let home = home_with_device(&aws, serial);
        let mut terminal = prompt(&home);
        wait_until(|| aws.count("GetCallerIdentity") == 1);
        type_code(&mut terminal, &aws);
    }
}

#[test]
fn the_root_user_gets_no_role() {
    let root = User {
        root: true,
        ..User::default()
    };
    let aws = StandIn::start(Options::of(root));
    let home = Home::of(&aws);
    let mut terminal = prompt_with(&home, "--role-arn arn:aws:iam::123456789012:role/dev");
    ended(
        &mut terminal,
        "the access key AKIAIOSFODNN7EXAMPLE (from ~/.aws/credentials:2 [default] \
         aws_access_key_id) belongs to the root user, who may not assume roles",
    );
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}

/// What the call with the code may not meet does not end the prompt, and is no news: only
/// `--verbose` tells it, and not in the middle of the question.
#[test]
fn a_proof_that_fails_is_not_noticed() {
    let denied = Refusal::access_denied("User: x is not authorized to perform: this");
    let faults = [
        (Fault::internal_failure(), 4),
        (Fault::throttling(), 4),
        (Fault::Close, 4),
        (Fault::Truncate, 4),
        (Fault::Refuse(denied), 1),
    ];
    thread::scope(|scope| {
        for (fault, attempts) in faults {
            scope.spawn(move || a_proof_that_fails_with(&fault, attempts));
        }
    });
}

fn a_proof_that_fails_with(fault: &Fault, attempts: usize) {
    for words in ["", "--verbose"] {
        let (aws, home) = account();
        aws.fail("GetCallerIdentity", fault.clone(), 100);
        let mut terminal = prompt_with(&home, words);
        terminal.expect(&format!("MFA code for {SERIAL}: "));
        wait_until(|| aws.count("GetCallerIdentity") == attempts);
        let code = aws.code();
        terminal.send(&format!("{code}\r"));
        let echo = terminal.expect("\n");
        assert_eq!(echo.trim_end(), code, "{}", terminal.seen());
        terminal.succeeds();
        let seen = terminal.seen();
        assert!(!words.is_empty() || !seen.contains("could not"), "{seen}");
        assert_eq!(aws.count("GetSessionToken"), 1, "{seen}");
    }
}

#[test]
fn a_connection_that_fails_is_not_noticed() {
    let (aws, home) = account_with(Options::tls());
    home.write("ca.pem", aws.ca_pem());
    aws.fail_connections(ConnectionFault::Close, 1);
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    type_code(&mut terminal, &aws);
    assert_eq!(aws.count("GetSessionToken"), 1);
}

/// The proof is never answered; the code goes over a connection of its own.
#[test]
fn a_proof_that_hangs_holds_nothing_up() {
    let (aws, home) = account();
    aws.fail("GetCallerIdentity", Fault::Silence, 100);
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    wait_until(|| aws.count("GetCallerIdentity") == 1);
    type_code(&mut terminal, &aws);
    assert_eq!(aws.actions(), ["GetCallerIdentity", "GetSessionToken"]);
}

/// The code is asked for again, and the clock's difference told, once each.
#[test]
fn a_wrong_code_and_a_wrong_clock_are_reported_once_each() {
    let (aws, home) = account_with(Options::ahead(7_200));
    let mut terminal = prompt(&home);
    terminal.expect(": ");
    terminal.send(&format!("{}\r", aws.wrong_code()));
    terminal.expect("AWS refused the code: wrong, or already used in this window");
    terminal.expect(": ");
    terminal.send(&format!("{}\r", aws.code()));
    terminal.succeeds();
    assert_eq!(
        terminal.seen().matches("clock is 2h behind").count(),
        1,
        "{}",
        terminal.seen()
    );
    // One more where the code was there before AWS's time was.
    let requests = aws.requests().into_iter();
    let looked_at = requests.filter(|request| {
        request.action == "GetSessionToken"
            && request.error.as_deref() != Some("SignatureDoesNotMatch")
    });
    assert_eq!(looked_at.count(), 2);
}

/// With STS switched off in the region, the proof may turn to us-east-1 while the code is on its
/// way to the region: both go on there.
#[test]
fn proof_and_login_both_leave_a_disabled_region() {
    let (aws, home) = account_with(Options {
        tls: true,
        disabled_regions: vec!["eu-south-1".to_owned()],
        ..Options::default()
    });
    let bundle = home.write("ca.pem", aws.ca_pem());
    // The proof begins when a command takes longer than a computation: half a second.
    home.configure(&format!("mfa_process = sleep 0.8; echo {}\n", aws.code()));
    let proxy = Proxy::start(Some(aws.address()));
    for (action, milliseconds) in [("GetCallerIdentity", 1_200), ("GetSessionToken", 1_500)] {
        aws.fail(action, Fault::Delay(Duration::from_millis(milliseconds)), 1);
    }
    let run = home
        .login("--region eu-south-1")
        .env("AWS_ENDPOINT_URL", "")
        .env("HTTPS_PROXY", proxy.url())
        .env("AWS_CA_BUNDLE", bundle)
        .run();
    run.success().complains("going on with us-east-1");
    run.complains_times(1, "going on with");
    let requests = aws.requests().into_iter();
    let regions: Vec<_> = requests
        .filter(|request| request.action == "GetSessionToken")
        .map(|request| request.region)
        .collect();
    assert_eq!(regions, ["eu-south-1", "us-east-1"], "{}", run.story());
}
