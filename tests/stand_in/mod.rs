//! The stand-in itself: what it accepts, and that it refuses everything else in AWS's words.

mod codes;
mod dates;
mod devices;
mod faults;
mod federation;
mod lifetimes;
mod objects;
mod regions;
mod roles;
mod sessions;
mod signatures;

use crate::support::signed::{Form, element};
use crate::support::stand_in::{Options, StandIn};

fn start() -> StandIn {
    StandIn::start(Options::default())
}

/// GetSessionToken with this code.
fn login(aws: &StandIn, code: &str) -> Form {
    let serial = aws.serial();
    Form::new(
        aws,
        &format!("Action=GetSessionToken&SerialNumber={serial}&TokenCode={code}"),
    )
}

#[track_caller]
fn refused(form: &Form, aws: &StandIn, status: u16, code: &str, message: &str) {
    let answer = form.send(aws.address());
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    assert_eq!(element(&answer, "Code"), code, "{answer}");
    assert!(element(&answer, "Message").contains(message), "{answer}");
}

#[track_caller]
fn accepted(form: &Form, aws: &StandIn) -> String {
    let answer = form.send(aws.address());
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    answer
}
