//! Sessions that end early, outages that last until they are over, and who signed.

use std::io;
use std::net::TcpStream;

use super::{accepted, login, refused};
use crate::support::signed::{Form, credentials, element};
use crate::support::stand_in::{Fault, Options, Role, Signer, StandIn, calendar};

fn start() -> StandIn {
    StandIn::start(Options {
        longest_session: Some(60),
        longest_role_session: Some(20),
        ..Options::with_roles([Role::named("dev")])
    })
}

/// AssumeRole for an hour with a base session.
fn assume(aws: &StandIn) -> Form {
    let base = credentials(&accepted(&login(aws, &aws.code()), aws));
    let role = "RoleArn=arn:aws:iam::123456789012:role/dev&RoleSessionName=me";
    Form {
        keys: base,
        ..Form::new(
            aws,
            &format!("Action=AssumeRole&DurationSeconds=3600&{role}"),
        )
    }
}

fn identity(aws: &StandIn, answer: &str) -> Form {
    Form {
        keys: credentials(answer),
        ..Form::new(aws, "Action=GetCallerIdentity")
    }
}

#[test]
fn sessions_can_be_made_to_end_early() {
    let aws = start();
    let now = aws.now();
    let assume = assume(&aws);
    let answer = accepted(&assume, &aws);
    let ends = [now + 20, now + 21].map(calendar::extended);
    assert!(ends.iter().any(|end| end == element(&answer, "Expiration")));
    accepted(&identity(&aws, &answer), &aws);
    aws.advance(21);
    refused(&identity(&aws, &answer), &aws, 403, "ExpiredToken", "");
    let later = Form {
        time: aws.now(),
        ..assume
    };
    accepted(&later, &aws);
    aws.advance(40);
    refused(&later, &aws, 403, "ExpiredToken", "");
}

#[test]
fn requests_are_counted_by_role_and_signer() {
    let aws = start();
    let assume = assume(&aws);
    let role = accepted(&assume, &aws);
    accepted(&assume, &aws);
    accepted(&identity(&aws, &role), &aws);
    assert_eq!((aws.assumed("dev"), aws.assumed("prod")), (2, 0));
    let signers: Vec<_> = aws.requests().into_iter().map(|one| one.signer).collect();
    let alice = || "alice".to_owned();
    assert_eq!(
        signers,
        [
            Signer::LongTermKey(alice()),
            Signer::Session(alice()),
            Signer::Session(alice()),
            Signer::Role("dev".to_owned())
        ]
    );
}

#[test]
fn an_outage_of_one_service_or_action_lasts_until_it_is_over() {
    let aws = start();
    let assume = assume(&aws);
    aws.outage("AssumeRole", Fault::internal_failure());
    for _ in 0..3 {
        refused(&assume, &aws, 500, "InternalFailure", "");
    }
    accepted(&Form::new(&aws, "Action=GetCallerIdentity"), &aws);
    aws.outage("sts", Fault::Close);
    let identity = Form::new(&aws, "Action=GetCallerIdentity");
    assert_eq!(identity.send(aws.address()), "");
    aws.recover();
    accepted(&assume, &aws);
}

#[test]
fn a_door_can_be_shut_and_opened_again() {
    let aws = start();
    let door = aws.door();
    let form = Form::new(&aws, "Action=GetCallerIdentity");
    for _ in 0..3 {
        assert!(form.send(door.address()).starts_with("HTTP/1.1 200 "));
        let open = TcpStream::connect(door.address()).expect("a connection");
        door.shut();
        let refused = TcpStream::connect(door.address()).expect_err("no connection");
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let ended = io::Read::read(&mut &open, &mut [0]);
        assert!(ended.is_err() || ended.is_ok_and(|length| length == 0));
        accepted(&form, &aws);
        door.reopen();
    }
    assert_eq!(aws.count("GetCallerIdentity"), 6);
}
