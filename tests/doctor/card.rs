//! A YubiKey, if a profile asks for it.

use crate::support::card::{Account, Config, Pcscd, Reader, home};

const ALICE: &str = "mfa_serial = arn:aws:iam::123456789012:mfa/alice\nmfa_source = yubikey";

#[test]
fn the_account_is_looked_for_on_the_connected_key() {
    let pcscd = Pcscd::with_accounts([Account::touch("AWS")]);
    let run = pcscd.run(&home(ALICE), &["doctor"]);
    run.success().says(
        "takes its codes from a YubiKey (~/.aws/config:3 [default] mfa_source), which is connected",
    );
    let run = pcscd.run(
        &home(&format!("{ALICE}\nmfa_yubikey_account = nobody")),
        &["doctor"],
    );
    run.failure(1)
        .says("error   profile default takes its codes from a YubiKey")
        .says("has no account nobody");
}

#[test]
fn a_key_with_a_password_is_not_asked_for_it() {
    let config = Config {
        password: Some("secret".to_owned()),
        accounts: vec![Account::totp("AWS")],
        ..Config::default()
    };
    let pcscd = Pcscd::start(vec![Reader::yubikey(config)]);
    let home = home(&format!(
        "{ALICE}\nmfa_yubikey_password_process = touch was-run"
    ));
    pcscd.run(&home, &["doctor"]).success();
    assert!(!home.path().join("was-run").exists());
}
