use std::time::UNIX_EPOCH;

use super::super::supply::tests::{spec, wanted};
use super::*;
use crate::environment::tests::credentials;

fn at(minutes: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_mins(1_000_000 + minutes)
}

fn until(end: SystemTime) -> Credentials {
    Credentials {
        expiration: end,
        ..credentials()
    }
}

fn base(key_id: &str) -> Base {
    let mut credentials = until(at(720));
    key_id.clone_into(&mut credentials.access_key_id);
    Base {
        credentials,
        long_term_key_id: None,
        mfa_serial: None,
        of_this_run: false,
    }
}

/// However long the computer has slept: only the wall clock counts.
#[test]
fn a_session_is_fresh_while_more_than_twenty_minutes_are_left() {
    let role = RoleSession::new(spec(&wanted("me", &["deploy"], 0)));
    let (own, other) = (base("ASIAOWN"), base("ASIAOTHER"));
    role.succeed(until(at(60)), &own, at(0));
    let fresh = |base, minute| role.fresh(base, at(minute), PLENTY).is_some();
    assert!(fresh(Some(&own), 39) && fresh(None, 39));
    assert!(!fresh(Some(&own), 40) && !fresh(None, 40));
    assert!(!fresh(Some(&other), 39), "another base session");
    let valid = |seconds| role.valid(at(60) - Duration::from_secs(seconds)).is_some();
    assert!(valid(11) && !valid(10) && !valid(0));
    // Of a short session, half.
    role.succeed(until(at(15)), &own, at(0));
    assert!(fresh(Some(&own), 7) && !fresh(Some(&own), 8));
}
