//! `awsmfa enroll`: from long-term keys to a login with MFA, and nothing lost on the way.

mod crashes;
mod devices;
mod places;
mod refused;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::home::{Home, Invocation, Run, account_with};
use crate::support::stand_in::{Options, StandIn, User, totp};

pub const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

/// A user with keys and no device yet, shortly before the next code is due.
pub fn newcomer() -> (StandIn, Home) {
    let (aws, home) = account_with(Options::of(User {
        devices: Vec::new(),
        ..User::default()
    }));
    end_of_step(&aws);
    (aws, home)
}

/// Lets the server's time go on until a time step has six seconds left: then nothing waits for long.
pub fn end_of_step(aws: &StandIn) {
    aws.advance(54 - (aws.now() % totp::STEP).cast_signed());
}

pub fn enroll(home: &Home, words: &str) -> Invocation {
    home.awsmfa(["enroll"]).arguments(words.split_whitespace())
}

/// The lines for the profile.
pub fn lines(run: &Run) -> &str {
    let is_setting = |line: &str| line.starts_with("mfa_") && line.contains(" = ");
    assert!(run.stdout.lines().all(is_setting), "{}", run.story());
    &run.stdout
}

/// Logs in with the keys and these lines, and nothing else that is configured.
pub fn log_in_with(aws: &StandIn, home: &Home, lines: &str) -> Run {
    home.write(".aws/config", format!("[default]\n{lines}"));
    end_of_step(aws);
    // As on another computer: this one's clock is behind, and would wait for the steps in its ledger.
    let _ = fs::remove_dir_all(home.path().join("awsmfa"));
    let run = home.login("").run();
    run.exports("AWS_SESSION_TOKEN");
    run
}

#[test]
fn a_device_is_enrolled_and_its_lines_are_all_that_a_login_needs() {
    let (aws, home) = newcomer();
    let run = enroll(&home, "--to file").run();
    run.success();
    assert_eq!(
        aws.actions(),
        [
            "GetCallerIdentity",
            "ListMFADevices",
            "CreateVirtualMFADevice",
            "EnableMFADevice",
            "GetSessionToken"
        ]
    );
    assert_eq!(
        lines(&run).lines().last(),
        Some(&*format!("mfa_serial = {SERIAL}"))
    );
    let path = home.path().join(".aws-mfa");
    run.complains(&format!(
        "creating the MFA device {SERIAL} for arn:aws:iam::123456789012:user/alice"
    ))
    .complains("access key AKIAIOSFODNN7EXAMPLE from ~/.aws/credentials:2 [default]")
    .complains(&format!("its secret goes to the file {}", path.display()))
    .complains("add these lines below ~/.aws/credentials:2 [default]");
    let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode, 0o600);
    let secret = aws.secret();
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{secret}\n"));
    assert!(!run.stderr.contains(&secret) && !run.stdout.contains(&secret));
    let left = fs::read_dir(home.path()).unwrap().count();
    assert_eq!(left, 3, "only .aws, .aws-mfa and the ledger's directory");
    no_code_was_sent_twice(&aws);
    let login = log_in_with(&aws, &home, lines(&run));
    assert_eq!(login.exports("AWSMFA_MFA_SERIAL"), SERIAL);
}

/// What is about to be created is said in any case.
#[test]
fn quiet_leaves_only_what_will_be_created() {
    let (_aws, home) = newcomer();
    let run = enroll(&home, "--to file --quiet").run();
    let said = &run.success().stderr;
    assert!(said.starts_with("awsmfa: creating the MFA device "));
    assert_eq!(said.lines().count(), 1, "{said}");
}

/// Both codes went into the ledger: the login that proves the device takes the next.
fn no_code_was_sent_twice(aws: &StandIn) {
    let requests = aws.requests();
    let codes: Vec<_> = ["AuthenticationCode1", "AuthenticationCode2", "TokenCode"]
        .iter()
        .filter_map(|name| requests.iter().find_map(|request| request.parameter(name)))
        .collect();
    let [first, second, third] = codes[..] else {
        panic!("{codes:?}");
    };
    assert!(first != second && second != third && first != third);
    assert!(requests.iter().all(|request| request.error.is_none()));
}
