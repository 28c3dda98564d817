//! What is wrong with a key is found before anything is created at AWS.

use super::{
    ALICE, ALICE_2, about_to_enroll, account_of, enroll, key, newcomer, nothing_happened, orphans,
    until_stored,
};
use crate::support::card::{Accident, Account, Config, Pcscd, Reader, When, wait_until};

/// `count` accounts of other services.
fn others(count: usize) -> Vec<Account> {
    (0..count)
        .map(|n| Account::totp(format!("Other:{n}")))
        .collect()
}

fn locked() -> Config {
    Config {
        password: Some("hunter2".into()),
        ..Config::default()
    }
}

/// A reader with a key of this serial number.
fn numbered(serial: u32) -> Reader {
    let config = Config {
        serial: Some(serial),
        device_id: u64::from(serial).to_be_bytes(),
        ..Config::default()
    };
    Reader::yubikey(config).named(&format!("Yubico YubiKey CCID {serial}"))
}

#[test]
fn a_key_that_cannot_take_the_secret_is_refused_before_anything_is_created() {
    let full = |version, count| Config {
        version,
        accounts: others(count),
        ..Config::default()
    };
    let old = Config {
        version: [4, 2, 5],
        ..Config::default()
    };
    let taken = Config {
        accounts: vec![Account::totp(ALICE)],
        ..Config::default()
    };
    let taken_with_period = Config {
        accounts: vec![Account::totp(format!("30/{ALICE}"))],
        ..Config::default()
    };
    // A firmware that would damage an account whose name begins with the new one.
    let damaging = Config {
        version: [4, 3, 4],
        accounts: vec![Account::totp(ALICE_2)],
        ..Config::default()
    };
    let long = format!("--name {}", "n".repeat(65));
    let no_room = "has 32 accounts and no room for another";
    let is_taken = "the YubiKey 10000001 already has an account";
    for (config, words, said) in [
        (full([5, 4, 3], 32), "", no_room),
        (full([4, 3, 7], 32), "", no_room),
        (full([5, 6, 9], 32), "", no_room),
        (full([5, 7, 0], 64), "", "has 64 accounts and no room"),
        (old, "--touch", "(version 4.2.5) cannot ask for a touch"),
        (taken, "--name alice", is_taken),
        (taken_with_period, "--name alice", is_taken),
        (damaging, "--name alice", is_taken),
        (Config::default(), long.as_str(), "has 65"),
        (locked(), "", "protected by a password"),
        (
            Config {
                oath: false,
                ..Config::default()
            },
            "",
            "no OATH application",
        ),
    ] {
        let (aws, home) = newcomer();
        let pcscd = key(config);
        let before = pcscd.key(0).config().accounts;
        let run = enroll(&pcscd, &home, words);
        run.failure(1)
            .complains(said)
            .complains("hint: ")
            .prints("");
        nothing_happened(&aws, &pcscd, &run);
        assert_eq!(pcscd.key(0).config().accounts, before);
    }
}

#[test]
fn without_a_service_or_a_key_nothing_is_created() {
    let (aws, home) = newcomer();
    let run = home.awsmfa(["enroll", "--to", "yubikey"]).run();
    run.failure(1).complains("the PC/SC service is not running");
    let empty = Pcscd::start(vec![Reader::yubikey(Config::default()).unplugged()]);
    let run = enroll(&empty, &home, "");
    run.failure(1).complains("the reader");
    nothing_happened(&aws, &empty, &run);
}

#[test]
fn a_wrong_password_ends_it() {
    let (aws, home) = newcomer();
    let pcscd = key(locked());
    home.write(
        ".aws/config",
        "[default]\nmfa_yubikey_password_process = echo hunter3\n",
    );
    let run = enroll(&pcscd, &home, "");
    run.failure(1)
        .complains("the YubiKey refused the password")
        .keeps_quiet_about("hunter3");
    nothing_happened(&aws, &pcscd, &run);
}

#[test]
fn several_keys_are_not_guessed_among() {
    let (aws, home) = newcomer();
    let pcscd = Pcscd::start(vec![numbered(1), numbered(2)]);
    let run = enroll(&pcscd, &home, "");
    run.failure(1)
        .complains("several YubiKeys are connected: 1, 2")
        .complains("hint: choose one with --yubikey-serial");
    nothing_happened(&aws, &pcscd, &run);
    let run = enroll(&pcscd, &home, "--yubikey-serial 3");
    run.failure(1)
        .complains("is not connected (connected: 1, 2)");
    nothing_happened(&aws, &pcscd, &run);

    let (aws, home) = until_stored();
    enroll(&pcscd, &home, "--yubikey-serial 2").failure(1);
    assert!(pcscd.key(0).config().accounts.is_empty());
    assert_eq!(
        pcscd.key(1).config().accounts,
        [account_of(&orphans(&aws)[0], false)]
    );
}

#[test]
fn on_a_terminal_the_user_chooses_among_several_keys() {
    let (aws, home) = until_stored();
    let pcscd = Pcscd::start(vec![numbered(1), numbered(2)]);
    let mut person = pcscd.talk(home, &["enroll"]);
    person
        .expect("several YubiKeys are connected; which one gets the secret?")
        .expect("number (1 to 2): ")
        .type_in("2\n");
    let (status, screen) = person.end();
    assert_eq!(status.code(), Some(1), "{screen}");
    assert!(pcscd.key(0).config().accounts.is_empty());
    let stored = account_of(&orphans(&aws)[0], false);
    assert_eq!(pcscd.key(1).config().accounts, [stored]);
}

/// The old account may be another device's: it stays, and the new one gets another name.
#[test]
fn an_account_that_is_there_is_never_overwritten() {
    let (aws, home) = until_stored();
    let old = Account::totp(ALICE);
    let pcscd = key(Config {
        accounts: vec![old.clone()],
        ..Config::default()
    });
    enroll(&pcscd, &home, "").failure(1);
    let devices = orphans(&aws);
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].serial_number, ALICE_2);
    assert_eq!(
        pcscd.key(0).config().accounts,
        [old, account_of(&devices[0], false)]
    );
}

#[test]
fn a_dry_run_reads_the_key_and_writes_nothing() {
    let (aws, home) = newcomer();
    let pcscd = key(Config::default());
    let run = about_to_enroll(&pcscd, &home, "--touch --dry-run").run();
    run.success().says(ALICE).says("10000001");
    nothing_happened(&aws, &pcscd, &run);
}

/// Another program stores an account of that name between the look at the key and PUT.
#[test]
fn an_account_that_appears_meanwhile_is_not_overwritten_either() {
    let (aws, home) = newcomer();
    let pcscd = key(Config::default());
    let run = enroll(&pcscd, &home, "--dry-run");
    run.success();
    let looks = pcscd.key(0).commands().len();
    let run = about_to_enroll(&pcscd, &home, "");
    pcscd.key(0).happens(looks, When::After, Accident::Hang);
    let run = std::thread::spawn(move || run.run());
    wait_until(|| pcscd.key(0).is_hanging());
    let theirs = Account::totp(ALICE);
    pcscd
        .key(0)
        .reconfigure(|config| config.accounts.push(theirs.clone()));
    pcscd.key(0).go_on();
    let run = run.join().unwrap();
    run.failure(1)
        .complains("the YubiKey already has an account of this name")
        .complains("nothing of it is on the YubiKey 10000001");
    assert_eq!(pcscd.key(0).config().accounts, [theirs]);
    assert!(orphans(&aws).is_empty(), "{}", run.story());
}
