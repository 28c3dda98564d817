//! A second key with the same secret.

use std::time::Duration;

use super::{ALICE, account_of, newcomer};
use crate::support::card::{Account, Config, Finger, Pcscd, Reader, interrupted};

const QUESTION: &str = "store the secret on another YubiKey too, in case this one gets lost? (y/n)";

fn config(serial: u32) -> Config {
    Config {
        serial: Some(serial),
        device_id: u64::from(serial).to_be_bytes(),
        ..Config::default()
    }
}

/// The second key has a password, and the third has an account of this name.
#[test]
fn more_keys_are_offered_one_after_the_other() {
    let (aws, home) = newcomer();
    home.write(".aws/config", "[default]\nmfa_yubikey_serial = 1\n");
    let locked = Config {
        password: Some("hunter2".into()),
        ..config(2)
    };
    let taken = Config {
        accounts: vec![Account::totp(ALICE)],
        ..config(3)
    };
    let reader =
        |config: Config, n| Reader::yubikey(config).named(&format!("Yubico YubiKey CCID {n}"));
    let pcscd = Pcscd::start(vec![
        reader(config(1), 1),
        reader(locked, 2).unplugged(),
        reader(taken, 3).unplugged(),
    ]);
    let finger = Finger::After(Duration::ZERO);
    (0..3).for_each(|n| pcscd.key(n).set_finger(finger));
    let mut person = pcscd.talk(home, &["enroll", "--touch"]);
    person.expect(QUESTION);
    let devices = aws.user().devices;
    assert_eq!(devices.len(), 1, "the device works before the offer");
    person.type_in("y\n").expect("plug it in");
    pcscd.key(0).unplug();
    pcscd.key(2).plug();
    person
        .expect("the YubiKey 3 already has an account")
        .expect(QUESTION);
    pcscd.key(2).unplug();
    person.type_in("y\n").expect("plug it in");
    pcscd.key(1).plug();
    person
        .expect("password of the OATH accounts on the YubiKey 2")
        .type_in("hunter2\n")
        .expect("the YubiKey 2 has the secret too")
        .expect("mfa_yubikey_serial lets only the YubiKey 1 give codes")
        .expect(QUESTION)
        .type_in("n\n");
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
    assert!(
        screen.ends_with(&format!("mfa_serial = {ALICE}\r\n")),
        "{screen}"
    );

    let stored = [account_of(&devices[0], true)];
    assert_eq!(pcscd.key(0).config().accounts, stored);
    assert_eq!(pcscd.key(1).config().accounts, stored);
    assert_eq!(pcscd.key(2).config().accounts, [Account::totp(ALICE)]);
}

/// The device works by then: what a login needs is said all the same.
#[test]
fn ctrl_c_at_the_offer_says_how_to_log_in() {
    let (aws, home) = newcomer();
    let pcscd = Pcscd::start(vec![Reader::yubikey(config(1))]);
    let name = "n".repeat(40);
    let mut person = pcscd.talk(home, &["enroll", "--name", &name]);
    person.expect(QUESTION).type_in("\x03");
    let (status, screen) = person.end();
    assert!(interrupted(status), "{screen}");
    let serial = &aws.user().devices[0].serial_number;
    let said = format!(
        "to log in with it, set mfa_yubikey_account = {name} and mfa_serial = {serial} in the profile"
    );
    assert!(screen.contains(&said), "{screen}");
}
