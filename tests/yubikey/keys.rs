//! Which key, which account.

use crate::support::card::{
    Account, Config, Pcscd, Reader, calculations, home, is_current, shows_the_code,
};

const ARN: &str = "arn:aws:iam::123456789012:mfa/alice";
const SERIAL: &str = "mfa_serial = arn:aws:iam::123456789012:mfa/alice\nmfa_source = yubikey";

fn key(serial: u32, ids: &[&str]) -> Reader {
    Reader::yubikey(Config {
        serial: Some(serial),
        device_id: u64::from(serial).to_be_bytes(),
        accounts: ids.iter().map(|id| account(id)).collect(),
        ..Config::default()
    })
}

/// Every account its own secret, so that a code tells which one it is of.
fn account(id: &str) -> Account {
    Account {
        secret: format!("{id:\u{0}<20}").into_bytes(),
        ..Account::totp(id)
    }
}

#[track_caller]
fn takes(pcscd: &Pcscd, config: &str, arguments: &[&str], id: &str) {
    let run = pcscd.run(&home(config), &[&["code"], arguments].concat());
    run.success();
    assert!(
        is_current(&account(id), 30, &run.stdout),
        "not the code of {id}{}",
        run.story()
    );
}

#[test]
fn the_account_is_found_by_the_device() {
    let with_prefix = format!("aws:{ARN}");
    let names = [ARN, &with_prefix, "AWS", "Amazon Web Services:alice@prod"];
    for first in 0..names.len() {
        let ids = [
            &["GitHub:alice", "Amazon Web Services:bob@prod"],
            &names[first..],
        ]
        .concat();
        let pcscd = Pcscd::start(vec![key(1, &ids)]);
        takes(&pcscd, SERIAL, &[], names[first]);
    }
}

#[test]
fn a_name_that_is_configured_wins_and_matches_byte_for_byte() {
    let pcscd = Pcscd::start(vec![key(1, &["AWS", "aws", "Aws"])]);
    takes(&pcscd, SERIAL, &["--yubikey-account", "Aws"], "Aws");
    takes(
        &pcscd,
        &format!("{SERIAL}\nmfa_yubikey_account = aws"),
        &[],
        "aws",
    );
    let run = pcscd.run(&home(SERIAL), &["code", "--yubikey-account", "aWS"]);
    run.failure(1)
        .complains("the YubiKey has no account aWS: it has ")
        .complains("AWS, aws, Aws");
}

#[test]
fn the_yubikey_that_has_the_account_is_used() {
    let pcscd = Pcscd::start(vec![
        key(1, &["GitHub:alice"]).named("Yubico YubiKey CCID 0"),
        key(2, &["AWS"]).named("Yubico YubiKey CCID 1"),
    ]);
    takes(&pcscd, SERIAL, &[], "AWS");
}

#[test]
fn several_candidates_are_listed_and_not_guessed() {
    let ids = [
        "Amazon Web Services:alice@prod",
        "Amazon Web Services:alice@dev",
    ];
    let pcscd = Pcscd::start(vec![key(1, &ids)]);
    let run = pcscd.run(&home(SERIAL), &["code"]);
    run.failure(1)
        .complains(ids[0])
        .complains(ids[1])
        .complains("--yubikey-account");
}

#[test]
fn on_a_terminal_the_user_chooses() {
    let ids = [
        "Amazon Web Services:alice@prod",
        "Amazon Web Services:alice@dev",
    ];
    let pcscd = Pcscd::start(vec![key(1, &ids)]);
    let mut person = pcscd.talk(home(SERIAL), &["code"]);
    person
        .expect("alice@dev")
        .expect("number (1 to 2)")
        .forget()
        .type_in("2\n");
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
    let shown = |line: &str| is_current(&account(ids[1]), 30, line);
    assert!(screen.lines().any(shown), "{screen}");
}

/// Its account of the same name has another secret.
#[test]
fn a_key_that_was_swapped_after_the_look_is_not_asked() {
    let ids = [
        "60/Amazon Web Services:alice@prod",
        "60/Amazon Web Services:alice@dev",
    ];
    let pcscd = Pcscd::start(vec![key(1, &ids)]);
    let mut person = pcscd.talk(home(SERIAL), &["code"]);
    person.expect("number (1 to 2)");
    let before = calculations(&pcscd.key(0).commands()).len();
    pcscd
        .key(0)
        .reconfigure(|config| config.device_id = 2_u64.to_be_bytes());
    person.type_in("1\n");
    let (status, screen) = person.end();
    assert_eq!(status.code(), Some(1), "{screen}");
    assert!(
        screen.contains("this is not the YubiKey that was there a moment ago"),
        "{screen}"
    );
    assert_eq!(calculations(&pcscd.key(0).commands()).len(), before);
}

