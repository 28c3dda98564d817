//! Several YubiKeys, of which one cannot be read.

use std::time::Duration;

use crate::support::card::{Account, Config, Hold, Pcscd, Reader, SOURCE, home, shows_the_code};
use crate::support::home::Run;

fn key(serial: u32, id: &str) -> Config {
    Config {
        serial: Some(serial),
        device_id: u64::from(serial).to_be_bytes(),
        accounts: vec![Account::totp(id)],
        ..Config::default()
    }
}

fn two(first: Config, second: Config) -> Pcscd {
    Pcscd::start(vec![
        Reader::yubikey(first).named("Yubico YubiKey CCID 0"),
        Reader::yubikey(second).named("Yubico YubiKey CCID 1"),
    ])
}

fn locked(config: Config) -> Config {
    Config {
        password: Some("hunter2".into()),
        ..config
    }
}

#[track_caller]
fn is_a_code(run: &Run) {
    run.success();
    shows_the_code(run, &Account::totp(""), 30);
}

#[test]
fn a_key_that_is_held_is_not_waited_for_if_the_other_has_the_account() {
    let pcscd = two(key(1, "GitHub:x"), key(2, "AWS"));
    let holder = pcscd.hold_at(0, Hold::Exclusive);
    let run = pcscd.run(&home(SOURCE), &["code"]);
    is_a_code(&run);
    // A wait is told of after half a second.
    run.keeps_quiet_about("waiting");
    run.complains("could not read the YubiKey in the reader Yubico YubiKey CCID 0")
        .complains("another program has exclusive access to the YubiKey");

    let run = pcscd.run(&home(SOURCE), &["code", "--yubikey-account", "nobody"]);
    run.failure(1)
        .complains("no account nobody: it has AWS")
        .complains("could not read the YubiKey in the reader Yubico YubiKey CCID 0");
    drop(holder);
}

#[test]
fn a_key_that_is_held_is_waited_for_if_it_may_have_the_account() {
    let pcscd = two(key(1, "AWS"), key(2, "GitHub:x"));
    let holder = pcscd.hold_at(0, Hold::Exclusive);
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(700));
        drop(holder);
    });
    let run = pcscd.run(&home(SOURCE), &["code"]);
    release.join().unwrap();
    is_a_code(&run);
}

#[test]
fn accounts_names_a_key_that_it_cannot_read() {
    let pcscd = two(key(1, "AWS"), key(2, "GitHub:x"));
    let holder = pcscd.hold_at(1, Hold::Exclusive);
    let run = pcscd.run(&home(SOURCE), &["accounts"]);
    drop(holder);
    run.success().complains(
        "could not read the YubiKey in the reader Yubico YubiKey CCID 1 01 00: another program",
    );
    assert!(run.stdout.starts_with("YubiKey 1\n"), "{}", run.story());

    let pcscd = two(locked(key(1, "AWS")), key(2, "GitHub:x"));
    let run = pcscd.run(&home(SOURCE), &["accounts", "--json"]);
    run.success()
        .complains("could not read the YubiKey 1: ")
        .complains("protected by a password");
    run.says("GitHub:x");
}

#[test]
fn two_keys_that_cannot_be_read_are_both_named() {
    let pcscd = two(locked(key(1, "AWS")), locked(key(2, "AWS")));
    for command in ["accounts", "code"] {
        pcscd
            .run(&home(SOURCE), &[command])
            .failure(1)
            .complains("could not read the YubiKey 1: ")
            .complains("could not read the YubiKey 2: ")
            .complains(
                "awsmfa: hint: if there is no terminal to ask on, set mfa_yubikey_password_process",
            );
    }
}

#[test]
fn a_locked_key_does_not_matter_if_the_open_one_has_the_account() {
    let pcscd = two(locked(key(1, "GitHub:x")), key(2, "AWS"));
    let run = pcscd.run(&home(SOURCE), &["code"]);
    is_a_code(&run);
    run.keeps_quiet_about("could not");

    let arguments = ["code", "--yubikey-account", "AWS"];
    let mut person = pcscd.talk(home(SOURCE), &arguments);
    person.expect("s left");
    let (status, screen) = person.end();
    assert!(status.success() && !screen.contains("password"), "{screen}");
}

