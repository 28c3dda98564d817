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
    let mismatch = "The request signature we calculated does not match";
    let body = Some(format!("{}&a=b", right.body));
    refused(
        &Form {
            sent_body: body,
            ..right.clone()
        },
        &aws,
        403,
        "SignatureDoesNotMatch",
        mismatch,
    );
    let host = Some(("host", "elsewhere".to_owned()));
    refused(
        &Form {
            sent_header: host,
            ..right.clone()
        },
        &aws,
        403,
        "SignatureDoesNotMatch",
        mismatch,
    );
    let token = Some(("x-amz-security-token", "stray".to_owned()));
    refused(
        &Form {
            sent_header: token,
            ..right.clone()
        },
        &aws,
        403,
        "InvalidClientTokenId",
        "invalid",
    );
    let extra = Some(("x-amz-extra", "unsigned".to_owned()));
    refused(
        &Form {
            sent_header: extra,
            ..right.clone()
        },
        &aws,
        403,
        "SignatureDoesNotMatch",
        "'x-amz-extra' must be",
    );
    let none = Some(("authorization", "Bearer x".to_owned()));
    refused(
        &Form {
            sent_header: none,
            ..right.clone()
        },
        &aws,
        400,
        "IncompleteSignature",
        "",
    );
    refused(
        &Form {
            service: "ec2",
            ..right.clone()
        },
        &aws,
        403,
        "SignatureDoesNotMatch",
        "correct service",
    );
    refused(
        &Form {
            region: "cn-north-1",
            ..right.clone()
        },
        &aws,
        403,
        "SignatureDoesNotMatch",
        "valid region",
    );
    refused(
        &Form {
            region: "nowhere",
            ..right
        },
        &aws,
        403,
        "SignatureDoesNotMatch",
        "valid region",
    );
}

#[test]
fn the_clock_may_be_off_by_a_quarter_of_an_hour() {
    let aws = StandIn::start(Options {
        clock_offset: 36_000,
        ..Options::default()
    });
    let right = Form::new(&aws, "Action=GetCallerIdentity");
    let at = |offset: i64| Form {
        time: right.time.saturating_add_signed(offset),
        ..right.clone()
    };
    accepted(&at(-890), &aws);
    accepted(&at(890), &aws);
    refused(
        &at(-920),
        &aws,
        403,
        "SignatureDoesNotMatch",
        "Signature expired: ",
    );
    refused(&at(-920), &aws, 403, "SignatureDoesNotMatch", " - 15 min.)");
    refused(
        &at(920),
        &aws,
        403,
        "SignatureDoesNotMatch",
        "Signature not yet current: ",
    );
    assert!(
        accepted(&right, &aws).contains(&calendar::http(aws.now())[..16]),
        "its own Date"
    );
}

#[test]
fn unknown_and_inactive_keys_are_invalid() {
    let aws = start();
    let right = Form::new(&aws, "Action=GetCallerIdentity");
    aws.change(|options| options.users[0].keys[0].active = false);
    refused(
        &right,
        &aws,
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid",
    );
    aws.change(|options| options.users[0].keys = vec![AccessKey::active("AKIAOTHER", "x")]);
    refused(
        &right,
        &aws,
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid",
    );
}
