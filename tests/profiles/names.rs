//! Names of profiles that are not there, and the device that nobody names.

use super::{CONFIG, CREDENTIALS, ID, PERMANENT, SERIAL, login, value};
use crate::support::home::{Home, exported};
use crate::support::stand_in::{AccessKey, Device, Options, StandIn, User};

#[test]
fn names_that_are_nearly_right_are_suggested() {
    let text = "[default]\nPERMANENT\n[production]\nPERMANENT\n[staging-long-term]\nPERMANENT\n";
    let files = [
        (CREDENTIALS, text),
        (
            CONFIG,
            "[profile development]\n[profile two words]\n[sso-session prodution]\n",
        ),
    ];
    for (name, hint) in [
        ("prodution", "hint: did you mean production?"),
        ("Production", "hint: did you mean production?"),
        ("stagign", "hint: did you mean staging?"),
        ("devlopment", "hint: did you mean development?"),
        (
            "xyz",
            "hint: the profiles are: default, development, production, staging",
        ),
        ("12345", "hint: an MFA code has exactly six digits"),
        (
            "12 3456",
            "hint: an MFA code has exactly six digits, such as 123456 or 123 456",
        ),
        ("123-456", "exactly six digits, such as 123456 or 123 456"),
    ] {
        let (run, requests) = login(&files, &[name], &[("AWSMFA_TOKEN_CODE", "")]);
        run.failure(1)
            .complains(&format!("could not log in to profile {name}: there is no such profile in ~/.aws/credentials or ~/.aws/config"))
            .complains(hint);
        assert!(requests.is_empty());
    }
    let (run, _) = login(&files, &[], &[("AWS_PROFILE", "gone")]);
    run.failure(1)
        .complains("could not log in to profile gone (named by AWS_PROFILE): ");
    let (run, _) = login(&[], &[], &[]);
    run.failure(1)
        .complains("no such profile in ~/.aws/credentials (not there) or ~/.aws/config (not there)")
        .complains("hint: put your keys into ~/.aws/credentials: a line [default]");
}

#[test]
fn names_that_begin_like_it_come_first() {
    let many = [
        "a",
        "b",
        "c",
        "d",
        "acme-dev",
        "acme-prod",
        "acme-stage",
        "acme-test",
        "zeta",
    ]
    .iter()
    .chain(&["e", "f", "g", "h", "i", "j", "other-acme"])
    .map(|name| format!("[profile {name}]\n"));
    let many: Vec<_> = many.collect();
    let many = many.concat();
    let files = [(CONFIG, many.as_str())];
    for (name, hint) in [
        (
            "acme",
            "hint: did you mean acme-dev, acme-prod, acme-test, acme-stage?",
        ),
        ("ACME", "hint: did you mean acme-dev,"),
        ("acme-p", "hint: did you mean acme-prod, "),
        ("zone", "hint: the profiles are: "),
    ] {
        let (run, _) = login(&files, &[name], &[]);
        run.failure(1).complains(hint);
    }
}

/// Several devices: the choice is made on the terminal, and the line for it shown.
#[test]
fn the_device_is_chosen_on_the_terminal() {
    let phone = "arn:aws:iam::123456789012:mfa/phone";
    let aws = StandIn::start(Options {
        users: vec![User {
            devices: vec![Device::totp(phone), Device::totp(SERIAL)],
            keys: vec![AccessKey::active(
                ID,
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            )],
            ..User::default()
        }],
        ..Options::default()
    });
    let home = Home::calling(&aws);
    home.write(CREDENTIALS, format!("[default]\n{PERMANENT}"));
    let out = home.path().join("out");
    let line = format!(
        "'{}' env --shell sh >{}",
        crate::support::home::AWSMFA,
        out.display()
    );
    let mut terminal = home.line_on_terminal(&line);
    terminal.expect(phone);
    terminal.expect(SERIAL);
    terminal.expect(": ");
    terminal.send("2\r");
    terminal.expect(&format!("mfa_serial = {SERIAL}"));
    aws.settle();
    terminal.expect(": ");
    terminal.send(&format!("{}\r", aws.code()));
    assert!(terminal.wait().success(), "{}", terminal.seen());
    let login = aws.requests().pop().expect("a login");
    assert_eq!(login.parameter("SerialNumber"), Some(SERIAL));
    let session = std::fs::read_to_string(out).expect("the session");
    assert_eq!(
        value(&exported(&session), "AWSMFA_MFA_SERIAL"),
        Some(SERIAL)
    );
}
