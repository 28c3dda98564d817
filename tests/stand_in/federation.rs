//! The console's sign-in endpoint.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{accepted, login};
use crate::support::signed::{Form, element};
use crate::support::stand_in::{Options, Role, StandIn};

/// The whole answer to a sign-in with the credentials in this answer of STS.
fn sign_in(aws: &StandIn, credentials: &str, more: &str) -> String {
    let session = json!({
        "sessionId": element(credentials, "AccessKeyId"),
        "sessionKey": element(credentials, "SecretAccessKey"),
        "sessionToken": element(credentials, "SessionToken"),
    });
    let session = utf8_percent_encode(&session.to_string(), NON_ALPHANUMERIC).to_string();
    let body = format!("Action=getSigninToken&Session={session}{more}");
    let mut stream = TcpStream::connect(aws.address()).expect("the stand-in listens");
    let head = format!(
        "POST /federation HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream
        .write_all((head + &body).as_bytes())
        .expect("the request is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn a_session_of_a_role_signs_in_and_no_other_does() {
    let aws = StandIn::start(Options::with_roles([Role::for_two_hours("dev")]));
    aws.settle();
    let assume = format!(
        "Action=AssumeRole&RoleSessionName=me&RoleArn=arn:aws:iam::123456789012:role/dev&SerialNumber={}&TokenCode={}",
        aws.serial(),
        aws.code()
    );
    let role = accepted(&Form::new(&aws, &assume), &aws);
    aws.advance(30);
    let user = accepted(&login(&aws, &aws.code()), &aws);
    for (credentials, more, taken) in [
        (&role, "", true),
        (&role, "&SessionDuration=900", true),
        (&role, "&SessionDuration=7200", true),
        (&role, "&SessionDuration=7201", false),
        (&role, "&SessionDuration=899", false),
        (&user, "", false),
    ] {
        let answer = sign_in(&aws, credentials, more);
        assert_eq!(answer.contains("SigninToken"), taken, "{more}: {answer}");
    }
    aws.advance(3600);
    assert!(
        sign_in(&aws, &role, "").starts_with("HTTP/1.1 400 "),
        "it has expired"
    );
}
