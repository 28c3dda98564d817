//! Short APDUs that only read; and Yubico's own tool, before and after.

use std::time::Duration;

use crate::support::card::{
    Account, Algorithm, CALCULATE, Finger, Pcscd, WITH_PASSWORD, code, home, locked, shows_the_code,
};

#[test]
fn one_transaction_from_select_to_calculate_with_short_apdus_that_only_read() {
    let pcscd = locked();
    pcscd
        .key(0)
        .reconfigure(|config| config.accounts.push(Account::totp("60/Slow:bob")));
    pcscd.key(0).set_finger(Finger::After(Duration::ZERO));
    let before = pcscd.key(0).config();
    for account in ["AWS", "Slow:bob", "Touchy:carol", "nobody"] {
        pcscd.run(
            &home(WITH_PASSWORD),
            &["code", "--yubikey-account", account],
        );
    }
    pcscd.run(&home(WITH_PASSWORD), &["accounts"]).success();
    let mut previous = 0;
    for command in pcscd.key(0).commands() {
        assert!(
            command.len() <= 5 + 255 + 1,
            "an extended APDU: {command:02x?}"
        );
        assert!(
            matches!(command[1], 0xA4 | 0xA1 | 0xA2 | 0xA3 | 0xA5 | 0x1D),
            "{command:02x?}"
        );
        if command[1] == CALCULATE {
            assert_eq!(
                previous, 0xA3,
                "CALCULATE follows VALIDATE, which follows SELECT"
            );
        }
        previous = command[1];
    }
    assert_eq!(pcscd.key(0).config().accounts, before.accounts);
    assert_eq!(pcscd.key(0).config().password, before.password);
}

#[test]
fn yubicos_own_tool_takes_the_virtual_key_for_a_real_one() {
    let accounts = [
        Account::totp("AWS"),
        Account {
            algorithm: Algorithm::Sha256,
            digits: 8,
            ..Account::totp("60/Slow:bob")
        },
        Account::touch("Touchy:carol"),
        Account::hotp("Count:dave"),
    ];
    let pcscd = Pcscd::with_accounts(accounts.clone());
    let info = pcscd.ykman(&["info"]);
    info.success();
    assert!(
        info.stdout.contains("10000001") && info.stdout.contains("5.4.3"),
        "{}",
        info.story()
    );
    let list = || {
        pcscd
            .ykman(&["oath", "accounts", "list", "--oath-type", "--period"])
            .stdout
    };
    let before = list();
    assert!(before.contains("Slow:bob, TOTP, 60"), "{before}");

    // The same codes, by ykman, by us, by the test.
    let theirs = pcscd.ykman(&["oath", "accounts", "code", "--single", "AWS"]);
    theirs.success();
    shows_the_code(&theirs, &accounts[0], 30);
    let ours = code(&pcscd, "AWS");
    shows_the_code(&ours, &accounts[0], 30);
    pcscd.key(0).set_finger(Finger::After(Duration::ZERO));
    let touched = pcscd.ykman(&["oath", "accounts", "code", "--single", "Touchy:carol"]);
    shows_the_code(&touched, &accounts[2], 30);

    assert_eq!(list(), before, "the key is as it was");
}

#[test]
fn yubicos_own_tool_opens_and_reads_the_key_after_us() {
    let pcscd = locked();
    pcscd
        .run(&home(WITH_PASSWORD), &["code", "--yubikey-account", "AWS"])
        .success();
    let wrong = pcscd.ykman(&["oath", "accounts", "list", "--password", "hunter3"]);
    assert!(!wrong.status.success(), "{}", wrong.story());
    let right = pcscd.ykman(&["oath", "accounts", "list", "--password", "hunter2"]);
    right.success();
    right.prints("AWS\nTouchy:carol\n");
}
