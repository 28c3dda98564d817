//! Refusals of AWS: what they are about, and what to do.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use super::{enroll, newcomer};
use crate::support::home::account_with;
use crate::support::stand_in::{Fault, Options, Policy, Refusal, User};

#[test]
fn a_permission_that_is_missing_is_named_with_its_statement() {
    for (action, resource) in [
        ("CreateVirtualMFADevice", "arn:aws:iam::123456789012:mfa/*"),
        ("EnableMFADevice", "arn:aws:iam::123456789012:user/alice"),
    ] {
        let statement =
            format!(r#"{{"Action":"iam:{action}","Effect":"Allow","Resource":"{resource}"}}"#);
        let (aws, home) = newcomer();
        aws.change(|options| options.users[0].policy = Policy::default().but_not(action));
        let run = enroll(&home, "--to file").run();
        run.failure(1)
            .complains(&format!("a policy explicitly denies iam:{action}"))
            .complains("NotAction")
            .complains(&statement);
        aws.fail(
            action,
            Fault::Refuse(Refusal::not_authorized(
                "arn:aws:iam::123456789012:user/alice",
                &format!("iam:{action}"),
                " on resource: x because no identity-based policy allows it",
            )),
            1,
        );
        let run = enroll(&home, "--to file").run();
        run.failure(1)
            .complains(&format!(
                "no policy allows iam:{action} to arn:aws:iam::123456789012:user/alice"
            ))
            .complains(&statement);
    }
}

#[test]
fn devices_that_cannot_be_listed_are_those_of_the_profile() {
    let (aws, home) = newcomer();
    aws.change(|options| options.users[0].policy = Policy::default().but_not("ListMFADevices"));
    enroll(&home, "--to file").run().success();
    assert_eq!(aws.count("GetSessionToken"), 1);
}

#[test]
fn the_root_user_and_a_quota_are_refused_in_words() {
    let (_aws, home) = account_with(Options::of(User {
        root: true,
        ..User::default()
    }));
    let run = enroll(&home, "--to file").run();
    run.failure(1)
        .complains("these are the keys of the root user");
    let (aws, home) = newcomer();
    let text = "Cannot exceed quota for VirtualMFADevicesPerAccount: 5000";
    aws.fail(
        "CreateVirtualMFADevice",
        Fault::Refuse(Refusal::new(409, "LimitExceeded", text)),
        1,
    );
    let run = enroll(&home, "--to file").run();
    run.failure(1)
        .complains(&format!("a quota of the account is used up: {text}"));
    assert_eq!(
        aws.count("CreateVirtualMFADevice"),
        1,
        "a quota is no throttling"
    );
}

#[test]
fn flags_of_another_place_are_wrong_usage() {
    let (aws, home) = newcomer();
    for words in [
        "--to file --touch",
        "--to show --secret-file x",
        "--to yubikey --store-command cat",
        "--to process",
        "--to nowhere",
    ] {
        enroll(&home, words).run().failure(2);
    }
    assert!(aws.requests().is_empty());
}

/// `mfa_secret_file = PATH` is one line, and blanks at its end do not count.
#[test]
fn a_file_that_no_profile_can_name_is_refused() {
    let (aws, home) = newcomer();
    for name in [&b"a\nmfa_process = x"[..], b"a\x1b[31m", b"a ", b"a\xff"] {
        let name = OsStr::from_bytes(name);
        let run = enroll(&home, "--secret-file").arguments([name]).run();
        run.failure(1)
            .complains("no line of a profile can name the file")
            .keeps_quiet_about("\u{1b}");
    }
    assert_eq!(aws.count("CreateVirtualMFADevice"), 0);
}
