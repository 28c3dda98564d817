//! The key is pulled, awsmfa or the service is killed, nobody touches: what is said is what is there,
//! and a second try works.

use std::time::Duration;

use super::{about_to_enroll, account_of, enroll, key, newcomer, orphans, until_stored};
use crate::support::card::{
    Accident, Config, Finger, Pcscd, When, interrupted, trouble_later, wait_until,
};
use crate::support::stand_in::StandIn;

/// How many commands a key gets until it has the secret.
fn commands() -> usize {
    let (_aws, home) = until_stored();
    let pcscd = key(Config::default());
    enroll(&pcscd, &home, "--touch").failure(1);
    pcscd.key(0).commands().len()
}

/// Runs a test for each moment at which something can happen: before and after each command. A few at
/// a time, because most of it is waiting.
fn at_each_moment(test: impl Fn(usize, When) + Sync) {
    let moment = |number| [(number, When::Before), (number, When::After)];
    let moments: Vec<_> = (0..commands()).flat_map(moment).collect();
    let test = &test;
    for few in moments.chunks(8) {
        std::thread::scope(|scope| {
            for (number, when) in few {
                scope.spawn(move || test(*number, *when));
            }
        });
    }
}

/// Whatever is there from the first try: the second stores a secret that works.
#[track_caller]
fn a_second_try_works(aws: &StandIn, home: &crate::support::home::Home, pcscd: &Pcscd) {
    let before = pcscd.key(0).config().accounts;
    let run = enroll(pcscd, home, "--touch");
    run.failure(1).complains("not now");
    let accounts = pcscd.key(0).config().accounts;
    assert!(accounts.starts_with(&before), "{}", run.story());
    let devices = orphans(aws);
    let stored = account_of(devices.last().unwrap(), true);
    assert_eq!(accounts[before.len()..], [stored], "{}", run.story());
}

#[test]
fn a_key_may_be_pulled_at_any_moment() {
    at_each_moment(|number, when| {
        let (aws, home) = until_stored();
        let mut pcscd = key(Config::default());
        pcscd.key(0).happens(number, when, Accident::Unplug);
        let run = enroll(&pcscd, &home, "--touch");
        run.failure(1).complains("could not").prints("");
        let story = format!("{when:?} {number}{}", run.story());
        let says = |text: &str| run.stderr.contains(text);
        match pcscd.key(0).config().accounts.len() {
            0 => assert!(!says("has the account"), "{story}"),
            _ => assert!(
                says("not now") || says("has the account") || says("may have the account"),
                "{story}"
            ),
        }
        for device in orphans(&aws) {
            assert!(says(&device.serial_number), "{story}");
        }
        pcscd.plug_again(0);
        a_second_try_works(&aws, &home, &pcscd);
    });
}

#[test]
fn awsmfa_may_be_killed_at_any_moment() {
    at_each_moment(|number, when| {
        let (aws, home) = until_stored();
        let pcscd = key(Config::default());
        pcscd.key(0).happens(number, when, Accident::Hang);
        let mut program = about_to_enroll(&pcscd, &home, "--touch").start();
        wait_until(|| pcscd.key(0).is_hanging());
        program.kill().unwrap();
        program.wait().unwrap();
        pcscd.key(0).go_on();
        a_second_try_works(&aws, &home, &pcscd);
    });
}

#[test]
fn the_service_may_be_killed_while_the_secret_is_written() {
    for when in [When::Before, When::After] {
        let (_aws, home) = newcomer();
        let mut pcscd = key(Config::default());
        let put = commands() - 3;
        pcscd.key(0).happens(put, when, Accident::Hang);
        let program = about_to_enroll(&pcscd, &home, "--touch");
        let program = std::thread::spawn(move || program.run());
        wait_until(|| pcscd.key(0).is_hanging());
        pcscd.kill();
        let run = program.join().unwrap();
        run.failure(1)
            .complains("the PC/SC service stopped")
            .complains("may have the account")
            .complains("ykman oath accounts delete");
    }
}

#[test]
fn a_missed_touch_is_asked_for_again() {
    let (aws, home) = until_stored();
    let pcscd = key(Config::default());
    pcscd.key(0).set_finger(Finger::Away);
    pcscd.key(0).set_touch_timeout(Duration::from_millis(300));
    let run = enroll(&pcscd, &home, "--touch");
    run.failure(1)
        .complains_times(2, "the YubiKey was not touched in time: once more")
        .complains("nothing of it is on the YubiKey 10000001");
    assert!(pcscd.key(0).config().accounts.is_empty());

    let run = about_to_enroll(&pcscd, &home, "--touch");
    let run = std::thread::spawn(move || run.run());
    let deleted = || pcscd.key(0).commands().iter().filter(|c| c[1] == 2).count();
    wait_until(|| deleted() == 4);
    pcscd.key(0).set_touch_timeout(Duration::from_mins(1));
    pcscd.key(0).touch();
    run.join().unwrap().failure(1).complains("not now");
    let devices = orphans(&aws);
    assert_eq!(
        pcscd.key(0).config().accounts,
        [account_of(&devices[devices.len() - 1], true)]
    );
}

/// Another program resets the key: the work starts over, and nothing is written twice.
#[test]
fn a_reset_at_any_moment_is_survived() {
    const RESET_CARD: u32 = 0x8010_0068;
    at_each_moment(|number, when| {
        let (aws, home) = until_stored();
        let pcscd = key(Config::default());
        let run = about_to_enroll(&pcscd, &home, "--touch")
            .envs(trouble_later("SCardTransmit", RESET_CARD, 1, number, when))
            .run();
        run.failure(1).complains("not now");
        let stored = account_of(&orphans(&aws)[0], true);
        let key = pcscd.key(0);
        assert_eq!(key.config().accounts, [stored], "{}", run.story());
        let count = |ins| key.commands().iter().filter(|c| c[1] == ins).count();
        assert_eq!((count(0x01), count(0x02)), (1, 0), "{}", run.story());
    });
}

#[test]
fn ctrl_c_during_the_touch_says_what_may_be_on_the_key() {
    let (aws, home) = until_stored();
    let pcscd = key(Config::default());
    pcscd.key(0).set_finger(Finger::Away);
    let words = ["enroll", "--to", "yubikey", "--touch"];
    let mut person = pcscd.talk(home, &words);
    person.expect("touch your YubiKey").forget().type_in("\x03");
    let (status, screen) = person.end();
    assert!(interrupted(status), "{screen}");
    let device = orphans(&aws).remove(0).serial_number;
    for said in [
        format!("the YubiKey 10000001 may have the account {device} now"),
        format!("ykman oath accounts delete '{device}'"),
        format!("the MFA device {device} exists at AWS"),
    ] {
        assert!(screen.contains(&said), "{said}\n{screen}");
    }
}
