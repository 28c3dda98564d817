//! Quoting as a property: any text comes back equal, and nothing in it is executed.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{Program, report, shells, stdout};
use crate::environment::{Change, Environment};
use crate::shell::Shell;

fn values() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(value(), 40)
}

/// A value made of what shells find special, or of anything but NUL.
pub fn value() -> impl Strategy<Value = String> {
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

#[test]
fn every_value_comes_back_and_none_is_executed() {
    for (shell, command) in shells() {
        let mut runner = TestRunner::new(Config {
            cases: 6,
            ..Config::default()
        });
        runner
            .run(&values(), |values| {
                round_trip(shell, command, &values);
                Ok(())
            })
            .unwrap();
    }
}

/// Each value is set by the text of `on`, saved by the shell over a second value, and put back.
fn round_trip(shell: Shell, command: &[&str], values: &[String]) {
    let program = Program::new(shell);
    let text = |value: &str| {
        let changes = [Change {
            name: "AWS_PROFILE".into(),
            value: Some(value.to_owned().into()),
            exported: true,
        }];
        let text = shell.render_on(&changes, &Environment::of(&[]));
        text.to_string()
    };
    let off = shell.render_off(&[], &Environment::of(&[]));
    let forget = if shell == Shell::Fish {
        "set -eg __awsmfa_off"
    } else {
        "unset __awsmfa_off"
    };
    // Set, forget the way back, change, and go back: `see` must print the value twice.
    let see = "sh -c 'printf \"%s\\0\" \"$AWS_PROFILE\"'\n";
    let changed = text("changed");
    let lines = values
        .iter()
        .map(|value| format!("{}{forget}\n{see}{changed}{}{see}", text(value), *off));
    let script: String = lines.collect::<Vec<_>>().concat();
    let output = program.run(command, &script, &[]);
    let found: Vec<String> = stdout(&output).split('\0').map(str::to_owned).collect();
    let expected: Vec<String> = values
        .iter()
        .flat_map(|v| [v.clone(), v.clone()])
        .chain([String::new()])
        .collect();
    if found != expected {
        let at = found
            .iter()
            .zip(&expected)
            .position(|(a, b)| a != b)
            .unwrap_or(found.len());
        let value = expected.get(at);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        panic!(
            "{command:?}: value {at} {value:?} came back as {:?}\n{errors}",
            found.get(at)
        );
    }
    assert!(
        !program.path().join("pwned").exists(),
        "{}",
        report(command, &script, &output)
    );
}
