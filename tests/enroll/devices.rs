//! Names that are taken, and users who have devices already.

use super::{SERIAL, end_of_step, enroll, log_in_with, newcomer};
use crate::support::home::account_with;
use crate::support::stand_in::{Device, Options, Policy, Signer, User};

#[test]
fn an_orphan_of_the_users_name_does_not_block_the_next_device() {
    let (aws, home) = newcomer();
    aws.change(|options| options.unassigned_devices.push(Device::totp(SERIAL)));
    let run = enroll(&home, "--to file").run();
    run.success().says(&format!("mfa_serial = {SERIAL}-2\n"));
    run.complains("there is an MFA device alice already");
    log_in_with(&aws, &home, &run.stdout);
}

#[test]
fn a_name_that_was_asked_for_and_is_taken_ends_the_run() {
    let (aws, home) = newcomer();
    aws.change(|options| options.unassigned_devices.push(Device::totp(SERIAL)));
    let run = enroll(&home, "--to file --name alice").run();
    run.failure(1)
        .complains("at the same path and name already exists")
        .complains("choose another name");
    assert_eq!(aws.count("CreateVirtualMFADevice"), 1);
    assert!(!home.path().join(".aws-mfa").exists());
    enroll(&home, "--to file --name bob+1")
        .run()
        .success()
        .says(":mfa/bob+1\n");
    let run = enroll(&home, "--to file --name a/b").run();
    run.failure(2).complains("a name of letters, digits and");
}

/// An older policy allows `mfa/${aws:username}` and no other name.
#[test]
fn only_an_administrator_can_free_the_only_name() {
    let (aws, home) = newcomer();
    aws.change(|options| {
        options.unassigned_devices.push(Device::totp(SERIAL));
        options.users[0].policy.own_device_name_only = true;
    });
    let run = enroll(&home, "--to file").run();
    run.failure(1)
        .complains("no policy allows iam:CreateVirtualMFADevice")
        .complains(&format!("{SERIAL} exists already"))
        .complains(&format!(
            "aws iam delete-virtual-mfa-device --serial-number {SERIAL}"
        ));
}

#[test]
fn another_device_needs_a_session_with_the_first() {
    let (aws, home) = account_with(Options::of(User {
        policy: Policy::default()
            .only_with_mfa("CreateVirtualMFADevice")
            .only_with_mfa("EnableMFADevice"),
        ..User::default()
    }));
    end_of_step(&aws);
    let run = enroll(&home, &format!("--to file -c {}", aws.code())).run();
    run.success().says(&format!("mfa_serial = {SERIAL}-2\n"));
    run.complains("in place of ~/.aws/config:2 [default] mfa_serial");
    for request in aws.requests() {
        let with_session =
            ["CreateVirtualMFADevice", "EnableMFADevice"].contains(&&*request.action);
        let expected = Signer::Session("alice".to_owned());
        assert_eq!(
            request.signer == expected,
            with_session,
            "{}",
            request.action
        );
    }
    assert_eq!(aws.user().devices.len(), 2);
    log_in_with(&aws, &home, &run.stdout);
}

#[test]
fn a_device_that_is_gone_or_gives_no_codes_does_not_count() {
    let fido = Device::fido("arn:aws:iam::123456789012:u2f/user/alice/key-GAKAEXAMPLE");
    for devices in [vec![], vec![fido]] {
        let (aws, home) = newcomer();
        aws.change(|options| options.users[0].devices = devices);
        home.write(
            ".aws/config",
            format!("[default]\nmfa_serial = {SERIAL}-lost\n"),
        );
        enroll(&home, "--to file").run().success();
        assert_eq!(aws.count("GetSessionToken"), 1);
    }
    let (aws, home) = newcomer();
    aws.change(|options| options.users[0].devices = vec![Device::totp("GAHT12345678"); 8]);
    let run = enroll(&home, "--to file").run();
    run.failure(1)
        .complains("has 8 MFA devices, and AWS allows 8")
        .complains("deactivate-mfa-device");
    assert_eq!(aws.count("CreateVirtualMFADevice"), 0);
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let (aws, home) = account_with(Options::default());
    let run = enroll(&home, "--to file --dry-run").run();
    let path = home.path().join(".aws-mfa");
    run.success()
        .says(&format!("would log in with the MFA device {SERIAL}"))
        .says(&format!("would create the MFA device {SERIAL}-2"))
        .says(&format!("the file {}", path.display()))
        .says("would enable");
    assert!(!run.stdout.contains("mfa_serial"));
    assert_eq!(aws.actions(), ["GetCallerIdentity", "ListMFADevices"]);
    assert!(!path.exists());
}

/// The device belongs to the user of the keys, whatever role the profile stands for.
#[test]
fn a_profile_with_a_role_enrolls_a_device_for_the_user_of_its_keys() {
    let (aws, home) = newcomer();
    home.write(
        ".aws/config",
        "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\nsource_profile = default\n",
    );
    let run = enroll(&home, "dev --to file").run();
    run.success()
        .complains("add these lines below ~/.aws/credentials:2 [default]");
    assert_eq!(aws.count("AssumeRole"), 0);
    log_in_with(&aws, &home, &run.stdout);
}
