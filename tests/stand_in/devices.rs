//! MFA devices of IAM: their life, and who may do what to them.

use super::{accepted, login, refused, start};
use crate::support::signed::{Form, credentials, element};
use crate::support::stand_in::{Device, StandIn, totp};

const NAME: &str = "arn:aws:iam::123456789012:mfa/phone";

fn iam(aws: &StandIn, body: &str) -> Form {
    let mut form = Form::new(aws, "");
    form.service = "iam";
    form.body = format!("Version=2010-05-08&Action={body}");
    form
}

fn with_mfa(aws: &StandIn, body: &str) -> Form {
    let keys = credentials(&accepted(&login(aws, &aws.code()), aws));
    Form {
        keys,
        ..iam(aws, body)
    }
}

fn two_codes(aws: &StandIn, secret: &str, ahead: u64) -> String {
    let secret = totp::base32(secret).unwrap();
    let step = aws.now() / totp::STEP + ahead;
    let (first, second) = (
        totp::code(&secret, step - 1, 6),
        totp::code(&secret, step, 6),
    );
    format!("AuthenticationCode1={first}&AuthenticationCode2={second}")
}

fn created(aws: &StandIn) -> String {
    let form = iam(aws, "CreateVirtualMFADevice&VirtualMFADeviceName=phone");
    let answer = accepted(&form, aws);
    assert_eq!(element(&answer, "SerialNumber"), NAME);
    let seed = element(&answer, "Base32StringSeed");
    let seed = base64_simd::STANDARD.decode_to_vec(seed).unwrap();
    let seed = String::from_utf8(seed).unwrap();
    assert_eq!(totp::base32(&seed).unwrap().len(), 40);
    seed
}

#[test]
fn a_device_is_created_enabled_and_used() {
    let aws = start();
    aws.settle();
    aws.change(|options| options.settling = 1);
    let seed = created(&aws);
    let name = "CreateVirtualMFADevice&VirtualMFADeviceName=phone";
    let text = "MFADevice entity at the same path and name already exists.";
    refused(&iam(&aws, name), &aws, 409, "EntityAlreadyExists", text);
    let enable = |codes: &str| {
        let body = format!("EnableMFADevice&UserName=alice&SerialNumber={NAME}&{codes}");
        iam(&aws, &body)
    };
    let wrong = enable("AuthenticationCode1=000000&AuthenticationCode2=000000");
    let text = "Authentication code for device is not valid";
    refused(&wrong, &aws, 403, "InvalidAuthenticationCode", text);
    let codes = two_codes(&aws, &seed, 0);
    accepted(&enable(&codes), &aws);
    refused(&enable(&codes), &aws, 409, "EntityAlreadyExists", "in use");
    let list = iam(&aws, "ListMFADevices&UserName=alice");
    assert!(!accepted(&list, &aws).contains(NAME), "not known yet");
    assert!(accepted(&list, &aws).contains(NAME));
    let used = codes.rsplit('=').next().unwrap();
    let session = |code: &str| {
        let body = format!("Action=GetSessionToken&SerialNumber={NAME}&TokenCode={code}");
        Form::new(&aws, &body)
    };
    refused(
        &session(used),
        &aws,
        403,
        "AccessDenied",
        "invalid MFA one time",
    );
    let next = totp::code(&totp::base32(&seed).unwrap(), aws.now() / totp::STEP + 1, 6);
    accepted(&session(&next), &aws);
}

#[test]
fn an_orphan_stays_and_a_device_in_use_too() {
    let aws = start();
    created(&aws);
    let orphan = format!("DeleteVirtualMFADevice&SerialNumber={NAME}");
    let text = "with an explicit deny in an identity-based policy";
    refused(&iam(&aws, &orphan), &aws, 403, "AccessDenied", text);
    let text = "no identity-based policy allows";
    let session = with_mfa(&aws, &orphan);
    refused(&session, &aws, 403, "AccessDenied", text);
    aws.change(|options| {
        let policy = &mut options.users[0].policy;
        policy.always.push("DeleteVirtualMFADevice");
    });
    let own = aws.serial();
    let in_use = iam(&aws, &format!("DeleteVirtualMFADevice&SerialNumber={own}"));
    refused(
        &in_use,
        &aws,
        409,
        "DeleteConflict",
        "Must deactivate first",
    );
    accepted(&iam(&aws, &orphan), &aws);
    refused(
        &iam(&aws, &orphan),
        &aws,
        404,
        "NoSuchEntity",
        "does not exist",
    );
    let off = format!("DeactivateMFADevice&UserName=alice&SerialNumber={own}");
    refused(&iam(&aws, &off), &aws, 403, "AccessDenied", "explicit deny");
    let mut session = session;
    session.body = format!("Version=2010-05-08&Action={off}");
    accepted(&session, &aws);
    accepted(&in_use, &aws);
}

#[test]
fn two_consecutive_codes_bring_a_device_back_into_step() {
    let aws = start();
    aws.settle();
    let serial = aws.serial();
    let secret = aws.secret();
    let resync = |codes: &str| {
        let body = format!("ResyncMFADevice&UserName=alice&SerialNumber={serial}&{codes}");
        iam(&aws, &body)
    };
    accepted(&resync(&two_codes(&aws, &secret, 90)), &aws);
    let current = login(&aws, &aws.code());
    refused(&current, &aws, 403, "AccessDenied", "invalid MFA one time");
    accepted(&login(&aws, &aws.code_in(91)), &aws);
    let body = "AuthenticationCode1=000000&AuthenticationCode2=000000";
    refused(&resync(body), &aws, 403, "InvalidAuthenticationCode", "");
}

#[test]
fn a_policy_may_allow_one_name_only_and_a_user_has_eight_devices() {
    let aws = start();
    aws.change(|options| options.users[0].policy.own_device_name_only = true);
    let other = iam(&aws, "CreateVirtualMFADevice&VirtualMFADeviceName=phone");
    let text = "iam:CreateVirtualMFADevice on resource: arn:aws:iam::123456789012:mfa/phone";
    refused(&other, &aws, 403, "AccessDenied", text);
    aws.change(|options| options.users[0].policy.own_device_name_only = false);
    let seed = created(&aws);
    aws.change(|options| options.users[0].devices = vec![Device::totp("GAHT12345678"); 8]);
    let codes = two_codes(&aws, &seed, 0);
    let body = format!("EnableMFADevice&UserName=alice&SerialNumber={NAME}&{codes}");
    let text = "Cannot exceed quota for MfaDevicesPerUser: 8";
    refused(&iam(&aws, &body), &aws, 409, "LimitExceeded", text);
}
