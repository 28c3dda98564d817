//! Codes: RFC 6238, once, and from the user's own devices.

use super::{accepted, login, refused, start};
use crate::support::signed::Form;
use crate::support::stand_in::{Device, totp};

/// RFC 6238, appendix B, the SHA-1 column.
#[test]
fn codes_are_those_of_rfc_6238() {
    let vectors = [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ];
    for (time, code) in vectors {
        assert_eq!(
            totp::code(b"12345678901234567890", time / totp::STEP, 8),
            code,
            "at {time}"
        );
    }
    let secret = totp::base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_eq!(secret.as_deref(), Some(b"12345678901234567890".as_slice()));
}

#[test]
fn a_code_works_once_and_one_step_either_way() {
    let invalid = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    for steps in [-1, 0, 1] {
        let aws = start();
        aws.settle();
        let form = login(&aws, &aws.code_in(steps));
        accepted(&form, &aws);
        refused(&form, &aws, 403, "AccessDenied", invalid);
    }
    let aws = start();
    aws.settle();
    for code in [aws.code_in(-2), aws.code_in(2), aws.wrong_code()] {
        let form = login(&aws, &code);
        refused(&form, &aws, 403, "AccessDenied", invalid);
    }
}

#[test]
fn only_the_users_own_totp_devices_count() {
    let aws = start();
    let fido = "arn:aws:iam::123456789012:u2f/user/alice/key-ABC";
    aws.change(|options| options.users[0].devices.push(Device::fido(fido)));
    let denied = |words: &str, text: &str| {
        let form = Form::new(&aws, &format!("Action=GetSessionToken&{words}"));
        refused(&form, &aws, 403, "AccessDenied", text);
    };
    let text = "unable to validate MFA code.  Please verify your MFA serial number";
    for serial in ["arn:aws:iam::123456789012:mfa/bob", fido] {
        let code = aws.code();
        denied(&format!("SerialNumber={serial}&TokenCode={code}"), text);
    }
    denied("TokenCode=123456", "must provide both");
}

#[test]
fn parameters_are_validated_in_aws_form() {
    let aws = start();
    let invalid = |form: &Form, text: &str| refused(form, &aws, 400, "ValidationError", text);
    for (code, text) in [
        (
            "cccccc",
            "1 validation error detected: Value 'cccccc' at 'tokenCode' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [\\d]*",
        ),
        ("12345", "length greater than or equal to 6"),
        ("1234567", "length less than or equal to 6"),
        ("c", "2 validation errors detected: "),
    ] {
        invalid(&login(&aws, code), text);
    }
    for (seconds, text) in [
        (899, "greater than or equal to 900"),
        (129_601, "less than or equal to 129600"),
    ] {
        let body = format!("Action=GetSessionToken&DurationSeconds={seconds}");
        invalid(&Form::new(&aws, &body), text);
    }
    let unknown = Form::new(&aws, "Action=DeleteEverything");
    refused(&unknown, &aws, 400, "InvalidAction", "DeleteEverything");
}
