//! Sessions: their end, and what they may do.

use super::{accepted, login, refused, start};
use crate::support::signed::{Form, credentials, element};

#[test]
fn a_session_expires_and_gives_no_other_session() {
    let aws = start();
    let keys = credentials(&accepted(&login(&aws, &aws.code()), &aws));
    let session = |body: &str| Form {
        keys: keys.clone(),
        ..Form::new(&aws, body)
    };
    accepted(&session("Action=GetCallerIdentity"), &aws);
    let text = "Cannot call GetSessionToken with session credentials";
    let another = session("Action=GetSessionToken");
    refused(&another, &aws, 403, "AccessDenied", text);
    let mut stolen = session("Action=GetCallerIdentity");
    stolen.sent_header = Some(("x-amz-security-token", "other".to_owned()));
    refused(&stolen, &aws, 403, "InvalidClientTokenId", "");
    aws.advance(43_200);
    let late = session("Action=GetCallerIdentity");
    refused(&late, &aws, 403, "ExpiredToken", "is expired");
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
    assert_eq!(
        element(&answer, "SerialNumber"),
        "arn:aws:iam::123456789012:mfa/alice"
    );
    let text = "is not authorized to perform: iam:ListMFADevices on resource: ";
    for (body, text) in [
        ("Action=ListMFADevices", text),
        ("Action=ListMFADevices&UserName=bob", text),
        ("Action=ListUsers", "iam:ListUsers"),
    ] {
        refused(&iam(None, body), &aws, 403, "AccessDenied", text);
    }
    let without = credentials(&accepted(&Form::new(&aws, "Action=GetSessionToken"), &aws));
    let form = iam(Some(&without), "Action=ListUsers");
    refused(&form, &aws, 403, "InvalidClientTokenId", "");
    let with = credentials(&accepted(&login(&aws, &aws.code()), &aws));
    accepted(&iam(Some(&with), "Action=ListUsers"), &aws);
}
