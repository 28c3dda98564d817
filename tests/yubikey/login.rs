//! A whole login with the code of a YubiKey.

use crate::support::card::{
    Account, Config, Pcscd, Reader, SOURCE, calculations, home, is_current, shows_the_code, touchy,
};
use crate::support::home::{Home, Run};
use crate::support::stand_in::{Device, Options, StandIn};

const ENV: [&str; 3] = ["env", "--shell", "sh"];

fn account(aws: &StandIn) -> Account {
    Account::totp(aws.serial())
}

/// The code that reached AWS is the key's, and the session is there.
#[track_caller]
fn logged_in(aws: &StandIn, run: &Run) {
    assert!(!run.exports("AWS_SESSION_TOKEN").is_empty());
    let codes = aws.codes();
    assert_eq!(codes.len(), 1, "{}", run.story());
    assert!(is_current(&account(aws), 30, &codes[0]), "{}", run.story());
}

#[test]
fn a_yubikey_serves_when_it_is_named() {
    let aws = StandIn::start(Options::default());
    let pcscd = Pcscd::with_accounts([account(&aws), Account::totp("GitHub:alice")]);
    let run = pcscd
        .awsmfa(&Home::of(&aws), &ENV)
        .arguments(["--source", "yubikey"])
        .run();
    logged_in(&aws, &run);
}

#[test]
fn a_connected_yubikey_needs_no_configuration() {
    let aws = StandIn::start(Options::default());
    let pcscd = Pcscd::with_accounts([account(&aws)]);
    let home = Home::of(&aws);
    // The key has a few milliseconds to answer, which it may miss while other tests run.
    let run = (0..50)
        .map(|_| pcscd.awsmfa(&home, &ENV).run())
        .find(|run| run.status.success())
        .expect("the service is never in time");
    logged_in(&aws, &run);
}

#[test]
fn variables_choose_the_account_and_the_yubikey() {
    let aws = StandIn::start(Options::default());
    let key = |serial, id: &str| {
        Reader::yubikey(Config {
            serial: Some(serial),
            device_id: u64::from(serial).to_be_bytes(),
            accounts: vec![Account {
                id: id.as_bytes().to_vec(),
                ..account(&aws)
            }],
            ..Config::default()
        })
        .named(&format!("Yubico YubiKey CCID {serial}"))
    };
    let pcscd = Pcscd::start(vec![key(1, "work"), key(2, "work")]);
    let run = pcscd
        .awsmfa(&Home::of(&aws), &ENV)
        .env("AWSMFA_YUBIKEY_ACCOUNT", "work")
        .env("AWSMFA_YUBIKEY_SERIAL", "2")
        .run();
    logged_in(&aws, &run);
    assert!(calculations(&pcscd.key(0).commands()).is_empty());
}

#[test]
fn a_touch_on_a_terminal() {
    let aws = StandIn::start(Options::default());
    let pcscd = touchy("AWS");
    let mut person = pcscd.talk(
        Home::of(&aws),
        &["env", "--shell", "sh", "--source", "yubikey", "--print"],
    );
    person.expect("touch your YubiKey: ");
    assert!(!aws.actions().contains(&"GetSessionToken".to_owned()));
    pcscd.key(0).touch();
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
    assert!(screen.contains("export AWS_SESSION_TOKEN="), "{screen}");
}

/// `awsmfa code` asks AWS nothing, so it knows no user.
#[test]
fn an_account_under_the_users_name_is_not_found_without_aws() {
    let pcscd = Pcscd::with_accounts([Account::totp("Amazon Web Services:dave@example-main")]);
    let phone = format!("{SOURCE}\nmfa_serial = arn:aws:iam::123456789012:mfa/dave-phone");
    pcscd
        .run(&home(&phone), &["code"])
        .failure(1)
        .complains("it has Amazon Web Services:dave@example-main")
        .complains("--yubikey-account");
}

/// No password is asked for, and nobody is waited for, if it is on the key that is open.
#[test]
fn an_account_under_the_users_name_needs_no_other_key() {
    let aws = StandIn::start(Options::default());
    let phone = Device::totp("arn:aws:iam::123456789012:mfa/phone");
    aws.change(|options| options.users[0].devices = vec![phone]);
    let locked = Config {
        serial: Some(1),
        device_id: [1; 8],
        password: Some("hunter2".into()),
        ..Config::default()
    };
    let open = Config {
        accounts: vec![Account::totp("Amazon Web Services:alice@example-main")],
        ..Config::default()
    };
    let pcscd = Pcscd::start(vec![
        Reader::yubikey(locked).named("Yubico YubiKey CCID 0"),
        Reader::yubikey(open).named("Yubico YubiKey CCID 1"),
    ]);
    let person = pcscd.talk(
        Home::of(&aws),
        &["env", "--shell", "sh", "--source", "yubikey", "--print"],
    );
    let (status, screen) = person.end();
    assert!(status.success() && !screen.contains("password"), "{screen}");
    assert_eq!(aws.actions(), ["GetCallerIdentity", "GetSessionToken"]);
}

#[test]
fn the_user_is_asked_for_at_aws_only_if_it_matters() {
    let aws = StandIn::start(Options::default());
    let id = "Amazon Web Services:alice@example-main";
    let named_like_the_device = Pcscd::with_accounts([Account::totp(id)]);
    let others = Pcscd::with_accounts([Account::totp("GitHub:alice"), Account::totp("aws:x")]);
    for pcscd in [named_like_the_device, others] {
        pcscd
            .awsmfa(&Home::of(&aws), &ENV)
            .env("AWSMFA_SOURCE", "yubikey")
            .run();
    }
    assert_eq!(aws.actions(), ["GetSessionToken"]);
}

#[test]
fn a_code_and_the_accounts_need_no_profile() {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
    let run = pcscd.run(&Home::new(), &["code", "--source", "yubikey"]);
    run.success();
    shows_the_code(&run, &Account::totp("AWS"), 30);
    let run = pcscd.run(&Home::new(), &["accounts"]);
    run.success().says("* AWS ");
    pcscd
        .run(&home(SOURCE), &["accounts", "--profile", "nobody"])
        .failure(1)
        .complains("there is no such profile");
}

#[test]
fn the_accounts_of_one_key() {
    let pcscd = Pcscd::with_accounts([Account::totp("AWS")]);
    let run = pcscd.run(&Home::new(), &["accounts", "--yubikey-serial", "10000001"]);
    assert!(
        run.success().stdout.starts_with("YubiKey 10000001\n"),
        "{}",
        run.story()
    );
    pcscd
        .run(&Home::new(), &["accounts", "--yubikey-serial", "1"])
        .failure(1)
        .complains("the configured YubiKey is not connected (connected: 10000001)");
}
