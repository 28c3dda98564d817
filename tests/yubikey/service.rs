//! PC/SC without a service, without leave, without a library; readers without a YubiKey.

use std::time::Duration;

use crate::support::card::{
    ATR_NFC, Account, Config, Hold, Pcscd, Reader, asked_in_time, home, shows_the_code, trouble,
    with_nothing_plugged_in, without_library,
};
use crate::support::home::{Home, Run};

const ALICE: &str = "mfa_serial = arn:aws:iam::123456789012:mfa/alice";
const CODE: [&str; 3] = ["code", "--source", "yubikey"];

fn one_account() -> Config {
    Config {
        accounts: vec![Account::totp("AWS")],
        ..Config::default()
    }
}

#[test]
fn a_service_that_is_not_running_is_reported() {
    let home = Home::new();
    let socket = home.path().join("nobody");
    let run = home.awsmfa(CODE).env("PCSCLITE_CSOCK_NAME", &socket).run();
    run.failure(1)
        .complains("the PC/SC service is not running")
        .complains("awsmfa: hint: ");
    if cfg!(target_os = "linux") {
        run.complains("systemctl enable --now pcscd.socket");
    }
}

#[test]
fn a_service_that_denies_access_is_reported() {
    let pcscd = Pcscd::start(vec![Reader::yubikey(one_account())]);
    // SCARD_W_SECURITY_VIOLATION: what pcscd answers where polkit says no.
    for function in ["SCardEstablishContext", "SCardConnect"] {
        let trouble = trouble(function, 0x8010_006A, 9);
        let run = pcscd.awsmfa(&home(""), &CODE).envs(trouble).run();
        run.failure(1)
            .complains("does not let this session use smart cards")
            .complains("polkit");
    }
}

#[test]
fn a_missing_library_is_reported() {
    let home = home("mfa_process = echo 123456");
    let directory = tempfile::tempdir().unwrap();
    let missing = || without_library(directory.path());
    let run = home.awsmfa(CODE).envs(missing()).run();
    run.failure(1)
        .complains("the PC/SC library (libpcsclite) cannot be loaded")
        .complains("awsmfa: hint: install it: pcscd and libpcsclite1 on Debian and Ubuntu");
    // Everything else runs.
    let run = home.awsmfa(["code"]).envs(missing()).run();
    run.success();
    assert_eq!(run.stdout, "123456\n");
}

#[test]
fn a_missing_reader_is_reported() {
    let pcscd = Pcscd::start(vec![]);
    let run = with_nothing_plugged_in(&pcscd, &home(""), &CODE).run();
    run.failure(1).complains("no YubiKey is plugged in");
}

#[test]
fn other_readers_are_named() {
    let pcscd = Pcscd::start(vec![
        Reader::empty("Alcor Micro AU9540"),
        Reader::empty("Gemalto PC Twin"),
    ]);
    let run = with_nothing_plugged_in(&pcscd, &home(""), &CODE).run();
    run.failure(1)
        .complains("no YubiKey is plugged in")
        .complains("Alcor Micro AU9540")
        .complains("Gemalto PC Twin");
}

#[test]
fn an_empty_reader_is_reported() {
    let pcscd = Pcscd::start(vec![Reader::yubikey(one_account()).unplugged()]);
    let run = pcscd.run(&home(""), &CODE);
    run.failure(1)
        .complains("the reader Yubico YubiKey OTP+FIDO+CCID")
        .complains("is empty");
}

#[test]
fn a_yubikey_that_was_just_plugged_in_is_waited_for() {
    let pcscd = Pcscd::start(vec![Reader::yubikey(one_account()).unplugged()]);
    let key = pcscd.key(0).clone();
    let hand = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        key.plug();
    });
    let run = pcscd.run(&home(""), &CODE);
    hand.join().unwrap();
    run.success();
    shows_the_code(&run, &Account::totp("AWS"), 30);
}

#[test]
fn a_key_on_an_nfc_reader_is_known_by_its_answer_to_reset() {
    let reader = Reader::yubikey(one_account())
        .named("ACS ACR122U PICC Interface")
        .unplugged();
    let pcscd = Pcscd::start(vec![Reader::empty("Alcor Micro AU9540"), reader]);
    pcscd.key(1).set_atr(ATR_NFC);
    pcscd.key(1).plug();
    pcscd.run(&home(""), &CODE).success();
}

#[test]
fn a_card_without_the_oath_application_is_reported() {
    let pcscd = Pcscd::start(vec![Reader::yubikey(Config {
        oath: false,
        ..one_account()
    })]);
    pcscd
        .run(&home(""), &CODE)
        .failure(1)
        .complains("no OATH application")
        .complains("ykman config usb --enable OATH");
}

/// What the default chain says of the key: nothing, unless asked.
fn passed_over(pcscd: &Pcscd) -> String {
    said_of_the_key(pcscd, |run| asked_in_time(run))
}

fn said_of_the_key(pcscd: &Pcscd, verbosely: impl Fn(&dyn Fn() -> Run) -> Run) -> String {
    let home = home(ALICE);
    let run = |arguments: &[&str]| with_nothing_plugged_in(pcscd, &home, arguments).run();
    let quiet = run(&["code"]);
    quiet.failure(1);
    let verbose = verbosely(&|| run(&["code", "--verbose"]));
    let said: Vec<_> = verbose
        .stderr
        .lines()
        .filter(|line| line.contains("source yubikey"))
        .collect();
    quiet.keeps_quiet_about("skipped");
    said.join("\n")
}

#[test]
fn the_default_sources_skip_a_yubikey_without_a_code() {
    let said = passed_over(&Pcscd::start(vec![]));
    assert!(said.contains("no YubiKey is plugged in"), "{said}");

    let said = passed_over(&Pcscd::with_accounts([Account::totp("GitHub:alice")]));
    assert!(said.contains("the YubiKey has no account"), "{said}");

    let said = passed_over(&Pcscd::with_accounts([Account::hotp("AWS")]));
    assert!(said.contains("HOTP"), "{said}");

    let locked = Config {
        password: Some("hunter2".into()),
        ..one_account()
    };
    let said = passed_over(&Pcscd::start(vec![Reader::yubikey(locked)]));
    assert!(said.contains("protected by a password"), "{said}");
}

#[test]
fn the_default_sources_skip_a_yubikey_in_use() {
    let pcscd = Pcscd::start(vec![Reader::yubikey(one_account())]);
    let holder = pcscd.hold(Hold::Exclusive);
    let said = passed_over(&pcscd);
    assert!(
        said.contains("another program has exclusive access to the YubiKey"),
        "{said}"
    );
    drop(holder);
    let holder = pcscd.hold(Hold::Transaction);
    let said = said_of_the_key(&pcscd, |run| run());
    assert!(said.contains("did not answer in time"), "{said}");
    drop(holder);
}

#[test]
fn the_default_sources_skip_a_silent_service() {
    let pcscd = Pcscd::start(vec![Reader::yubikey(one_account())]);
    pcscd.freeze();
    let said = said_of_the_key(&pcscd, |run| run());
    assert!(said.contains("did not answer in time"), "{said}");
}

#[test]
fn the_default_sources_use_a_yubikey_with_the_account() {
    let pcscd = Pcscd::start(vec![Reader::yubikey(one_account())]);
    let holder = pcscd.hold(Hold::Shared);
    let home = home(ALICE);
    let run =
        asked_in_time(|| with_nothing_plugged_in(&pcscd, &home, &["code", "--verbose"]).run());
    drop(holder);
    run.success();
    shows_the_code(&run, &Account::totp("AWS"), 30);
}
