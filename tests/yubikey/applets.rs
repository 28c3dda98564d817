//! Applets that are not Yubico's, behind a YubiKey's answer to reset: what they do otherwise.

use crate::support::card::{
    Account, CALCULATE, Config, Pcscd, Reader, SOURCE, code, home, shows_the_code,
};

fn applet(config: Config) -> Pcscd {
    Pcscd::start(vec![Reader::yubikey(config)])
}

/// An applet whose CALCULATE ALL always answers this.
fn without_calculate_all(status: u16) -> Pcscd {
    applet(Config {
        accounts: vec![Account::totp("AWS"), Account::totp("60/Slow:bob")],
        calculate_all: Some(status),
        ..Config::default()
    })
}

#[test]
fn codes_come_from_an_applet_without_calculate_all() {
    // Refused, not known, not allowed now, and a number that nobody knows.
    for status in [0x6982, 0x6D00, 0x6985, 0x6F00] {
        let pcscd = without_calculate_all(status);
        let run = code(&pcscd, "AWS");
        run.success();
        let account = Account::totp("");
        shows_the_code(&run, &account, 30);
        let run = pcscd.run(&home(SOURCE), &["accounts"]);
        let names = ["* AWS ", "  60/Slow:bob "];
        assert!(
            names.iter().all(|name| run.stdout.contains(name)),
            "{status:x}{}",
            run.story()
        );
    }
}

/// Without a challenge there is no password, whatever is refused.
#[test]
fn a_refusal_without_a_challenge_asks_for_no_password() {
    let pcscd = without_calculate_all(0x6982);
    let profile =
        format!("{SOURCE}\nmfa_yubikey_password_process = echo run >> runs; echo hunter2");
    let home = home(&profile);
    pcscd.run(&home, &["accounts"]).success();
    assert!(!home.path().join("runs").exists());

    let mut person = pcscd.talk(home, &["accounts"]);
    person.expect("60/Slow:bob");
    let (status, screen) = person.end();
    assert!(status.success() && !screen.contains("password"), "{screen}");
}

/// Every SELECT gives another device id: no password can ever be right.
#[test]
fn a_command_that_prints_the_password_is_run_once() {
    let pcscd = applet(Config {
        password: Some("hunter2".into()),
        changes_device_id: true,
        ..Config::default()
    });
    let profile =
        format!("{SOURCE}\nmfa_yubikey_password_process = echo run >> runs; echo hunter2");
    let home = home(&profile);
    pcscd.run(&home, &["accounts"]).failure(1);
    let runs = std::fs::read_to_string(home.path().join("runs")).unwrap();
    assert_eq!(runs, "run\n");
}

#[test]
fn a_person_is_asked_three_times_at_most_whatever_the_key_answers() {
    let pcscd = applet(Config {
        password: Some("hunter2".into()),
        changes_device_id: true,
        ..Config::default()
    });
    let mut person = pcscd.talk(home(SOURCE), &["accounts"]);
    for _ in 0..3 {
        person
            .expect("password of the OATH accounts")
            .type_in("hunter2\n");
    }
    let (status, screen) = person.end();
    assert_eq!(status.code(), Some(1), "{screen}");
    assert!(screen.contains("refused 3 passwords"), "{screen}");
}

#[test]
fn a_wrong_password_may_be_refused_in_other_words() {
    for status in [0x6984, 0x6982] {
        let pcscd = applet(Config {
            password: Some("hunter2".into()),
            accounts: vec![Account::totp("AWS")],
            wrong_password: status,
            ..Config::default()
        });
        let arguments = ["code", "--yubikey-account", "AWS"];
        let mut person = pcscd.talk(home(SOURCE), &arguments);
        person
            .expect("password of the OATH accounts")
            .type_in("hunter3\n")
            .expect("that is not the password")
            .expect("password of the OATH accounts")
            .type_in("hunter2\n");
        let (status, screen) = person.end();
        assert!(status.success(), "{screen}");
        let command = format!("{SOURCE}\nmfa_yubikey_password_process = echo hunter3");
        pcscd
            .run(&home(&command), &arguments)
            .failure(1)
            .complains("the YubiKey refused the password")
            .complains("hint: mfa_yubikey_password_process printed it")
            .keeps_quiet_about("hunter3");
    }
}

#[test]
fn an_answer_may_be_as_long_as_it_likes() {
    let names: Vec<_> = (0..100)
        .map(|number| format!("Issuer number {number}:a name of some length {number}"))
        .collect();
    let pcscd = applet(Config {
        accounts: names.iter().map(Account::totp).collect(),
        chunk: usize::MAX,
        ..Config::default()
    });
    let run = code(&pcscd, &names[99]);
    run.success();
    shows_the_code(&run, &Account::totp(""), 30);
    let run = pcscd.run(&home(SOURCE), &["accounts"]);
    assert_eq!(run.stdout.lines().count(), 101, "{}", run.story());
}

#[test]
fn an_account_of_an_unknown_type_does_not_hide_the_others() {
    for calculate_all in [None, Some(0x6D00)] {
        let pcscd = applet(Config {
            accounts: vec![Account::unknown("Odd:x"), Account::totp("AWS")],
            calculate_all,
            ..Config::default()
        });
        let run = pcscd.run(&home(SOURCE), &["accounts"]);
        run.success();
        run.says("unknown type");
        run.says("* AWS ");
        let run = pcscd.run(&home(SOURCE), &["accounts", "--json"]);
        let rows: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(rows[0]["type"], serde_json::Value::Null);
        code(&pcscd, "AWS").success();
        code(&pcscd, "Odd:x").failure(1).complains("unknown type");
        // CALCULATE of a type that nobody knows may count something for good.
        let commands = pcscd.key(0).commands();
        let of_odd =
            |command: &Vec<u8>| command[1] == CALCULATE && command[7..].starts_with(b"Odd");
        assert!(!commands.iter().any(of_odd));
    }
}
