//! The stand-in itself: what it accepts, and that it refuses everything else in AWS's words.

use proptest::prelude::*;

use crate::support::signed::{Form, credentials, element};
use crate::support::stand_in::http::Request;
use crate::support::stand_in::sigv4::Authorization;
use crate::support::stand_in::{
    AccessKey, ConnectionFault, Device, Fault, Options, Recorded, StandIn, User, calendar, totp,
};

fn start() -> StandIn {
    StandIn::start(Options::default())
}

/// GetSessionToken with this code.
fn login(aws: &StandIn, code: &str) -> Form {
    let serial = &aws.user().devices[0].serial_number;
    Form::new(aws, &format!("Action=GetSessionToken&SerialNumber={serial}&TokenCode={code}"))
}

#[track_caller]
fn refused(form: &Form, aws: &StandIn, status: u16, code: &str, message: &str) {
    let answer = form.send(aws.address());
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert_eq!(element(&answer, "Code"), code, "{answer}");
    assert!(element(&answer, "Message").contains(message), "{answer}");
}

#[track_caller]
fn accepted(form: &Form, aws: &StandIn) -> String {
    let answer = form.send(aws.address());
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    answer
}

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
        assert_eq!(totp::code(b"12345678901234567890", time / totp::STEP, 8), code, "at {time}");
    }
    let secret = totp::base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_eq!(secret.as_deref(), Some(b"12345678901234567890".as_slice()));
}

