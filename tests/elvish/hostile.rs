//! Whatever a variable holds, `off` puts it back.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::script;
use crate::support::home::AWSMFA;
use crate::support::landing::Landing;

/// Variables that a login changes, and how often they are given values.
const NAMES: [&str; 20] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_EB_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCOUNT_ID",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_CREDENTIAL_FILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWSMFA_PROFILE",
    "AWSMFA_ROLE_ARN",
    "AWSMFA_MFA_SERIAL",
    "AWSMFA_REGION",
    "AWSMFA_EXPIRES_AT",
    "AWSMFA_ACCESS_KEY_ID",
    "AWSMFA_BASE_EXPIRES_AT",
];
const ROUNDS: usize = 100;

/// A value of any bytes but NUL; `None` is a variable that is not set.
fn value() -> impl Strategy<Value = Option<Vec<u8>>> {
    let special = "[\\\\'\"`$(){}\\[\\]*?~!#%&|;<>=^@:, \t\n\r\u{1}\u{7f}\u{e9}\u{20ac}]{0,24}";
    prop_oneof![
        1 => Just(None),
        4 => special.prop_map(|text: String| Some(text.into_bytes())),
        4 => prop::collection::vec(1..=255_u8, 0..24).prop_map(Some),
    ]
}

/// As elvish writes any bytes.
fn literal(value: &[u8]) -> String {
    let bytes = value.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "\\x{byte:02x}");
        text
    });
    format!("\"{bytes}\"")
}

type Values = Vec<Option<Vec<u8>>>;

/// The lines of one round: the values are set, and a child shows them before the logins and after the
/// logout.
fn lines(round: usize, values: &Values) -> String {
    let mut lines = String::new();
    for (name, value) in NAMES.iter().zip(values) {
        let _ = match value {
            Some(value) => writeln!(lines, "set-env {name} {}", literal(value)),
            None => writeln!(lines, "unset-env {name}"),
        };
    }
    let show = |when: &str| format!("e:env -0 > {round}.{when}\n");
    lines
        + &show("before")
        + "aws-mfa-on; aws-mfa-on\n"
        + &show("during")
        + "aws-mfa-off\n"
        + &show("after")
}

fn environment(landing: &Landing, name: &str) -> BTreeSet<Vec<u8>> {
    let bytes = fs::read(landing.home.path().join(name)).expect(name);
    bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
}

/// The answer of one real login, again and again: the values are nothing that awsmfa could work with.
fn replay(landing: &Landing) {
    let code = landing.aws.code();
    let words = ["env", "--shell", "elvish", "landing", &code];
    let run = landing.awsmfa(words).run();
    landing.home.write("login", &run.success().stdout);
    let program =
        format!("#!/bin/sh\ncase $1 in env) exec cat login ;; *) exec '{AWSMFA}' \"$@\" ;; esac\n");
    let program = landing.home.write("bin/awsmfa", program);
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("its mode");
}

#[test]
fn two_thousand_hostile_values_come_back() {
    let landing = Landing::new();
    replay(&landing);
    let path = landing.home.variable("PATH");
    let path = format!("{}/bin:{}", landing.home.path().display(), path.display());
    let rounds = prop::collection::vec(prop::collection::vec(value(), NAMES.len()), ROUNDS);
    let test = |rounds: Vec<Values>| {
        let all = rounds.iter().enumerate();
        let lines: String = all.map(|(round, values)| lines(round, values)).collect();
        let run = script(&landing, &lines, &[("PATH", &path)]);
        run.success();
        for (round, values) in rounds.iter().enumerate() {
            let [before, during, after] = ["before", "during", "after"]
                .map(|when| environment(&landing, &format!("{round}.{when}")));
            for (name, value) in NAMES.iter().zip(values) {
                let set = value
                    .as_ref()
                    .map(|value| [name.as_bytes(), b"=", value].concat());
                assert!(
                    set.is_none_or(|set| before.contains(&set)),
                    "{name} {value:?}"
                );
            }
            assert!(during.iter().any(|it| it == b"AWSMFA_PROFILE=landing"));
            assert_eq!(before, after, "{values:?}");
        }
        Ok(())
    };
    let config = Config {
        cases: 1,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&rounds, test)
        .expect("the same");
}
