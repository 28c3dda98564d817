//! Touch: asked for only when it is needed, and not for ever.

use std::time::Duration;

use crate::support::card::{
    Account, Finger, SOURCE, calculations, code, home, interrupted, shows_the_code, touchy,
    wait_until,
};

#[test]
fn a_touch_is_asked_for_only_when_it_is_needed() {
    let pcscd = touchy("AWS");
    pcscd
        .key(0)
        .set_finger(Finger::After(Duration::from_millis(200)));
    let run = code(&pcscd, "AWS");
    run.success()
        .complains("touch your YubiKey")
        .complains("s left");
    shows_the_code(&run, &Account::totp(""), 30);
    let run = code(&pcscd, "plain");
    run.success();
    run.keeps_quiet_about("touch");
}

#[test]
fn on_a_terminal_the_seconds_count_down_and_vanish() {
    let pcscd = touchy("AWS");
    let mut person = pcscd.talk(home(SOURCE), &["code", "--yubikey-account", "AWS"]);
    person.expect("touch your YubiKey: ");
    pcscd.key(0).touch();
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
}

#[test]
fn a_missing_touch_ends_the_wait() {
    let pcscd = touchy("AWS");
    pcscd.key(0).set_touch_timeout(Duration::from_millis(300));
    code(&pcscd, "AWS")
        .failure(1)
        .complains("the YubiKey was not touched in time");
}

#[test]
fn a_yubikey_removed_during_the_touch_is_reported() {
    let pcscd = touchy("AWS");
    let key = pcscd.key(0).clone();
    let hand = std::thread::spawn(move || {
        wait_until(|| key.is_waiting_for_touch());
        key.unplug();
    });
    code(&pcscd, "AWS")
        .failure(1)
        .complains("the YubiKey was removed");
    hand.join().unwrap();
}

#[test]
fn a_touch_after_the_time_step_gives_a_code_of_the_next() {
    let pcscd = touchy("2/AWS");
    let key = pcscd.key(0).clone();
    key.set_finger(Finger::After(Duration::from_millis(2100)));
    let hand = std::thread::spawn({
        let key = key.clone();
        move || {
            wait_until(|| calculations(&key.commands()).len() >= 2);
            key.set_finger(Finger::After(Duration::ZERO));
        }
    });
    let run = code(&pcscd, "2/AWS");
    hand.join().unwrap();
    run.success().complains("after the code had expired");
    let steps = calculations(&key.commands());
    assert!(steps.len() >= 2, "{steps:?}");
    assert_eq!(
        run.stdout.trim(),
        Account::totp("").code(*steps.last().unwrap())
    );
    assert_ne!(steps[0], *steps.last().unwrap());
}

#[test]
fn ctrl_c_ends_the_wait_for_a_touch() {
    let pcscd = touchy("AWS");
    let mut person = pcscd.talk(home(SOURCE), &["code", "--yubikey-account", "AWS"]);
    person.expect("touch your YubiKey");
    // The prompt is there a moment before the key blinks.
    wait_until(|| pcscd.key(0).is_waiting_for_touch());
    person.type_in("\x03");
    let (status, screen) = person.end();
    assert!(interrupted(status), "{status} {screen}");
    // The key still blinks; whoever comes next gets it when it has stopped.
    pcscd.key(0).touch();
    pcscd.key(0).set_finger(Finger::After(Duration::ZERO));
    code(&pcscd, "AWS").success();
}
