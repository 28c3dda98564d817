//! An enrolment that ends in between: what is said, and that a second run loses nothing.

use std::fs;

use super::{SERIAL, end_of_step, enroll, log_in_with, newcomer};
use crate::support::stand_in::Fault;

#[test]
fn the_device_is_named_if_the_answer_to_its_creation_is_lost() {
    for fault in [
        Fault::Close,
        Fault::Reset,
        Fault::Truncate,
        Fault::internal_failure(),
        Fault::Without("Base32StringSeed"),
    ] {
        let (aws, home) = newcomer();
        let is_created = !matches!(fault, Fault::Refuse(_));
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
        let suffix = if is_created { "-2" } else { "" };
        run.success()
            .says(&format!("mfa_serial = {SERIAL}{suffix}\n"));
    }
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

fn aws_secret(aws: &crate::support::stand_in::StandIn) -> String {
    let mut secret = None;
    aws.change(|options| secret.clone_from(&options.unassigned_devices[0].secret));
    secret.unwrap()
}