/// get-vanilla, get-vanilla-query-order-key-case and post-x-www-form-urlencoded of AWS's
/// Signature Version 4 test suite.
#[test]
fn signatures_are_those_of_the_test_suite() {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let vectors = [
        ("GET", "", "", None, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("GET", "Param2=value2&Param1=value1", "", None, "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        ("POST", "", "Param1=value1", Some(form), "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    ];
    for (method, query, body, header, signature) in vectors {
        let names = if header.is_some() { "content-type;host;x-amz-date" } else { "host;x-amz-date" };
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders={names}, Signature={signature}"
        );
        let mut headers = vec![
            ("host", "example.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
            ("authorization", &authorization),
        ];
        headers.extend(header);
        let request = Request {
            method: method.to_owned(),
            path: "/".to_owned(),
            query: query.to_owned(),
            headers: headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            body: body.into(),
        };
        let parsed = Authorization::of(&request).unwrap();
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        assert!(parsed.check_signature(&request, secret).is_ok(), "{method} {query}");
        assert!(parsed.check_signature(&request, "another").is_err(), "{method} {query}");
    }
}

#[test]
fn dates_have_aws_forms() {
    assert_eq!(calendar::http(1_767_323_045), "Fri, 02 Jan 2026 03:04:05 GMT");
    assert_eq!(calendar::extended(951_782_400), "2000-02-29T00:00:00Z");
    for odd in ["20260231T000000Z", "20260102T250000Z", "2026-01-02T03:04:05Z", "", "é", "20260002T000000Z"] {
        assert_eq!(calendar::parse_basic(odd), None, "{odd}");
    }
}

proptest! {
    #[test]
    fn dates_are_read_as_they_are_written(epoch in 0_u64..10_000_000_000) {
        prop_assert_eq!(calendar::parse_basic(&calendar::basic(epoch)), Some(epoch));
    }
}

#[test]
fn a_request_that_was_tampered_with_is_refused() {
    let aws = start();
    let right = Form::new(&aws, "Action=GetCallerIdentity");
    let answer = accepted(&right, &aws);
    assert_eq!(element(&answer, "Arn"), "arn:aws:iam::123456789012:user/alice");
    let mismatch = "The request signature we calculated does not match";
    let body = Some(format!("{}&a=b", right.body));
    refused(&Form { sent_body: body, ..right.clone() }, &aws, 403, "SignatureDoesNotMatch", mismatch);
    let host = Some(("host", "elsewhere".to_owned()));
    refused(&Form { sent_header: host, ..right.clone() }, &aws, 403, "SignatureDoesNotMatch", mismatch);
    let token = Some(("x-amz-security-token", "stray".to_owned()));
    refused(&Form { sent_header: token, ..right.clone() }, &aws, 403, "InvalidClientTokenId", "invalid");
    let extra = Some(("x-amz-extra", "unsigned".to_owned()));
    refused(&Form { sent_header: extra, ..right.clone() }, &aws, 403, "SignatureDoesNotMatch", "'x-amz-extra' must be");
    let none = Some(("authorization", "Bearer x".to_owned()));
    refused(&Form { sent_header: none, ..right.clone() }, &aws, 400, "IncompleteSignature", "");
    refused(&Form { service: "ec2", ..right.clone() }, &aws, 403, "SignatureDoesNotMatch", "correct service");
    refused(&Form { region: "cn-north-1", ..right.clone() }, &aws, 403, "SignatureDoesNotMatch", "valid region");
    refused(&Form { region: "nowhere", ..right }, &aws, 403, "SignatureDoesNotMatch", "valid region");
}

#[test]
fn the_clock_may_be_off_by_a_quarter_of_an_hour() {
    let aws = StandIn::start(Options { clock_offset: 36_000, ..Options::default() });
    let right = Form::new(&aws, "Action=GetCallerIdentity");
    let at = |offset: i64| Form { time: right.time.saturating_add_signed(offset), ..right.clone() };
    accepted(&at(-890), &aws);
    accepted(&at(890), &aws);
    refused(&at(-920), &aws, 403, "SignatureDoesNotMatch", "Signature expired: ");
    refused(&at(-920), &aws, 403, "SignatureDoesNotMatch", " - 15 min.)");
    refused(&at(920), &aws, 403, "SignatureDoesNotMatch", "Signature not yet current: ");
    assert!(accepted(&right, &aws).contains(&calendar::http(aws.now())[..16]), "its own Date");
}

#[test]
fn unknown_and_inactive_keys_are_invalid() {
    let aws = start();
    let right = Form::new(&aws, "Action=GetCallerIdentity");
    aws.change(|options| options.users[0].keys[0].active = false);
    refused(&right, &aws, 403, "InvalidClientTokenId", "The security token included in the request is invalid");
    aws.change(|options| options.users[0].keys = vec![AccessKey::active("AKIAOTHER", "x")]);
    refused(&right, &aws, 403, "InvalidClientTokenId", "The security token included in the request is invalid");
}

#[test]
fn a_code_works_once_and_one_step_either_way() {
    let invalid = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    for steps in [-1, 0, 1] {
        let aws = start();
        let form = login(&aws, &aws.code_in(steps));
        accepted(&form, &aws);
        refused(&form, &aws, 403, "AccessDenied", invalid);
    }
    let aws = start();
    aws.advance(-(i64::try_from(aws.now() % 30).unwrap()) + 10); // the middle of a step
    refused(&login(&aws, &aws.code_in(-2)), &aws, 403, "AccessDenied", invalid);
    refused(&login(&aws, &aws.code_in(2)), &aws, 403, "AccessDenied", invalid);
    refused(&login(&aws, &aws.wrong_code()), &aws, 403, "AccessDenied", invalid);
}

#[test]
fn only_the_users_own_totp_devices_count() {
    let aws = start();
    let text = "unable to validate MFA code.  Please verify your MFA serial number";
    let form = |serial: &str| {
        let code = aws.code();
        Form::new(&aws, &format!("Action=GetSessionToken&SerialNumber={serial}&TokenCode={code}"))
    };
    refused(&form("arn:aws:iam::123456789012:mfa/bob"), &aws, 403, "AccessDenied", text);
    let fido = "arn:aws:iam::123456789012:u2f/user/alice/key-ABC";
    aws.change(|options| options.users[0].devices.push(Device::fido(fido)));
    refused(&form(fido), &aws, 403, "AccessDenied", text);
    refused(&Form::new(&aws, "Action=GetSessionToken&TokenCode=123456"), &aws, 403, "AccessDenied", "must provide both");
}

#[test]
fn parameters_are_validated_in_aws_form() {
    let aws = start();
    let text = "1 validation error detected: Value 'cccccc' at 'tokenCode' failed to satisfy \
                constraint: Member must satisfy regular expression pattern: [\\d]*";
    refused(&login(&aws, "cccccc"), &aws, 400, "ValidationError", text);
    refused(&login(&aws, "12345"), &aws, 400, "ValidationError", "length greater than or equal to 6");
    refused(&login(&aws, "1234567"), &aws, 400, "ValidationError", "length less than or equal to 6");
    refused(&login(&aws, "c"), &aws, 400, "ValidationError", "2 validation errors detected: ");
    for (seconds, text) in [(899, "greater than or equal to 900"), (129_601, "less than or equal to 129600")] {
        let form = Form::new(&aws, &format!("Action=GetSessionToken&DurationSeconds={seconds}"));
        refused(&form, &aws, 400, "ValidationError", text);
    }
    refused(&Form::new(&aws, "Action=DeleteEverything"), &aws, 400, "InvalidAction", "DeleteEverything");
}

#[test]
fn a_session_has_an_end_and_cannot_beget_another() {
    let aws = start();
    let keys = credentials(&accepted(&login(&aws, &aws.code()), &aws));
    let session = |body: &str| Form { keys: keys.clone(), ..Form::new(&aws, body) };
    accepted(&session("Action=GetCallerIdentity"), &aws);
    let text = "Cannot call GetSessionToken with session credentials";
    refused(&session("Action=GetSessionToken"), &aws, 403, "AccessDenied", text);
    let mut stolen = session("Action=GetCallerIdentity");
    stolen.sent_header = Some(("x-amz-security-token", "other".to_owned()));
    refused(&stolen, &aws, 403, "InvalidClientTokenId", "");
    aws.advance(43_200);
    refused(&session("Action=GetCallerIdentity"), &aws, 403, "ExpiredToken", "is expired");
}

#[test]
fn iam_lists_the_own_devices_and_little_else_without_mfa() {
    let aws = start();
    let iam = |keys: Option<&_>, body: &str| {
        let mut form = Form::new(&aws, "");
        form.service = "iam";
        form.body = format!("Version=2010-05-08&{body}");
        form.keys = keys.cloned().unwrap_or(form.keys);
        form
    };
    let answer = accepted(&iam(None, "Action=ListMFADevices&UserName=alice"), &aws);
    assert_eq!(element(&answer, "SerialNumber"), "arn:aws:iam::123456789012:mfa/alice");
    let text = "is not authorized to perform: iam:ListMFADevices on resource: ";
    refused(&iam(None, "Action=ListMFADevices"), &aws, 403, "AccessDenied", text);
    refused(&iam(None, "Action=ListMFADevices&UserName=bob"), &aws, 403, "AccessDenied", text);
    refused(&iam(None, "Action=ListUsers"), &aws, 403, "AccessDenied", "iam:ListUsers");
    let without = credentials(&accepted(&Form::new(&aws, "Action=GetSessionToken"), &aws));
    refused(&iam(Some(&without), "Action=ListUsers"), &aws, 403, "InvalidClientTokenId", "");
    let with = credentials(&accepted(&login(&aws, &aws.code()), &aws));
    accepted(&iam(Some(&with), "Action=ListUsers"), &aws);
}

#[test]
fn a_region_can_be_switched_off() {
    let aws = start();
    aws.change(|options| options.disabled_regions.push("eu-west-1".to_owned()));
    let form = Form { region: "eu-west-1", ..Form::new(&aws, "Action=GetCallerIdentity") };
    refused(&form, &aws, 403, "RegionDisabledException", "STS is not activated in this region for account:123456789012.");
}

#[test]
fn partitions_have_their_own_regions() {
    let users = vec![User::default().in_partition("aws-cn")];
    let aws = StandIn::start(Options { users, ..Options::default() });
    let form = Form::new(&aws, "Action=GetCallerIdentity");
    refused(&form, &aws, 403, "SignatureDoesNotMatch", "valid region");
    accepted(&Form { region: "cn-north-1", ..form.clone() }, &aws);
    let host = "sts.cn-northwest-1.amazonaws.com.cn".to_owned();
    refused(&Form { region: "cn-north-1", host, ..form }, &aws, 403, "SignatureDoesNotMatch", "valid region");
}

#[test]
fn it_goes_wrong_as_told_and_remembers_everything() {
    let aws = start();
    let form = Form::new(&aws, "Action=GetSessionToken");
    let send = |fault: Fault| {
        aws.fail("GetSessionToken", fault, 1);
        form.send(aws.address())
    };
    assert!(send(Fault::throttling()).contains("<Code>Throttling</Code>"));
    assert!(send(Fault::internal_failure()).starts_with("HTTP/1.1 500 "));
    assert!(send(Fault::service_unavailable()).starts_with("HTTP/1.1 503 "));
    assert!(!send(Fault::Truncate).contains("</SessionToken>"));
    let without = send(Fault::Without("Expiration"));
    assert!(without.contains("SessionToken") && !without.contains("Expiration"));
    assert_eq!(element(&send(Fault::Replace("SessionToken", "a'<\n".into())), "SessionToken"), "a'&lt;&#10;");
    assert!(send(Fault::Body(b"<html>".to_vec())).ends_with("\r\n\r\n<html>"));
    assert_eq!(send(Fault::Close), "");
    assert_eq!(send(Fault::Reset), "");
    aws.fail_connections(ConnectionFault::Close, 1);
    assert_eq!(form.send(aws.address()), "");
    assert!(form.send(aws.address()).starts_with("HTTP/1.1 200 "), "healthy again");
    let requests = aws.requests();
    assert_eq!(aws.actions(), vec!["GetSessionToken"; 10], "all but the connection that was closed");
    let errors: Vec<_> = requests.iter().filter_map(|request| request.error.as_deref()).collect();
    assert_eq!(errors, ["Throttling", "InternalFailure", "ServiceUnavailable"]);
    let Recorded { service, region, access_key_id, .. } = &requests[0];
    assert_eq!((service.as_str(), region.as_str(), access_key_id.as_str()), ("sts", "us-east-1", "AKIAIOSFODNN7EXAMPLE"));
}
