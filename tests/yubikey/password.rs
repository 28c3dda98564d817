//! The password of the OATH application.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::card::{
    Account, Config, Finger, Pcscd, Reader, SOURCE, WITH_PASSWORD, calculations, code, home,
    interrupted, locked, shows_the_code, trouble, wait_until,
};

#[test]
fn a_password_comes_from_a_command() {
    let pcscd = locked();
    let run = pcscd.run(&home(WITH_PASSWORD), &["code", "--yubikey-account", "AWS"]);
    run.success();
    shows_the_code(&run, &Account::totp(""), 30);
    assert!(!pcscd.key(0).is_open(), "the key was left open");
    // Nothing of it on the wire: VALIDATE carries proofs.
    assert!(
        !pcscd
            .key(0)
            .commands()
            .iter()
            .any(|command| command.windows(7).any(|part| part == b"hunter2"))
    );

    pcscd.key(0).set_finger(Finger::After(Duration::ZERO));
    pcscd
        .run(
            &home(WITH_PASSWORD),
            &["code", "--yubikey-account", "Touchy:carol"],
        )
        .success();
    assert!(
        !pcscd.key(0).is_open(),
        "the key was left open after a touch"
    );
}

#[test]
fn without_a_terminal_the_command_is_named() {
    let run = code(&locked(), "AWS");
    run.failure(1)
        .complains("protected by a password")
        .complains("mfa_yubikey_password_process");
}

#[test]
fn a_password_is_asked_for_without_echo() {
    let pcscd = locked();
    let mut person = pcscd.talk(home(SOURCE), &["code", "--yubikey-account", "AWS"]);
    person.expect("password of the OATH accounts");
    assert_eq!(person.modes(), (false, true), "echo is off, signals are on");
    person
        .forget()
        .type_in("hunter3\n")
        .expect("that is not the password")
        .expect("password of the OATH accounts");
    person.forget().type_in("hunter2\n");
    person.expect("s left");
    assert_eq!(person.modes(), (true, true), "echo is back");
    let (status, screen) = person.end();
    assert!(status.success() && !screen.contains("hunter"), "{screen}");
    assert!(!pcscd.key(0).is_open(), "the key was left open");
}

/// In the last second of a time step `code` waits for the next one, and needs nothing more for it.
#[test]
fn a_password_is_asked_for_once_where_the_next_code_is_waited_for() {
    let pcscd = locked();
    pcscd
        .key(0)
        .reconfigure(|config| config.accounts = vec![Account::totp("2/AWS")]);
    let arguments = ["code", "--yubikey-account", "AWS"];
    let mut person = pcscd.talk(home(SOURCE), &arguments);
    person.expect("password of the OATH accounts").forget();
    wait_until(in_the_last_second_of_two);
    person.type_in("hunter2\n");
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
    assert!(!screen.contains("password"), "{screen}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the key's time steps are the real ones"
)]
fn in_the_last_second_of_two() -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (1_050..1_500).contains(&(now.as_millis() % 2_000))
}

/// Two keys, two passwords, and three attempts for each.
#[test]
fn every_key_has_its_own_attempts() {
    let key = |serial: u32, password: &str| {
        Reader::yubikey(Config {
            serial: Some(serial),
            device_id: u64::from(serial).to_be_bytes(),
            password: Some(password.to_owned()),
            accounts: vec![Account::totp(format!("{serial}"))],
            ..Config::default()
        })
    };
    let pcscd = Pcscd::start(vec![
        key(1, "hunter2").named("Yubico YubiKey CCID 0"),
        key(2, "sesame").named("Yubico YubiKey CCID 1"),
    ]);
    let mut person = pcscd.talk(home(SOURCE), &["accounts"]);
    for (name, password) in [("1", "hunter2"), ("2", "sesame")] {
        for attempt in ["no", "nope", password] {
            person
                .expect(&format!(
                    "password of the OATH accounts on the YubiKey {name}: "
                ))
                .forget()
                .type_in(&format!("{attempt}\n"));
        }
    }
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
}

/// Where the transaction does not end as it should, the connection's end locks the key.
#[test]
fn a_transaction_that_does_not_end_leaves_no_key_open() {
    let pcscd = locked();
    // SCARD_F_INTERNAL_ERROR
    let run = pcscd
        .awsmfa(&home(WITH_PASSWORD), &["code", "--yubikey-account", "AWS"])
        .envs(trouble("SCardEndTransaction", 0x8010_0001, 99))
        .run();
    run.success();
    assert!(!pcscd.key(0).is_open(), "the key was left open");
}

#[test]
fn ctrl_c_at_the_password_puts_the_terminal_back() {
    let pcscd = locked();
    let mut person = pcscd.talk(home(SOURCE), &["code", "--yubikey-account", "AWS"]);
    person
        .expect("password of the OATH accounts")
        .type_in("hun\x03");
    wait_until(|| person.modes() == (true, true));
    let (status, screen) = person.end();
    assert!(
        interrupted(status) && !screen.contains("hun"),
        "{status} {screen}"
    );
}

#[test]
fn a_key_that_cannot_prove_that_it_knows_the_password_is_not_used() {
    let pcscd = locked();
    pcscd.key(0).reconfigure(|config| config.lies = true);
    let run = pcscd.run(&home(WITH_PASSWORD), &["code", "--yubikey-account", "AWS"]);
    run.failure(1)
        .complains("did not prove that it knows the password");
    assert!(calculations(&pcscd.key(0).commands()).is_empty());
    assert!(!pcscd.key(0).is_open(), "the key was left open");
}
