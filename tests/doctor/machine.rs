//! The machine: other programs of the name, the agent, the clock, the YubiKey.

use std::fs::{self, FileTimes, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::Duration;

use super::KEYS;
use crate::support::agent::Agent;
use crate::support::home::{AWSMFA, Home, Run};

/// A home in which nothing is wrong.
pub fn good_home() -> Home {
    let home = Home::new();
    home.write(".aws/credentials", format!("[default]\n{KEYS}"));
    home.write(".aws/config", "[default]\nregion = eu-west-1\n");
    home
}

pub fn doctor(home: &Home) -> Run {
    home.awsmfa(["doctor"]).run()
}

/// The lines that are neither `ok` nor about the profile.
pub fn complaints(run: &Run) -> Vec<&str> {
    let lines = run.stdout.lines();
    lines.filter(|line| !line.starts_with("ok")).collect()
}

#[track_caller]
pub fn complains_only_of(run: &Run, expected: &str) {
    let complaints = complaints(run);
    let is_it = matches!(complaints[..], [one] if one.contains(expected));
    assert!(is_it, "{expected}: {complaints:?}{}", run.story());
}

pub fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn another_program_of_the_name_is_told_without_being_run() {
    let home = good_home();
    let script = "#!/usr/bin/env python3\nopen('was-run', 'w')\n# AWSMFA_BASE_EXPIRES_AT\n";
    set_mode(&home.write("venv/bin/awsmfa", script), 0o755);
    let path = home.variable("PATH").into_string().unwrap();
    let venv = home.path().join("venv/bin").display().to_string();
    let run = home
        .awsmfa(["doctor"])
        .env("PATH", format!("{venv}:{path}"))
        .run();
    run.failure(1);
    complains_only_of(
        &run,
        "error   aws-mfa-on runs ~/venv/bin/awsmfa, which is a Python script",
    );
    let run = home
        .awsmfa(["doctor"])
        .env("PATH", format!("{path}:{venv}"))
        .run();
    run.success();
    complains_only_of(
        &run,
        "warning ~/venv/bin/awsmfa, a Python script, is called awsmfa as well",
    );
    assert!(!home.path().join("was-run").exists());

    // Another version of this program, another file with the same bytes, a link to this one.
    let mut other = fs::read(AWSMFA).unwrap();
    other.push(0);
    set_mode(&home.write("old/awsmfa", &other), 0o755);
    let old = home.path().join("old").display().to_string();
    let run = home
        .awsmfa(["doctor"])
        .env("PATH", format!("{old}:{path}"))
        .run();
    complains_only_of(
        &run,
        "aws-mfa-on runs ~/old/awsmfa, which is another version",
    );
    let run = home
        .awsmfa(["doctor"])
        .env("PATH", format!("{path}:{old}"))
        .run();
    assert!(complaints(&run).is_empty(), "{}", run.story());
    set_mode(&home.write("old/awsmfa", &other[..other.len() - 1]), 0o755);
    let run = home
        .awsmfa(["doctor"])
        .env("PATH", format!("{old}:{path}"))
        .run();
    assert!(complaints(&run).is_empty(), "{}", run.story());

    let run = home
        .program("env", ["PATH=/nowhere", AWSMFA, "doctor"])
        .run();
    complains_only_of(&run, "awsmfa is not on the PATH");
}

#[test]
fn an_agent_is_reported_if_there_is_a_socket_and_never_missed() {
    let home = good_home();
    assert!(!doctor(&home).stdout.contains("agent"));
    let agent = Agent::start(&home);
    doctor(&home).success().says("ok      an agent answers at ");
    home.awsmfa(["agent", "stop"]).run().success();
    agent.end();
    assert!(!doctor(&home).stdout.contains("agent"));

    // A socket that nobody listens at any more, a file in its place, a program that says nothing.
    let directory = home.path().join("awsmfa");
    let _ = fs::create_dir(&directory);
    set_mode(&directory, 0o700);
    let socket = directory.join("agent.sock");
    drop(UnixListener::bind(&socket).unwrap());
    complains_only_of(
        &doctor(&home),
        "has ended; start another: awsmfa agent start",
    );
    let off = home.awsmfa(["doctor"]).env("AWSMFA_AGENT", "off").run();
    assert!(complaints(&off).is_empty());
    fs::remove_file(&socket).unwrap();
    fs::write(&socket, "").unwrap();
    complains_only_of(&doctor(&home), "it is not a socket");
    fs::remove_file(&socket).unwrap();
    let listener = UnixListener::bind(&socket).unwrap();
    complains_only_of(&doctor(&home), "the agent does not answer");
    drop(listener);
    fs::remove_file(&socket).unwrap();
    let run = home
        .awsmfa(["doctor"])
        .env("AWSMFA_AGENT_SOCK", "/no/such")
        .run();
    complains_only_of(
        &run,
        "no agent answers at /no/such, which AWSMFA_AGENT_SOCK names",
    );
}

#[test]
fn a_clock_that_is_behind_shows_in_files() {
    let home = good_home();
    let file = fs::File::options()
        .write(true)
        .open(home.path().join(".aws/config"))
        .unwrap();
    let changed = file.metadata().unwrap().modified().unwrap();
    file.set_times(FileTimes::new().set_modified(changed + Duration::from_hours(3)))
        .unwrap();
    complains_only_of(
        &doctor(&home),
        "this computer's clock seems to be behind: ~/.aws/config was changed 3h from now",
    );
    file.set_times(FileTimes::new().set_modified(changed + Duration::from_mins(2)))
        .unwrap();
    assert!(complaints(&doctor(&home)).is_empty());

    let ledger = home.write(
        "awsmfa/used-time-steps",
        "arn:aws:iam::123456789012:mfa/alice 4102444800\n",
    );
    set_mode(ledger.parent().unwrap(), 0o700);
    complains_only_of(
        &doctor(&home),
        "a code of arn:aws:iam::123456789012:mfa/alice was used",
    );
    set_mode(ledger.parent().unwrap(), 0o750);
    complains_only_of(&doctor(&home), "could not use the ledger of used codes");
}

#[test]
fn a_ledger_is_not_made_for_doctor() {
    let home = good_home();
    doctor(&home).success();
    assert!(!home.path().join("awsmfa").exists());
}

#[test]
fn nothing_is_said_of_smart_cards_unless_a_profile_asks_for_one() {
    let home = good_home();
    assert!(!doctor(&home).stdout.contains("YubiKey"));
    home.write(".aws/config", "[profile work]\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\nmfa_source = yubikey, prompt\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n");
    let run = doctor(&home);
    run.success();
    complains_only_of(
        &run,
        "warning profile work takes its codes from a YubiKey (~/.aws/config:3 [profile work] mfa_source): the PC/SC service is not running",
    );
    home.write(".aws/config", "[profile work]\nmfa_source = yubikey\n");
    doctor(&home).failure(1);
    home.awsmfa(["doctor", "default"]).run().success();
}
