//! `awsmfa accounts`: what it shows of odd keys and odd names.

use unicode_width::UnicodeWidthStr as _;

use crate::support::card::{Account, Config, Pcscd, Reader, SOURCE, home, locked};

#[test]
fn a_key_without_accounts_is_named() {
    let pcscd = Pcscd::with_accounts([]);
    let run = pcscd.run(&home(SOURCE), &["accounts"]);
    run.success()
        .complains("the YubiKey 10000001 has no OATH accounts");
    assert_eq!(run.stdout, "");
    let run = pcscd.run(&home(SOURCE), &["accounts", "--json"]);
    assert_eq!(run.success().stdout, "[]\n");
}

#[test]
fn names_of_any_width_leave_the_columns_straight() {
    let names = [
        "AWS",
        "日本語:山田",
        "e\u{301}te\u{301}:x",
        "😀:x",
        "\u{202e}odd:x",
    ];
    let pcscd = Pcscd::with_accounts(names.map(Account::totp));
    let run = pcscd.run(&home(SOURCE), &["accounts"]);
    let columns: Vec<_> = run
        .success()
        .stdout
        .lines()
        .filter_map(|line| Some(line[..line.find("30s")?].width()))
        .collect();
    assert_eq!(columns.len(), names.len(), "{}", run.story());
    assert!(
        columns.iter().all(|column| *column == columns[0]),
        "{columns:?}{}",
        run.story()
    );
}

#[test]
fn the_question_for_the_password_names_the_key_as_the_list_does() {
    let pcscd = locked();
    let mut person = pcscd.talk(home(SOURCE), &["code"]);
    person
        .expect("password of the OATH accounts on the YubiKey 10000001: ")
        .type_in("hunter2\n");
    let (status, screen) = person.end();
    assert!(status.success(), "{screen}");

    // A key that does not tell its serial number has its device id for a name.
    pcscd.key(0).reconfigure(|config| config.serial = None);
    let mut person = pcscd.talk(home(SOURCE), &["accounts"]);
    person
        .expect("password of the OATH accounts on the YubiKey 4bb7a7fad7af401b: ")
        .type_in("hunter2\n")
        .expect("YubiKey 4bb7a7fad7af401b\r\n");
    assert!(person.end().0.success());
}

#[test]
fn a_key_that_is_waited_for_is_not_called_a_service() {
    let pcscd = Pcscd::start(vec![Reader::yubikey(Config::default()).unplugged()]);
    let run = pcscd.run(&home(SOURCE), &["accounts"]);
    run.failure(1).complains("waiting for a YubiKey");
    run.keeps_quiet_about("waiting for the PC/SC");
}
