//! The device that no profile names: found, chosen, missing, or not to be asked for.

use super::{KEY, SERIAL, login, told};
use crate::support::home::{Home, account_with};
use crate::support::stand_in::{Device, Fault, Options, Policy, StandIn, User};

fn user_with(devices: Vec<Device>) -> User {
    User {
        devices,
        ..User::default()
    }
}

fn unnamed_device(user: User) -> (StandIn, Home) {
    let (aws, home) = account_with(Options::of(user));
    home.write(".aws/config", "[default]\nregion = eu-west-1\n");
    (aws, home)
}

fn fido() -> Device {
    Device::fido("arn:aws:iam::123456789012:u2f/user/alice/key-GAKAEXAMPLE")
}

#[test]
fn the_device_is_found_and_the_line_for_it_shown() {
    let several_users = user_with(vec![fido(), Device::totp(SERIAL)]);
    let (aws, home) = unnamed_device(several_users);
    let code = Device::totp(SERIAL);
    aws.change(|options| options.users[0].devices = vec![code, fido()]);
    let run = login(&home, &aws);
    run.success()
        .complains(&format!("mfa_serial = {SERIAL}"))
        .complains("~/.aws/credentials:2 [default]");
    let requests = aws.requests();
    assert_eq!(requests[1].parameter("UserName"), Some("alice"));
    assert_eq!(requests[2].parameter("SerialNumber"), Some(SERIAL));
}

#[test]
fn a_device_on_the_second_page_is_found() {
    let (aws, home) = unnamed_device(user_with(vec![fido(), fido(), Device::totp(SERIAL)]));
    login(&home, &aws).success();
    let requests = aws.requests();
    let pages = requests[1..3]
        .iter()
        .map(|request| request.parameter("Marker"));
    assert_eq!(pages.collect::<Vec<_>>(), [None, Some("2")]);
    assert_eq!(requests[3].parameter("SerialNumber"), Some(SERIAL));
}

#[test]
fn a_device_that_cannot_be_chosen_is_explained() {
    let second = "arn:aws:iam::123456789012:mfa/tablet";
    let denied = User {
        policy: Policy::default().but_not("ListMFADevices"),
        ..User::default()
    };
    for (user, cause, hint) in [
        (
            user_with(vec![Device::totp(SERIAL), Device::totp(second)]),
            format!("there are several MFA devices: {SERIAL}, {second}"),
            "--mfa-serial",
        ),
        (
            denied,
            format!("the access key {KEY} may not list its MFA devices"),
            "it is often arn:aws:iam::123456789012:mfa/alice",
        ),
    ] {
        let (aws, home) = unnamed_device(user);
        let run = login(&home, &aws);
        told(&run, &cause, hint);
        assert_eq!(aws.actions(), ["GetCallerIdentity", "ListMFADevices"]);
    }
    for (devices, cause) in [
        (
            vec![],
            "arn:aws:iam::123456789012:user/alice has no MFA device",
        ),
        (
            vec![fido()],
            "arn:aws:iam::123456789012:user/alice has no usable MFA device: the device that AWS lists is a FIDO device (arn:aws:iam::123456789012:u2f/user/alice/key-GAKAEXAMPLE)",
        ),
    ] {
        let (aws, home) = unnamed_device(User::default());
        aws.change(|options| options.users[0].devices = devices);
        let run = home.login("-c 123456").run();
        told(&run, cause, "add a virtual MFA device: awsmfa enroll");
        assert_eq!(aws.actions(), ["GetCallerIdentity", "ListMFADevices"]);
    }
}

/// What AWS's answer names is checked like a line of a profile, before a code is asked for it.
#[test]
fn a_device_that_aws_names_is_checked_too() {
    for (serial, cause) in [
        (
            "arn:aws:iam::123456789012:mfa/ali ce",
            "is not an MFA serial number: it has the character ' '",
        ),
        (
            "arn:aws:iam::123456789012:mfa/a\u{9b}2J",
            "is not an MFA serial number: it has the character",
        ),
        (
            "arn:aws:iam::123456789012:sms-mfa/alice",
            "is not an MFA device",
        ),
        (
            "arn:aws:iam::123456789012:user/alice",
            "is not an MFA device",
        ),
        ("short", "it has 5 characters"),
    ] {
        let (aws, home) = unnamed_device(User::default());
        aws.change(|options| options.users[0].devices = vec![Device::totp(serial)]);
        let run = home.login("-c 123456").run();
        run.failure(1)
            .complains("alice has no usable MFA device: the device that AWS lists ")
            .complains(cause);
        assert_eq!(aws.actions(), ["GetCallerIdentity", "ListMFADevices"]);
        // Another one serves.
        aws.change(|options| options.users[0].devices.push(Device::totp(SERIAL)));
        login(&home, &aws).success();
    }
}

#[test]
fn root_keys_have_no_user_to_ask_about() {
    let (aws, home) = unnamed_device(User {
        root: true,
        ..User::default()
    });
    let run = login(&home, &aws);
    told(
        &run,
        "these are the keys of the root user (arn:aws:iam::123456789012:root)",
        "IAM user",
    );
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}

#[test]
fn keys_of_a_role_have_no_device() {
    let (aws, home) = unnamed_device(User::default());
    let role = "arn:aws:sts::123456789012:assumed-role/dev/alice";
    aws.fail(
        "GetCallerIdentity",
        Fault::Replace("Arn", role.to_owned()),
        1,
    );
    let run = login(&home, &aws);
    told(
        &run,
        &format!("{role} is not an IAM user"),
        "use the long-term keys (AKIA…) of one",
    );
    assert_eq!(aws.actions(), ["GetCallerIdentity"]);
}
