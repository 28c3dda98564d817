//! Signatures, clocks and keys.

use super::{accepted, refused, start};
use crate::support::signed::{Form, element};
use crate::support::stand_in::http::Request;
use crate::support::stand_in::sigv4::Authorization;
use crate::support::stand_in::{AccessKey, Options, StandIn, calendar};

/// get-vanilla, get-vanilla-query-order-key-case and post-x-www-form-urlencoded of AWS's
/// Signature Version 4 test suite.
#[test]
fn signatures_are_those_of_the_test_suite() {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let vectors = [
        (
            "GET",
            "",
            "",
            None,
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "GET",
            "Param2=value2&Param1=value1",
            "",
            None,
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "POST",
            "",
            "Param1=value1",
            Some(form),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
    ];
    for (method, query, body, header, signature) in vectors {
        let names = if header.is_some() {
            "content-type;host;x-amz-date"
        } else {
            "host;x-amz-date"
        };
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
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            body: body.into(),
        };
        let parsed = Authorization::of(&request).unwrap();
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        assert!(
            parsed.check_signature(&request, secret).is_ok(),
            "{method} {query}"
        );
        assert!(
            parsed.check_signature(&request, "another").is_err(),
            "{method} {query}"
        );
    }
}

#[test]
fn a_request_that_was_tampered_with_is_refused() {
    let aws = start();
    let right = Form::new(&aws, "Action=GetCallerIdentity");
    let answer = accepted(&right, &aws);
    assert_eq!(
        element(&answer, "Arn"),
        "arn:aws:iam::123456789012:user/alice"
    );
    let bent = |bend: &dyn Fn(&mut Form)| {
        let mut form = right.clone();
        bend(&mut form);
        form
    };
    let with_header = |name, value: &str| {
        let header = Some((name, value.to_owned()));
        bent(&|form| form.sent_header.clone_from(&header))
    };
    let longer = bent(&|form| form.sent_body = Some(format!("{}&a=b", form.body)));
    let elsewhere = with_header("host", "elsewhere");
    let mismatch = "The request signature we calculated does not match";
    for (form, text) in [
        (longer, mismatch),
        (elsewhere, mismatch),
        (
            with_header("x-amz-extra", "unsigned"),
            "'x-amz-extra' must be",
        ),
        (bent(&|form| form.service = "ec2"), "correct service"),
        (bent(&|form| form.region = "cn-north-1"), "valid region"),
        (bent(&|form| form.region = "nowhere"), "valid region"),
    ] {
        refused(&form, &aws, 403, "SignatureDoesNotMatch", text);
    }
    let stray = with_header("x-amz-security-token", "stray");
    refused(&stray, &aws, 403, "InvalidClientTokenId", "invalid");
    let unsigned = with_header("authorization", "Bearer x");
    refused(&unsigned, &aws, 400, "IncompleteSignature", "");
}

#[test]
fn the_clock_may_be_off_by_a_quarter_of_an_hour() {
    let aws = StandIn::start(Options::ahead(36_000));
    let right = Form::new(&aws, "Action=GetCallerIdentity");
    let at = |offset: i64| Form {
        time: right.time.saturating_add_signed(offset),
        ..right.clone()
    };
    accepted(&at(-890), &aws);
    accepted(&at(890), &aws);
    for (offset, text) in [
        (-920, "Signature expired: "),
        (-920, " - 15 min.)"),
        (920, "Signature not yet current: "),
    ] {
        refused(&at(offset), &aws, 403, "SignatureDoesNotMatch", text);
    }
    assert!(
        accepted(&right, &aws).contains(&calendar::http(aws.now())[..16]),
        "its own Date"
    );
}

#[test]
fn unknown_and_inactive_keys_are_invalid() {
    let aws = start();
    let right = Form::new(&aws, "Action=GetCallerIdentity");
    let text = "The security token included in the request is invalid";
    aws.change(|options| options.users[0].keys[0].active = false);
    refused(&right, &aws, 403, "InvalidClientTokenId", text);
    aws.change(|options| options.users[0].keys = vec![AccessKey::active("AKIAOTHER", "x")]);
    refused(&right, &aws, 403, "InvalidClientTokenId", text);
}
