//! What is on the key afterwards.

use super::{ALICE, account_of, enroll, key, newcomer, orphans, until_stored, with_lines};
use crate::support::card::{Account, Config, Pcscd, shows_the_code};
use crate::support::home::Run;

/// The data of the PUT that the key has got.
fn put(pcscd: &Pcscd) -> Vec<u8> {
    let commands = pcscd.key(0).commands();
    let put = commands
        .iter()
        .find(|command| command[..2] == [0, 1])
        .unwrap();
    // Short, or extended with three bytes of length.
    let start = if put[4] == 0 { 7 } else { 5 };
    put[start..].to_vec()
}

#[track_caller]
fn ykman_lists(pcscd: &Pcscd, name: &str) -> Run {
    let list = pcscd.ykman(&["oath", "accounts", "list", "--oath-type", "--period"]);
    assert_eq!(list.success().stdout, format!("{name}, TOTP, 30\n"));
    list
}

#[test]
fn a_new_device_lives_on_the_key_and_logs_in() {
    let (aws, home) = newcomer();
    let pcscd = key(Config::default());
    let run = enroll(&pcscd, &home, "--touch");
    run.success()
        .complains(&format!(
            "its secret goes to the account {ALICE} on the YubiKey 10000001"
        ))
        .prints(&format!(
            "mfa_yubikey_account = {ALICE}\nmfa_serial = {ALICE}\n"
        ));

    let device = aws.user().devices[0].clone();
    let account = account_of(&device, true);
    assert_eq!(
        pcscd.key(0).config().accounts,
        std::slice::from_ref(&account)
    );
    ykman_lists(&pcscd, ALICE);
    let code = pcscd.ykman(&["oath", "accounts", "code", "--single", ALICE]);
    shows_the_code(&code, &account, 30);

    // What was printed is all that is needed.
    let home = with_lines(&aws, &run.stdout);
    let code = pcscd.run(&home, &["code"]);
    shows_the_code(&code, &account, 30);
    let secret = device.secret.unwrap();
    run.keeps_quiet_about(&secret);
    assert!(!run.stdout.contains(&secret));
}

#[test]
fn put_has_the_bytes_of_yubicos_own_tool() {
    for (words, touch) in [("", false), ("--touch", true)] {
        let (aws, home) = until_stored();
        let ours = key(Config::default());
        enroll(&ours, &home, words).failure(1);
        let device = orphans(&aws).remove(0);
        let theirs = key(Config::default());
        let secret = device.secret.as_deref().unwrap();
        let (issuer, name) = ALICE.split_once(':').unwrap();
        let add = ["oath", "accounts", "add", "--issuer", issuer, name, secret];
        let touch: &[&str] = if touch { &["--touch"] } else { &[] };
        theirs.ykman(&[&add, touch].concat()).success();
        assert_eq!(put(&ours), put(&theirs));
    }
}

#[test]
fn a_locked_key_is_opened_first_and_locked_again() {
    let (aws, home) = until_stored();
    let pcscd = key(Config {
        password: Some("hunter2".into()),
        accounts: vec![Account::totp("GitHub:alice")],
        ..Config::default()
    });
    let config = "[default]\nmfa_yubikey_password_process = echo hunter2\n";
    home.write(".aws/config", config);
    enroll(&pcscd, &home, "--touch").failure(1);
    let stored = account_of(&orphans(&aws)[0], true);
    assert_eq!(pcscd.key(0).config().accounts[1], stored);
    assert!(!pcscd.key(0).is_open());
    // One transaction: nobody else can come between.
    let commands = pcscd.key(0).commands();
    let put = commands.iter().position(|command| command[1] == 1).unwrap();
    let ins: Vec<_> = commands[put - 3..]
        .iter()
        .map(|command| command[1])
        .collect();
    assert_eq!(ins, [0xA4, 0xA3, 0xA1, 0x01, 0xA4, 0xA2]);
    let short = commands.iter().all(|command| command.len() <= 5 + 255);
    assert!(short, "the oldest keys know no extended APDUs");
}

/// The device's ARN would be too long, its name is not.
#[test]
fn a_long_name_is_stored_without_the_rest_of_the_arn() {
    for length in [34, 35, 64] {
        let name = "n".repeat(length);
        let (aws, home) = until_stored();
        let pcscd = key(Config::default());
        enroll(&pcscd, &home, &format!("--name {name}")).failure(1);
        let device = orphans(&aws).remove(0);
        let id = if length == 34 {
            &device.serial_number
        } else {
            &name
        };
        let expected = Account {
            id: id.as_bytes().to_vec(),
            ..account_of(&device, false)
        };
        assert_eq!(pcscd.key(0).config().accounts, [expected]);
    }
}
