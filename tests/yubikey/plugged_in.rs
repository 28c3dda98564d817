//! Nothing is configured, and a YubiKey is plugged in or not, as the kernel tells in /sys.

use std::fs;

use crate::support::card::{Account, Pcscd, home, shows_the_code, wait_until};
use crate::support::home::{AWSMFA, Home, Run};
use crate::support::namespace::with_buses;
use crate::support::stand_in::{Device, Options, StandIn};

const CODE: &[&str] = &[AWSMFA, "code", "--verbose"];

const ALICE: &str = "mfa_serial = arn:aws:iam::123456789012:mfa/alice";

/// What the kernel tells of a device of this vendor, with these classes of interfaces.
fn usb(vendor: &str, classes: &[&str]) -> tempfile::TempDir {
    let buses = tempfile::tempdir().unwrap();
    let device = buses.path().join("usb/devices/1-1");
    fs::create_dir_all(&device).unwrap();
    fs::write(device.join("idVendor"), format!("{vendor}\n")).unwrap();
    for (number, class) in classes.iter().enumerate() {
        let interface = device.join(format!("1-1:1.{number}"));
        fs::create_dir(&interface).unwrap();
        fs::write(interface.join("bInterfaceClass"), format!("{class}\n")).unwrap();
    }
    buses
}

fn yubikey() -> tempfile::TempDir {
    usb("1050", &["03", "03", "0b"])
}

/// `awsmfa code` where these devices are plugged in. None where the machine cannot pretend that.
fn code(buses: &tempfile::TempDir, home: &Home, pcscd: &Pcscd) -> Option<Run> {
    let above = with_buses(buses.path())?;
    let words = [&above[1..], CODE].concat();
    let run = home.program(above[0], words);
    Some(run.env("PCSCLITE_CSOCK_NAME", pcscd.socket()).run())
}

/// systemd starts pcscd when somebody connects to its socket.
#[test]
fn a_service_that_only_starts_is_waited_for() {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
    let (buses, home) = (yubikey(), home(ALICE));
    let Some(above) = with_buses(buses.path()) else {
        return;
    };
    pcscd.freeze();
    let words = [&above[1..], &["sh", "-c", "exec \"$@\" 2>said", "sh"], CODE].concat();
    let run = home.program(above[0], words);
    let run = run.env("PCSCLITE_CSOCK_NAME", pcscd.socket());
    let said = || fs::read_to_string(home.path().join("said")).unwrap_or_default();
    let run = std::thread::scope(|scope| {
        scope.spawn(|| {
            wait_until(|| said().contains("waiting for the PC/SC service"));
            pcscd.thaw();
        });
        run.run()
    });
    shows_the_code(&run, &Account::totp(""), 30);
}

#[test]
fn other_usb_devices_are_not_waited_for() {
    for buses in [usb("1050", &["03"]), usb("076b", &["0b"]), usb("1d6b", &[])] {
        let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
        pcscd.freeze();
        let Some(run) = code(&buses, &home(ALICE), &pcscd) else {
            return;
        };
        run.failure(1).complains("did not answer in time");
    }
}

#[test]
fn a_key_that_gives_no_code_is_named_at_the_end() {
    let mut pcscd = Pcscd::with_accounts([Account::totp("GitHub:alice")]);
    let Some(run) = code(&yubikey(), &home(ALICE), &pcscd) else {
        return;
    };
    run.failure(1)
        .complains("no source gave an MFA code")
        .complains("yubikey: the YubiKey has no account for the MFA device");
    let none = Pcscd::start(vec![]);
    if let Some(run) = code(&yubikey(), &home(ALICE), &none) {
        run.failure(1)
            .complains("a YubiKey is plugged in, but the PC/SC service does not see it");
    }
    pcscd.kill();
    if let Some(run) = code(&yubikey(), &home(ALICE), &pcscd) {
        run.failure(1)
            .complains("yubikey: the PC/SC service is not running");
    }
}

/// The device is called otherwise than its user, and the account on the key is called like him.
#[test]
fn an_account_under_the_users_name_is_found() {
    let aws = aws_with_the_device("dave-phone");
    let pcscd = Pcscd::with_accounts([
        Account::totp("Amazon Web Services:carol@example-main"),
        Account::totp("Amazon Web Services:alice@example-main"),
    ]);
    let buses = yubikey();
    let Some(above) = with_buses(buses.path()) else {
        return;
    };
    let home = Home::of(&aws);
    let words = [&above[1..], &[AWSMFA, "env", "--shell", "sh"]].concat();
    let run = home
        .program(above[0], words)
        .env("PCSCLITE_CSOCK_NAME", pcscd.socket())
        .run();
    run.success();
    run.says("AWS_SESSION_TOKEN");
    assert_eq!(aws.actions(), ["GetCallerIdentity", "GetSessionToken"]);
}

#[test]
fn similar_accounts_are_reported_before_the_prompt() {
    let aws = aws_with_the_device("dave-phone");
    let pcscd = Pcscd::with_accounts([
        Account::totp("Amazon Web Services:carol@example-main"),
        Account::totp("GitHub:lawson"),
    ]);
    let buses = yubikey();
    let Some(above) = with_buses(buses.path()) else {
        return;
    };
    let mut person = pcscd.talk_below(&above, Home::of(&aws), &["env", "--shell", "sh", "--print"]);
    person
        .expect(
            "the YubiKey has Amazon Web Services:carol@example-main, but no account for the MFA",
        )
        .expect("--yubikey-account 'Amazon Web Services:carol@example-main'\r\n")
        .expect("MFA code for ")
        .type_in(&format!("{}\n", aws.code()));
    let (status, screen) = person.end();
    assert!(status.success() && !screen.contains("lawson"), "{screen}");
}

/// Whoever was asked for the user's name has also proven the keys.
#[test]
fn a_device_of_another_account_is_told_before_a_code_is_typed() {
    let aws = StandIn::start(Options::default());
    let pcscd = Pcscd::with_accounts([Account::totp("Amazon Web Services:carol@example-main")]);
    let buses = yubikey();
    let Some(above) = with_buses(buses.path()) else {
        return;
    };
    let home = Home::of(&aws);
    let serial = "mfa_serial = arn:aws:iam::999999999999:mfa/alice-phone";
    home.write(".aws/config", format!("[default]\n{serial}\n"));
    let mut person = pcscd.talk_below(&above, home, &["env", "--shell", "sh", "--print"]);
    person.expect("belongs to another account than arn:aws:iam::123456789012:user/alice");
    assert_eq!(person.end().0.code(), Some(1));
}

fn aws_with_the_device(name: &str) -> StandIn {
    let aws = StandIn::start(Options::default());
    let device = Device::totp(&format!("arn:aws:iam::123456789012:mfa/{name}"));
    aws.change(|options| options.users[0].devices = vec![device]);
    aws
}
