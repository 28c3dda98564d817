//! An enrolment that ends in between: what is said, and that a second run loses nothing.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::{SERIAL, end_of_step, enroll, log_in_with, newcomer};
#[cfg(target_os = "linux")]
use crate::support::home::AWSMFA;
use crate::support::home::Home;
use crate::support::stand_in::{Fault, StandIn};

fn serial(text: &str) -> Fault {
    Fault::Replace("SerialNumber", text.to_owned())
}

/// If the answer to the creation is lost, the device that may exist is named.
#[test]
fn answers_may_be_lost_or_late() {
    let faults = [
        (Fault::Close, "-2"),
        (Fault::Reset, "-2"),
        (Fault::Truncate, "-2"),
        (Fault::internal_failure(), ""),
        (Fault::Without("Base32StringSeed"), "-2"),
        // What a server that is wrong says would become lines of the profile.
        (serial("arn:aws:iam::999999999999:mfa/alice"), "-2"),
        (
            serial("arn:aws:iam::123456789012:\nmfa_process = x:mfa/alice"),
            "-2",
        ),
    ];
    thread::scope(|scope| {
        for (fault, suffix) in faults {
            scope.spawn(move || {
                let (aws, home) = newcomer();
                aws.fail("CreateVirtualMFADevice", fault, 1);
                let run = enroll(&home, "--to file").run();
                run.failure(1)
                    .complains("mfa/alice may exist at AWS now")
                    .complains(&format!(
                        "aws iam delete-virtual-mfa-device --serial-number {SERIAL}"
                    ));
                assert_eq!(aws.count("CreateVirtualMFADevice"), 1, "{}", run.story());
                end_of_step(&aws);
                let run = enroll(&home, "--to file").run();
                run.success()
                    .says(&format!("mfa_serial = {SERIAL}{suffix}\n"));
            });
        }
        scope.spawn(|| {
            let (aws, home) = newcomer();
            aws.fail("EnableMFADevice", Fault::Close, 1);
            enroll(&home, "--to file").run().success();
            assert_eq!(aws.count("EnableMFADevice"), 1, "AWS lists the device");
        });
        scope.spawn(|| {
            let (aws, home) = newcomer();
            aws.change(|options| options.settling = 1);
            let run = enroll(&home, "--to file").run();
            run.success().complains("trying again with the next code");
            assert_eq!(
                aws.count("GetSessionToken"),
                2,
                "AWS knew it a little later"
            );
        });
    });
}

#[test]
fn a_second_run_goes_on_with_the_secret_that_the_first_one_stored() {
    let (aws, home) = newcomer();
    aws.fail("EnableMFADevice", Fault::internal_failure(), 9);
    let run = enroll(&home, "--to file").run();
    run.failure(1)
        .complains(&format!(
            "the MFA device {SERIAL} exists at AWS, not enabled; its secret is in the file"
        ))
        .complains("run the command again");
    aws.recover();
    let path = home.path().join(".aws-mfa");
    let secret = aws_secret(&aws);
    assert!(fs::read_to_string(&path).unwrap().contains(&secret));
    end_of_step(&aws);
    let run = enroll(&home, "--to file").run();
    run.success()
        .says(&format!("mfa_serial = {SERIAL}\n"))
        .complains("going on with");
    assert_eq!(aws.count("CreateVirtualMFADevice"), 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{secret}\n"));
    log_in_with(&aws, &home, &run.stdout);
}

/// Kills a run that waits for AWS's answer to `action`, whose effect has happened.
fn kill_after(action: &str, aws: &StandIn, home: &Home) {
    aws.fail(action, Fault::Silence, 1);
    let mut run = home.awsmfa(["enroll", "--to", "file"]).start();
    let deadline = Instant::now() + Duration::from_mins(2);
    while aws.count(action) == 0 {
        assert!(Instant::now() < deadline, "{action} never came");
        thread::sleep(Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    aws.recover();
}

/// Runs again, and checks that the user has one device, whose secret is in the file.
fn finished_by_a_second_run(aws: &StandIn, home: &Home, orphans: usize, killed: &str) {
    end_of_step(aws);
    let run = enroll(home, "--to file").run();
    run.success();
    let devices = aws.user().devices;
    assert_eq!(devices.len(), 1, "{killed}");
    let secret = devices[0].secret.clone().unwrap();
    let stored = fs::read_to_string(home.path().join(".aws-mfa")).unwrap();
    assert_eq!(stored, format!("{secret}\n"), "{killed}");
    aws.change(|options| assert_eq!(options.unassigned_devices.len(), orphans, "{killed}"));
    let left = fs::read_dir(home.path()).unwrap().flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().contains("aws-mfa"));
    assert_eq!(left.count(), 1, "{killed}");
    log_in_with(aws, home, &run.stdout);
}

/// Only the time between AWS's answer and the first copy on disk is beyond rescue.
#[test]
fn a_run_that_is_killed_after_any_request_is_finished_by_the_next() {
    let requests = [
        ("GetCallerIdentity", 0),
        ("ListMFADevices", 0),
        ("CreateVirtualMFADevice", 1),
        ("EnableMFADevice", 0),
        ("GetSessionToken", 0),
    ];
    thread::scope(|scope| {
        for (action, orphans) in requests {
            scope.spawn(move || {
                let (aws, home) = newcomer();
                kill_after(action, &aws, &home);
                finished_by_a_second_run(&aws, &home, orphans, action);
            });
        }
    });
}

/// The secret is on the disk before AWS is asked to enable the device.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_killed_before_any_writing_call_is_finished_by_the_next() {
    // Before the new file is on the disk; before and after it gets its name; before the mark is taken
    // away. (After that nothing is left to do but to print.)
    let calls = [
        ("fsync", 1, 1),
        ("linkat", 1, 1),
        ("fsync", 2, 0),
        ("fsync", 3, 0),
    ];
    thread::scope(|scope| {
        for (call, nth, orphans) in calls {
            scope.spawn(move || {
                let (aws, home) = newcomer();
                let inject = format!("--inject={call}:signal=KILL:when={nth}");
                let words = [
                    "-f",
                    "-qq",
                    "-o",
                    "/dev/null",
                    &inject,
                    AWSMFA,
                    "enroll",
                    "--to",
                    "file",
                ];
                let run = home.program("strace", words).run();
                let killed = format!("{call} {nth}");
                assert!(
                    run.status.code() != Some(0),
                    "{killed} never came{}",
                    run.story()
                );
                finished_by_a_second_run(&aws, &home, orphans, &killed);
            });
        }
    });
}

#[test]
fn ctrl_c_says_what_exists() {
    let (aws, home) = newcomer();
    aws.fail("EnableMFADevice", Fault::Silence, 1);
    let mut terminal = home.terminal("enroll --to file");
    terminal.expect("its secret goes to");
    while aws.count("EnableMFADevice") == 0 {
        thread::sleep(Duration::from_millis(20));
    }
    terminal.send("\u{3}");
    terminal.expect("exists at AWS, not enabled; its secret is in the file");
    terminal.expect("to go on, run the command again");
}

fn aws_secret(aws: &StandIn) -> String {
    let mut secret = None;
    aws.change(|options| secret.clone_from(&options.unassigned_devices[0].secret));
    secret.unwrap()
}