#[test]
fn a_command_without_the_password_leaves_the_open_key() {
    let pcscd = two(locked(key(1, "GitHub:x")), key(2, "AWS"));
    for (command, said) in [
        (
            "echo hunter3",
            "could not read the YubiKey 1: the YubiKey refused the password",
        ),
        (
            "exit 3",
            "mfa_yubikey_password_process failed: exit status: 3",
        ),
    ] {
        let profile = format!("{SOURCE}\nmfa_yubikey_password_process = {command}");
        let run = pcscd.run(&home(&profile), &["code"]);
        is_a_code(&run);
        run.complains(said);
    }
}

#[test]
fn a_locked_key_is_opened_if_the_open_one_has_no_such_account() {
    let pcscd = two(key(1, "GitHub:x"), locked(key(2, "AWS")));
    let mut person = pcscd.talk(home(SOURCE), &["code"]);
    person
        .expect("password of the OATH accounts on the YubiKey 2: ")
        .type_in("hunter2\n");
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
}

/// Whoever else is in the middle of something may wait for a touch.
#[test]
fn another_programs_transaction_on_one_key_does_not_hold_up_the_other() {
    let pcscd = two(key(1, "GitHub:x"), key(2, "AWS"));
    let holder = pcscd.hold_at(0, Hold::Transaction);
    let run = pcscd.run(&home(SOURCE), &["code"]);
    is_a_code(&run);
    run.complains("could not read the YubiKey in the reader Yubico YubiKey CCID 0 00 00: another");
    drop(holder);
    // A key that is only open can be read.
    let holder = pcscd.hold_at(0, Hold::Shared);
    let run = pcscd.run(&home(SOURCE), &["code"]);
    drop(holder);
    is_a_code(&run);
    run.keeps_quiet_about("could not");
}

#[test]
fn a_yubikey_that_was_not_chosen_is_not_reported() {
    let pcscd = two(key(1, "AWS"), key(2, "AWS"));
    let holder = pcscd.hold_at(0, Hold::Exclusive);
    let without_a_word = || {
        for command in ["code", "accounts"] {
            let run = pcscd.run(&home(SOURCE), &[command, "--yubikey-serial", "2"]);
            run.success();
            run.keeps_quiet_about("could not");
        }
    };
    without_a_word();
    drop(holder);
    let holder = pcscd.hold_at(0, Hold::Transaction);
    without_a_word();
    drop(holder);

    // The one that is meant is waited for, whatever the other has.
    let holder = pcscd.hold_at(1, Hold::Transaction);
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(700));
        drop(holder);
    });
    without_a_word();
    release.join().unwrap();
}

/// Without its name nobody can say that it is not the one that is meant.
#[test]
fn a_chosen_yubikey_is_waited_for_while_it_is_in_use() {
    let pcscd = two(key(1, "AWS"), key(2, "GitHub:x"));
    let holder = pcscd.hold_at(0, Hold::Exclusive);
    pcscd
        .run(&home(SOURCE), &["code", "--yubikey-serial", "1"])
        .failure(1)
        .complains("another program has exclusive access to the YubiKey");
    drop(holder);
}

#[test]
fn the_exact_id_wins_over_one_with_a_period() {
    for ids in [["AWS", "60/AWS"], ["60/AWS", "AWS"]] {
        let pcscd = Pcscd::with_accounts(ids.map(Account::totp));
        let arguments = ["code", "--yubikey-account", "AWS"];
        is_a_code(&pcscd.run(&home(SOURCE), &arguments));
        is_a_code(&pcscd.run(&home(SOURCE), &["code"]));
        let run = pcscd.run(&home(SOURCE), &["accounts"]);
        run.says("* AWS ");
    }
}
