//! `doctor --online`, against the stand-in for AWS.

use crate::support::home::{Home, Run, account, account_with};
use crate::support::stand_in::{Device, Options, StandIn, User};

fn online(home: &Home) -> Run {
    home.awsmfa(["doctor", "--online"]).run()
}

fn home_of(user: User) -> (StandIn, Home) {
    account_with(Options {
        users: vec![user],
        ..Options::default()
    })
}

/// The lines that are not `ok`.
fn complaints(run: &Run) -> Vec<&str> {
    let lines = run.stdout.lines();
    lines.filter(|line| !line.starts_with("ok ")).collect()
}

#[track_caller]
fn complains_only_of(run: &Run, expected: &[&str]) {
    let complaints = complaints(run);
    let matches = matches!(complaints[..], [one] if expected.iter().all(|part| one.contains(part)));
    assert!(matches, "{expected:?}{}", run.story());
}

#[test]
fn sound_keys_and_their_device_are_fine_and_no_code_is_spent() {
    let (aws, home) = account();
    home.write(".aws-mfa", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let run = online(&home);
    run.success()
        .says("ok      AWS accepts the keys of profile default (from ~/.aws/credentials:2")
        .says("this computer's clock agrees with AWS's")
        .says("ok      not checked without a login with MFA: could not list the user's access keys")
        .says("the MFA device arn:aws:iam::123456789012:mfa/alice belongs to arn:aws:iam::123456789012:user/alice");
    assert!(
        complaints(&run).is_empty() && run.stderr.is_empty(),
        "{}",
        run.story()
    );
    assert!(aws.codes().is_empty(), "{:?}", aws.codes());

    let before = aws.actions().len();
    home.awsmfa(["doctor"]).run().success();
    assert_eq!(
        aws.actions().len(),
        before,
        "without --online, AWS is not asked"
    );
}

#[test]
fn keys_that_aws_refuses_are_named_with_their_line() {
    let mut user = User::default();
    user.keys[0].active = false;
    let (_aws, home) = home_of(user);
    let run = online(&home);
    run.failure(1);
    complains_only_of(
        &run,
        &["error", "AKIAIOSFODNN7EXAMPLE", "~/.aws/credentials:2"],
    );
    let (_aws, home) = account();
    home.write(
        ".aws/credentials",
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    );
    let run = online(&home);
    run.failure(1);
    complains_only_of(&run, &["error", "secret"]);
}

#[test]
fn a_device_of_somebody_else_is_named_with_the_users_own() {
    let (_aws, home) = account();
    let config = "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/bob\n";
    home.write(".aws/config", config);
    let run = online(&home);
    run.failure(1);
    let expected = [
        "error",
        "mfa/bob (from ~/.aws/config:2",
        "write instead: mfa_serial = arn:aws:iam::123456789012:mfa/alice",
    ];
    complains_only_of(&run, &expected);
}

#[test]
fn without_a_configured_device_the_users_devices_are_looked_at() {
    let fido = Device::fido("arn:aws:iam::123456789012:u2f/user/alice/key-ABC");
    let second = Device::totp("arn:aws:iam::123456789012:mfa/phone");
    let first = User::default().devices[0].clone();
    for (devices, status, expected) in [
        (
            vec![],
            1,
            &["error", "has no MFA device", "awsmfa enroll default"],
        ),
        (
            vec![fido.clone()],
            1,
            &["error", "only passkeys or security keys", "awsmfa enroll"],
        ),
        (
            vec![first.clone(), second, fido],
            0,
            &["warning", "several MFA devices", "mfa_serial = "],
        ),
    ] {
        let user = User {
            devices,
            ..User::default()
        };
        let (_aws, home) = home_of(user);
        home.write(".aws/config", "[default]\nregion = eu-west-1\n");
        let run = online(&home);
        run.failure(status);
        complains_only_of(&run, expected);
    }
    let (_aws, home) = account();
    home.write(".aws/config", "[default]\nregion = eu-west-1\n");
    let run = online(&home);
    run.success()
        .says("AWS lists the MFA device arn:aws:iam::123456789012:mfa/alice");
    assert!(complaints(&run).is_empty(), "{}", run.story());
}

#[test]
fn a_refusal_names_the_permission_and_the_statement_that_allows_it() {
    for action in ["ListMFADevices", "ListVirtualMFADevices"] {
        let mut user = User::default();
        user.policy = user.policy.clone().but_not(action);
        let (_aws, home) = home_of(user);
        let run = online(&home);
        run.success()
            .says(&format!("iam:{action}"))
            .says("\"Effect\":\"Allow\"")
            .says("aws-mfa-on default, then again");
        assert!(complaints(&run).is_empty(), "{}", run.story());
    }
    let mut user = User::default();
    user.policy = user.policy.clone().but_not("ListMFADevices");
    let (_aws, home) = home_of(user);
    home.write(".aws/config", "[default]\nregion = eu-west-1\n");
    let run = online(&home);
    run.failure(1);
    complains_only_of(&run, &["error", "iam:ListMFADevices"]);
}

#[test]
fn a_session_of_the_terminal_is_asked_with() {
    let mut user = User::default();
    user.policy = user
        .policy
        .clone()
        .only_with_mfa("ListMFADevices")
        .but_not("ListVirtualMFADevices");
    let (aws, home) = home_of(user);
    let line = "eval \"$(awsmfa env --shell sh --token-code $0)\" && awsmfa doctor --online";
    let run = home.program("sh", ["-c", line, &aws.code()]).run();
    run.success()
        .says("the MFA device arn:aws:iam::123456789012:mfa/alice belongs to");
    complains_only_of(
        &run,
        &["warning", "iam:ListVirtualMFADevices", "aws-mfa-on --force"],
    );
}

#[test]
fn a_second_access_key_is_named_with_its_state() {
    let mut user = User::default();
    let mut second = user.keys[0].clone();
    second.id = "AKIAI44QH8DHBEXAMPLE".to_owned();
    second.active = false;
    user.keys.push(second);
    user.policy = user.policy.clone().and("ListAccessKeys");
    let (_aws, home) = home_of(user);
    let run = online(&home);
    run.success();
    let command =
        "aws iam delete-access-key --user-name alice --access-key-id AKIAI44QH8DHBEXAMPLE";
    complains_only_of(
        &run,
        &[
            "warning",
            "AKIAI44QH8DHBEXAMPLE (inactive, created ",
            command,
        ],
    );
}

#[test]
fn a_clock_that_differs_from_awss_is_reported_by_how_much() {
    for (seconds, status, expected) in [
        (20, 0, "ok      this computer's clock is "),
        (120, 0, "warning this computer's clock is "),
        (
            -3600,
            1,
            "error   this computer's clock is 1h ahead of AWS's",
        ),
    ] {
        let options = Options {
            clock_offset: seconds,
            ..Options::default()
        };
        let (_aws, home) = account_with(options);
        online(&home).failure(status).says(expected);
    }
}

#[test]
fn a_device_of_a_broken_enrolment_is_named_with_the_command_that_frees_its_name() {
    let orphan = "arn:aws:iam::123456789012:mfa/alice-2";
    let options = Options {
        unassigned_devices: vec![
            Device::totp(orphan),
            Device::totp("arn:aws:iam::123456789012:mfa/bob"),
        ],
        ..Options::default()
    };
    let (_aws, home) = account_with(options);
    let run = online(&home);
    run.success();
    let command = format!("aws iam delete-virtual-mfa-device --serial-number {orphan}");
    complains_only_of(&run, &["warning", &command]);
}

#[test]
fn an_aws_that_is_out_of_reach_is_reported_and_not_waited_for() {
    let (aws, home) = account();
    drop(aws);
    let run = online(&home);
    run.failure(1);
    complains_only_of(&run, &["error", "could not"]);
}
