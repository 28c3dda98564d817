//! Quoting as a property: any text comes back equal, and nothing in it is executed. Many values go
//! to one process, so that a million of them can be tried: `make fuzz`. Each shell is given the same
//! values.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{Program, report, shells};
use crate::environment::{Change, Environment, VARIABLES};
use crate::shell::Dialect;

/// Values that one process sets, and one child of it shows.
const BATCH: u32 = 200;

/// Rounds of saving and putting back in one process; each takes a value per variable.
const ROUNDS: usize = 10;

/// The restore code is made by the shell's own code, which takes a hundred times as long.
const SHARE_OF_RESTORING: u32 = 20;

static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let names = (0..BATCH).map(|number| format!("VALUE_{number}"));
    names.map(|name| &*name.leak()).collect()
});

/// A value made of what shells find special, or of anything but NUL.
fn value() -> impl Strategy<Value = String> {
    let special = "[\\\\'\"`$(){}\\[\\]*?~!#%&|;<>=^, \t\na-z\u{1}\u{7f}é€]{0,24}";
    let attack = prop::sample::select(vec![
        "; touch pwned #",
        "$(touch pwned)",
        "`touch pwned`",
        "'; touch pwned; #",
        "\\'; touch pwned; #",
        "a\\",
        "\\",
        "'",
        "''",
        "\\'",
        "=ls",
        "==",
        "~",
        "{a,b}",
        "!!",
        "!touch",
        "-n",
        "%s",
        "*",
        "\n",
    ]);
    prop_oneof![
        3 => special.prop_map(|s: String| s),
        2 => attack.prop_map(str::to_owned),
        1 => "[^\u{0}]{0,16}".prop_map(|s: String| s),
    ]
}

/// Runs `test` with lists of `length` values until `values` have been tried.
fn in_batches(values: u32, length: usize, test: impl Fn(&[String])) {
    let length_in_32_bits = u32::try_from(length).unwrap();
    let config = Config {
        cases: values.div_ceil(length_in_32_bits),
        ..Config::default()
    };
    let lists = prop::collection::vec(value(), length);
    let test = |values: Vec<String>| {
        test(&values);
        Ok(())
    };
    TestRunner::new(config).run(&lists, test).unwrap();
}

fn changes(names: &[&'static str], values: &[String]) -> Vec<Change> {
    let pairs = names.iter().zip(values);
    pairs
        .map(|(name, value)| Change {
            name: (*name).into(),
            value: Some(value.clone()),
            exported: true,
        })
        .collect()
}

/// What the children of the shell are given, one picture per `env -0`.
fn shown(command: &[&str], script: &str, names: &[&str]) -> Vec<Vec<String>> {
    let program = Program::new(Dialect::Sh);
    let output = program.run(command, script, &[]);
    let text = String::from_utf8(output.stdout.clone()).expect("text that was text");
    assert!(
        output.stderr.is_empty() && !program.path().join("pwned").exists(),
        "{}",
        report(command, script, &output)
    );
    let pictures = text.split_terminator("\nNEXT\0");
    let value = |picture: &str, name: &str| {
        let mut variables = picture.split('\0').filter_map(|line| line.split_once('='));
        let found = variables.find(|(other, _)| *other == name);
        found.map_or("(not there)", |(_, value)| value).to_owned()
    };
    pictures
        .map(|picture| names.iter().map(|name| value(picture, name)).collect())
        .collect()
}

/// `env -0` and a mark: no variable's name has a line end in it.
const SHOW: &str = "env -0; env printf '\\nNEXT\\0'\n";

fn compare(command: &[&str], values: &[String], found: &[String]) {
    assert_eq!(values.len(), found.len(), "{command:?}");
    for (value, found) in values.iter().zip(found) {
        assert_eq!(value, found, "{command:?}");
    }
}

#[test]
fn any_value_is_set_exactly() {
    in_batches(Config::default().cases, BATCH as usize, |values| {
        for (shell, command) in shells() {
            let text = shell.render_on(&changes(&NAMES, values), &Environment::of(&[]));
            let found = shown(command, &format!("{text}{SHOW}"), &NAMES);
            compare(command, values, &found.concat());
        }
    });
}

/// Set by `on`, kept by the shell when the next `on` changes them, put back by `off`.
#[test]
fn any_value_is_put_back_exactly() {
    let nobody = Environment::of(&[]);
    let all = Config::default().cases.div_ceil(SHARE_OF_RESTORING);
    in_batches(all, VARIABLES.len() * ROUNDS, |values| {
        for (shell, command) in shells() {
            let changed = vec!["changed".to_owned(); VARIABLES.len()];
            let changed = shell.render_on(&changes(&VARIABLES, &changed), &nobody);
            let off = shell.render_off(&[], &nobody);
            let forget = match shell {
                Dialect::Fish => "set -eg __awsmfa_off\n",
                Dialect::Bash | Dialect::Zsh | Dialect::Sh => "unset __awsmfa_off\n",
            };
            let rounds = values.chunks(VARIABLES.len()).map(|values| {
                let set = shell.render_on(&changes(&VARIABLES, values), &nobody);
                [set.as_str(), forget, &changed, &off, SHOW, forget].concat()
            });
            let script: String = rounds.collect();
            compare(
                command,
                values,
                &shown(command, &script, &VARIABLES).concat(),
            );
        }
    });
}
