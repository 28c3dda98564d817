//! `off` restores what the terminal had, whatever that was.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::NU;
use crate::support::home::{AWSMFA, Home};
use crate::support::landing::Landing;

/// Together, more than 2,000 values of variables that a login saves.
const ROUNDS: usize = 75;

/// Prints the line of the round for a login.
const PROGRAM: &str = "#!/bin/sh
case $1 in
env) sed -n \"${ROUND}p\" \"$HOME/logins\" ;;
*) exec 'AWSMFA' \"$@\" ;;
esac
";

/// Writes what a child process sees to a file of the round.
const DUMP: &str = "env -0 >\"$1.$ROUND\"\n";

/// Each round: sets the terminal's variables, logs in and out, and shows both to a child process.
const SCRIPT: &str = "
for round in (open --raw rounds | from json) {
    for it in ($round | transpose name value) {
        if $it.value == null { hide-env -i $it.name } else { load-env {($it.name): $it.value} }
    }
    aws-mfa-on
    sh dump on
    aws-mfa-off
    sh dump off
}
";

/// What shells find special, or anything but NUL.
fn value() -> impl Strategy<Value = String> {
    let attacks = [
        "$(touch pwned)",
        "`touch pwned`",
        "'; touch pwned; '",
        "\"; touch pwned; \"",
    ];
    let odd = [
        "", "\n", "\\", "'", "\"", "~", "*", "$HOME", "-n", "null", "[]", "{}", "01", "1", "true",
    ];
    prop_oneof![
        3 => "[\\\\'\"`$(){}\\[\\]*?~!#%&|;<>=^, \t\r\na-z\u{1}\u{1b}\u{7f}é€]{0,24}",
        1 => prop::sample::select([&attacks[..], &odd].concat()).prop_map(str::to_owned),
        1 => "[^\u{0}]{0,16}",
    ]
}

/// The variables that a child process has seen.
fn dumped(home: &Home, when: &str, round: usize) -> BTreeMap<String, String> {
    let dump = fs::read(home.path().join(format!("{when}.{round}"))).expect("a dump");
    let dump = String::from_utf8(dump).expect("UTF-8");
    let pairs = dump.split('\0').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Rounds: what the terminal has before, and the variables that the login sets.
fn rounds(names: &[String]) -> Vec<[Map<String, Value>; 2]> {
    let mut runner = TestRunner::default();
    let mut values = |names: &[String]| -> Map<String, Value> {
        let values = prop::collection::vec(prop::option::of(value()), names.len());
        let values = values.new_tree(&mut runner).expect("values").current();
        let names = names.iter().cloned();
        names.zip(values.into_iter().map(Value::from)).collect()
    };
    let round = |_| {
        [
            values(names),
            values(&["AWS_REGION", "AWSMFA_PROFILE"].map(str::to_owned)),
        ]
    };
    (0..ROUNDS).map(round).collect()
}

/// What the program prints for a login.
pub fn login() -> Value {
    let landing = Landing::new();
    let words = ["env", "--shell", "nu", "landing", &landing.aws.code()];
    let login = landing.awsmfa(words).run();
    serde_json::from_str(&login.success().stdout).expect("JSON")
}

/// A home in which the program prints the line of `logins` whose number is in `ROUND`.
pub fn home(logins: &str) -> Home {
    let home = Home::new();
    home.write("logins", logins);
    home.write("dump", DUMP);
    let program = home.write_program("bin/awsmfa", PROGRAM.replace("AWSMFA", AWSMFA));
    let bin = program.parent().expect("a directory").display().to_string();
    let path = format!("{bin}:{}", home.variable("PATH").display());
    home.with("PATH", path)
}

#[test]
fn every_value_comes_back() {
    let login = login();
    let names: Vec<String> = serde_json::from_value(login["save"].clone()).expect("names");
    let rounds = rounds(&names);

    let (mut before, mut logins) = (Vec::new(), Vec::new());
    for (number, [values, set]) in rounds.iter().enumerate() {
        let mut values = values.clone();
        values.insert("ROUND".to_owned(), json!((number + 1).to_string()));
        before.push(values);
        let mut login = login.clone();
        for (name, value) in set {
            login["set"][name] = json!(value.as_str().unwrap_or_default());
        }
        logins.push(login.to_string());
    }
    let home = home(&logins.join("\n"));
    home.write("rounds", json!(before).to_string());
    let run = NU.script(&home, &[SCRIPT]).run();
    run.success();
    for (number, [values, set]) in rounds.iter().enumerate() {
        let (on, off) = (
            dumped(&home, "on", number + 1),
            dumped(&home, "off", number + 1),
        );
        for (name, value) in set {
            let value = value.as_str().unwrap_or_default();
            assert_eq!(on[name], value, "{name}{}", run.story());
        }
        for (name, value) in values {
            let now = off.get(name).map(String::as_str);
            assert_eq!(now, value.as_str(), "{name}{}", run.story());
        }
    }
    assert!(!home.path().join("pwned").exists());
}