#[test]
fn quiet_and_verbose_are_variables_of_accounts_too() {
    let pcscd = Pcscd::start(vec![key(1, &["AWS"])]);
    let home = home(&format!("{SERIAL}\nnonsense"));
    for (variable, noted) in [("LANG", true), ("AWSMFA_QUIET", false)] {
        let run = pcscd.awsmfa(&home, &["accounts"]).env(variable, "1").run();
        run.success();
        assert_eq!(run.stderr.contains("neither"), noted, "{}", run.story());
    }
}

#[test]
fn a_key_is_pinned_by_its_serial_number_or_its_device_id() {
    let pcscd = Pcscd::start(vec![
        key(1, &["AWS"]).named("Yubico YubiKey CCID 0"),
        key(2, &["AWS"]).named("Yubico YubiKey CCID 1"),
    ]);
    pcscd
        .key(1)
        .reconfigure(|config| config.accounts[0].secret = b"another secret, 20 b".to_vec());
    let second = pcscd.key(1).config().accounts[0].clone();
    let run = pcscd.run(&home(SERIAL), &["code"]);
    run.failure(1)
        .complains("AWS on the YubiKey 1")
        .complains("AWS on the YubiKey 2")
        .complains("--yubikey-serial");

    takes(&pcscd, SERIAL, &["--yubikey-serial", "1"], "AWS");
    let pinned = format!("{SERIAL}\nmfa_yubikey_serial = 2");
    let run = pcscd.run(&home(&pinned), &["code"]);
    shows_the_code(&run, &second, 30);

    pcscd.key(1).reconfigure(|config| config.serial = None);
    let run = pcscd.run(
        &home(SERIAL),
        &["code", "--yubikey-serial", "0000000000000002"],
    );
    shows_the_code(&run, &second, 30);

    let run = pcscd.run(&home(SERIAL), &["code", "--yubikey-serial", "3"]);
    run.failure(1)
        .complains("the configured YubiKey is not connected");
}

#[test]
fn the_wrong_key_says_what_it_has() {
    let pcscd = Pcscd::start(vec![key(1, &["GitHub:alice", "Google:alice"])]);
    let run = pcscd.run(&home(SERIAL), &["code"]);
    run.failure(1)
        .complains("the YubiKey has no account")
        .complains("GitHub:alice, Google:alice");
    let run = pcscd.run(
        &home(SERIAL),
        &["code", "--yubikey-account", "GitHub:alise"],
    );
    run.failure(1)
        .complains("it has GitHub:alice, Google:alice\n");
}

#[test]
fn on_a_terminal_another_key_is_waited_for() {
    let pcscd = Pcscd::start(vec![
        key(1, &["GitHub:alice"]).named("Yubico YubiKey CCID 0"),
        key(2, &["AWS"]).named("Yubico YubiKey CCID 1").unplugged(),
    ]);
    let mut person = pcscd.talk(home(SERIAL), &["code"]);
    person
        .expect("GitHub:alice")
        .expect("wait for another YubiKey?")
        .type_in("y\n")
        .expect("plug it in");
    pcscd.key(1).plug();
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");
    assert!(
        screen
            .lines()
            .any(|line| is_current(&account("AWS"), 30, line)),
        "{screen}"
    );

    let mut person = pcscd.talk(
        home("mfa_source = yubikey\nmfa_yubikey_account = x"),
        &["code"],
    );
    person.expect("wait for another YubiKey?").type_in("n\n");
    let (status, screen) = person.end();
    assert_eq!(status.code(), Some(1), "{screen}");
}

#[test]
fn accounts_lists_what_is_there() {
    let mut config = Config {
        serial: Some(7),
        accounts: vec![
            Account::totp("AWS"),
            Account {
                digits: 8,
                ..Account::totp("60/Slow:bob")
            },
            Account::touch("Touchy:carol"),
            Account::hotp("Count:dave"),
        ],
        ..Config::default()
    };
    config.accounts.push(Account::totp(b"caf\xe9\x1b[31m:x"));
    let pcscd = Pcscd::start(vec![Reader::yubikey(config)]);
    let run = pcscd.run(&home(SERIAL), &["accounts"]);
    run.success();
    let lines: Vec<_> = run
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "YubiKey 7",
            "* AWS 30s, 6 digits",
            "60/Slow:bob 60s, 8 digits",
            "Touchy:carol 30s, 6 digits, touch",
            "Count:dave HOTP, 6 digits",
            "caf\u{fffd}\\u{1b}[31m:x 30s, 6 digits",
        ]
    );
    let run = pcscd.run(&home(SERIAL), &["accounts", "--json"]);
    let rows: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        rows[1],
        serde_json::json!({
            "yubikey": "7", "name": "60/Slow:bob", "issuer": "Slow", "type": "TOTP",
            "period": 60, "digits": 8, "touch": false, "selected": false,
        })
    );
    assert_eq!(rows[0]["selected"], true);
    assert_eq!(rows[3]["period"], serde_json::Value::Null);
}
