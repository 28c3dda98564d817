//! Other programs that use the key, and everything that can happen to it meanwhile.

use std::time::Duration;

use crate::support::card::{
    Account, CALCULATE, Fault, Hold, Pcscd, SOURCE, code, home, interrupted, touchy, trouble,
    wait_until,
};

#[test]
fn a_yubikey_in_exclusive_use_is_waited_for() {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
    let holder = pcscd.hold(Hold::Exclusive);
    let run = code(&pcscd, "AWS");
    run.failure(1)
        .complains("another program has exclusive access to the YubiKey")
        .complains("gpgconf --kill scdaemon")
        .complains("pcsc-shared");
    // It is let go while we try again.
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(700));
        drop(holder);
    });
    let run = code(&pcscd, "AWS");
    release.join().unwrap();
    run.success().complains("waiting for the YubiKey");
}

#[test]
fn another_programs_transaction_is_waited_for() {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
    let holder = pcscd.hold(Hold::Transaction);
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1200));
        drop(holder);
    });
    let run = code(&pcscd, "AWS");
    release.join().unwrap();
    run.success()
        .complains("waiting for the YubiKey: another program is using it");
}

#[test]
fn ctrl_c_ends_the_wait_for_another_program() {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
    let holder = pcscd.hold(Hold::Transaction);
    let mut person = pcscd.talk(home(SOURCE), &["code", "--yubikey-account", "AWS"]);
    person.expect("waiting for the YubiKey").type_in("\x03");
    let (status, screen) = person.end();
    assert!(interrupted(status), "{status} {screen}");
    drop(holder);
}

#[test]
fn a_reset_by_another_program_leads_to_one_clean_retry() {
    let pcscd = Pcscd::with_accounts([Account::totp("60/AWS")]);
    // SCARD_W_RESET_CARD
    for function in ["SCardBeginTransaction", "SCardTransmit"] {
        let run = pcscd
            .awsmfa(&home(SOURCE), &["code", "--yubikey-account", "AWS"])
            .envs(trouble(function, 0x8010_0068, 1))
            .run();
        run.success();
        let run = pcscd
            .awsmfa(&home(SOURCE), &["code", "--yubikey-account", "AWS"])
            .envs(trouble(function, 0x8010_0068, 9))
            .run();
        run.failure(1)
            .complains("another program reset the YubiKey");
    }
    // Another applet selected in between: 6D00.
    pcscd.key(0).inject(CALCULATE, Fault::Status(0x6D00));
    code(&pcscd, "AWS").success();
}

#[test]
fn a_yubikey_that_is_removed_is_reported() {
    for ins in [0xA4, CALCULATE] {
        let pcscd = Pcscd::with_accounts([Account::totp("60/AWS")]);
        pcscd.key(0).inject(ins, Fault::Unplug);
        let run = code(&pcscd, "AWS");
        run.failure(1).complains("the YubiKey was removed");
        assert_eq!(
            run.stderr.lines().count(),
            2,
            "more than a sentence and a hint{}",
            run.story()
        );
    }
}

#[test]
fn a_service_that_dies_is_reported() {
    let mut pcscd = touchy("AWS");
    let key = pcscd.key(0).clone();
    let home = home(SOURCE);
    let awsmfa = pcscd.awsmfa(&home, &["code", "--yubikey-account", "AWS"]);
    let run = std::thread::spawn(move || awsmfa.run());
    wait_until(|| key.is_waiting_for_touch());
    pcscd.kill();
    let run = run.join().unwrap();
    run.failure(1).complains("the PC/SC service");
    assert_eq!(
        run.stderr
            .lines()
            .filter(|line| !line.contains("touch your"))
            .count(),
        2,
        "{}",
        run.story()
    );
}

#[test]
fn malformed_answers_are_errors() {
    for (answer, _why) in [
        (vec![0x61, 0xFF], "promises more and sends nothing"),
        (vec![0x76, 0x05, 0x06, 0x90, 0x00], "cut off"),
        (vec![0x90, 0x00], "no code"),
        (
            vec![0x76, 0x05, 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x90, 0x00],
            "ten digits",
        ),
        (vec![0x65, 0x81], "a status"),
    ] {
        let pcscd = Pcscd::with_accounts([Account::totp("60/AWS")]);
        pcscd.key(0).inject(CALCULATE, Fault::Answer(answer));
        let run = code(&pcscd, "AWS");
        run.failure(1).complains("could not get an MFA code: ");
        assert_eq!(run.stdout.trim_end_matches("false\n"), "");
    }
}
