mod files;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::*;

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/u";

fn beside(home: &Path) -> Ledger {
    Ledger {
        runtime: Some(home.to_owned()),
        temporary: "/nowhere".into(),
    }
}

/// The 30-second step of this number.
fn step(number: u64) -> TimeStep {
    TimeStep {
        start: number * 30,
        seconds: 30,
    }
}

fn grants(ledger: &Ledger, serial: &str, number: u64) -> bool {
    ledger.claim(serial, step(number)).unwrap().is_some()
}

fn text(home: &Path) -> String {
    fs::read_to_string(home.join("awsmfa/used-time-steps")).unwrap()
}

#[test]
fn a_time_step_is_used_once_per_device() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    assert_eq!(ledger.last_use(SERIAL).unwrap(), None);
    assert!(grants(&ledger, SERIAL, 100));
    assert_eq!(ledger.last_use(SERIAL).unwrap(), Some(3000));
    assert!(!grants(&ledger, SERIAL, 100));
    assert!(grants(&ledger, SERIAL, 101));
    assert!(!grants(&ledger, SERIAL, 100), "the one after it was used");
    assert!(grants(&ledger, "other", 100));
    assert!(!grants(&beside(home.path()), SERIAL, 101));
    assert_eq!(text(home.path()), format!("{SERIAL} 3030\nother 3000\n"));
}

/// Everything that AWS allows in a serial number, and what it does not.
#[test]
fn serial_numbers_of_every_kind() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    let longest = "x".repeat(256);
    let odd = ["GAHT12345678", "a_b+c=d/e:f,g.h@i-j", "7", &longest];
    for serial in odd {
        assert!(grants(&ledger, serial, 7));
    }
    for serial in odd {
        assert!(!grants(&ledger, serial, 7), "{serial}");
        assert!(grants(&ledger, serial, 8), "{serial}");
    }
    for none in ["a b", "a\nb 9", "\u{1b}"] {
        assert!(ledger.claim(none, step(7)).is_err(), "{none:?}");
    }
    assert_eq!(text(home.path()).lines().count(), odd.len());
}

#[test]
fn the_file_stays_small() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    for number in 0..300 {
        assert!(grants(&ledger, &format!("{number:0>256}"), number));
    }
    let text = text(home.path());
    assert_eq!(text.lines().count(), MOST);
    assert!(text.contains("299 8970\n") && !text.contains("199 5970\n"));
}

#[test]
fn only_the_user_can_get_at_it() {
    let home = tempfile::tempdir().unwrap();
    assert!(grants(&beside(home.path()), SERIAL, 1));
    let mode = |path: &str| {
        let status = home.path().join(path).metadata().unwrap();
        status.permissions().mode() & 0o777
    };
    assert_eq!(mode("awsmfa"), 0o700);
    assert_eq!(mode("awsmfa/used-time-steps"), 0o600);
}

#[test]
fn a_claim_that_was_not_used_is_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    let claim = |number| ledger.claim(SERIAL, step(number)).unwrap();
    claim(6).unwrap();
    let seventh = claim(7).unwrap();
    ledger.release(&seventh).unwrap();
    assert_eq!(claim(6), None, "it is still spent");
    let seventh = claim(7).unwrap();
    claim(8).unwrap();
    ledger.release(&seventh).unwrap();
    assert_eq!(claim(8), None, "what others have used since is still spent");
    let other = ledger.claim("other", step(7)).unwrap().unwrap();
    ledger.release(&other).unwrap();
    assert_eq!(text(home.path()), format!("{SERIAL} 240\n"));
}

/// A wrong clock has noted a step of next year.
#[test]
fn the_future_is_not_believed() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    let future = ledger.claim(SERIAL, step(1_000_000)).unwrap().unwrap();
    let now = ledger.claim(SERIAL, step(100)).unwrap();
    assert!(now.is_some());
    assert_eq!(ledger.claim(SERIAL, step(100)).unwrap(), None);
    ledger.release(&future).unwrap();
    assert_eq!(ledger.claim(SERIAL, step(100)).unwrap(), None);
}

/// A terminal whose clock is behind, after one that has learned AWS's time.
#[test]
fn a_clock_that_is_behind_removes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    let right = step(2_000);
    ledger.claim(SERIAL, right).unwrap().unwrap();
    let wrong = ledger.claim(SERIAL, step(10)).unwrap().unwrap();
    ledger.release(&wrong).unwrap();
    assert_eq!(ledger.claim(SERIAL, right).unwrap(), None);
}

#[test]
fn time_steps_of_another_length_are_forgotten_in_time() {
    let home = tempfile::tempdir().unwrap();
    let ledger = beside(home.path());
    let at = |now, seconds| {
        let step = TimeStep::at(now, seconds);
        ledger.claim(SERIAL, step).unwrap().is_some()
    };
    assert!(at(6_000, 60));
    assert!(!at(6_029, 30) && at(6_030, 30));
    assert!(!at(6_059, 60) && at(6_060, 60));
    assert!(at(6_090, 30));
}

#[test]
fn of_many_that_ask_at_once_one_gets_the_step() {
    let home = tempfile::tempdir().unwrap();
    let together = std::sync::Barrier::new(8);
    let ask = || {
        let granted = (0..50).filter(|number| {
            together.wait();
            // A panic would leave the others waiting.
            let claim = beside(home.path()).claim(SERIAL, step(*number));
            matches!(claim, Ok(Some(_)))
        });
        granted.collect::<Vec<_>>()
    };
    let mut granted = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        let granted = threads.into_iter().map(|thread| thread.join().unwrap());
        granted.collect::<Vec<_>>().concat()
    });
    granted.sort_unstable();
    assert_eq!(granted, (0..50).collect::<Vec<_>>());
}
