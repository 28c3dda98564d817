//! What a terminal holds after on and off: one table for all shells.

mod cases;
mod changed_since;
mod inherited;
mod odd_variables;
mod redefined;
mod settings;
mod traces;

use super::{Program, functions, load, report, shells, stdout};
use crate::shell::Dialect;
use Step::{Check, Export, Off, On, Plain, Prefixed};

/// One line of a session at a terminal.
enum Step {
    /// an unexported variable
    Plain(&'static str, &'static str),
    Export(&'static str, &'static str),
    On(&'static str),
    /// `NAME=value aws-mfa-on`
    Prefixed(&'static str, &'static str),
    Off,
    /// name, what the shell sees, what a child sees; `NONE`: unset
    Check(&'static str, &'static str, &'static str),
}

const NONE: &str = "<unset>";
const ODD: &str = "a'b\\'c \" $(touch pwned) `touch pwned` *\t; \n é\u{1}'";

/// Functions of the snippet, or the bare text.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Snippet,
    Bare,
}

fn line(step: &Step, shell: Dialect, way: Way) -> String {
    let fish = shell == Dialect::Fish;
    let [on, off] = functions(shell);
    let quote = |value| shell.quote(value).clone();
    let bare = |arguments: &str, before: &str| {
        if fish {
            format!("{before}command awsmfa {arguments} | source")
        } else {
            format!("eval \"$({before}awsmfa {arguments})\"")
        }
    };
    match (step, way) {
        (Plain(name, value), _) if fish => format!("set -g {name} {}", quote(value)),
        (Plain(name, value), _) => format!("{name}={}", quote(value)),
        (Export(name, value), _) if fish => format!("set -gx {name} {}", quote(value)),
        (Export(name, value), _) => format!("export {name}={}", quote(value)),
        (On(profile), Way::Snippet) => format!("{on} {profile}"),
        (On(profile), Way::Bare) => bare(&format!("env {profile}"), ""),
        (Prefixed(name, value), Way::Snippet) => format!("{name}={} {on}", quote(value)),
        (Prefixed(name, value), Way::Bare) => bare("env", &format!("{name}={} ", quote(value))),
        (Off, Way::Snippet) => off.to_owned(),
        (Off, Way::Bare) => bare("off", ""),
        (Check(name, ..), _) => {
            let see = if fish {
                format!("if set -q {name}; printf '%s|' \"${name}\"; else; printf '<unset>|'; end")
            } else {
                format!("printf '%s|' \"${{{name}-{NONE}}}\"")
            };
            format!("{see}; sh -c 'printf \"%s~\" \"${{{name}-{NONE}}}\"'")
        }
    }
}

fn script(steps: &[Step], shell: Dialect, way: Way, strict: &str) -> String {
    let mut lines = vec![strict.to_owned()];
    if way == Way::Snippet {
        lines.extend([load(shell).to_owned(), load(shell).to_owned()]);
    }
    lines.extend(steps.iter().map(|step| line(step, shell, way)));
    lines.join("\n") + "\n"
}

fn expected(steps: &[Step]) -> String {
    let check = |step: &Step| match step {
        Check(_, own, child) => Some(format!("{own}|{child}~")),
        _ => None,
    };
    steps.iter().filter_map(check).collect()
}

/// Runs the steps in every shell, by the functions and by the bare text, with and without strict
/// options; nothing may be said, and no value executed.
fn everywhere(steps: &[Step], environment: &[(&str, &str)]) {
    for (shell, command) in shells() {
        let strict: &[&str] = match shell {
            Dialect::Bash | Dialect::Zsh => &["", "set -euo pipefail", "set -aC"],
            Dialect::Fish => &[""],
            Dialect::Sh => &["", "set -eu", "set -C"],
        };
        for strict in strict {
            for way in [Way::Snippet, Way::Bare] {
                one(steps, environment, (shell, command), way, strict);
            }
        }
    }
}

fn one(
    steps: &[Step],
    environment: &[(&str, &str)],
    shell: (Dialect, &[&str]),
    way: Way,
    strict: &str,
) {
    // `set -a` exports what a script assigns; the plain variables of a scenario are not plain then.
    if strict.contains('a')
        && strict.starts_with("set -a")
        && steps.iter().any(|s| matches!(s, Plain(..)))
    {
        return;
    }
    let program = Program::new(shell.0);
    let script = script(steps, shell.0, way, strict);
    let output = program.run(shell.1, &script, environment);
    let report = report(shell.1, &script, &output);
    assert!(output.status.success(), "{report}");
    assert_eq!(stdout(&output), expected(steps), "{report}");
    assert!(output.stderr.is_empty(), "{report}");
    assert!(!program.path().join("pwned").exists(), "{report}");
}

#[test]
fn on_sets_a_session_and_off_removes_it() {
    everywhere(
        &[
            On("work"),
            Check("AWS_ACCESS_KEY_ID", "ASIAwork", "ASIAwork"),
            Check("AWS_REGION", "eu-west-1", "eu-west-1"),
            Check("AWS_PROFILE", NONE, NONE),
            Off,
            Check("AWS_ACCESS_KEY_ID", NONE, NONE),
            Check("AWS_REGION", NONE, NONE),
            Check("AWSMFA_PROFILE", NONE, NONE),
            Check("__awsmfa_off", NONE, NONE),
        ],
        &[],
    );
}

#[test]
fn puts_back_value_and_export_flag_exactly() {
    everywhere(
        &[
            Plain("AWS_SECURITY_TOKEN", ODD),
            Plain("AWS_ACCOUNT_ID", ""),
            Plain("AWS_ACCESS_KEY_ID", "AKIAplain"),
            On("work"),
            Check("AWS_PROFILE", NONE, NONE),
            Check("AWS_SECURITY_TOKEN", NONE, NONE),
            Check("AWS_ACCOUNT_ID", NONE, NONE),
            Check("AWS_ACCESS_KEY_ID", "ASIAwork", "ASIAwork"),
            Off,
            Check("AWS_PROFILE", ODD, ODD),
            Check("AWS_DEFAULT_PROFILE", "", ""),
            Check("AWS_SECURITY_TOKEN", ODD, NONE),
            Check("AWS_ACCOUNT_ID", "", NONE),
            Check("AWS_ACCESS_KEY_ID", "AKIAplain", NONE),
            Check("AWS_CREDENTIAL_SCOPE", NONE, NONE),
        ],
        &[("AWS_PROFILE", ODD), ("AWS_DEFAULT_PROFILE", "")],
    );
}

#[test]
fn what_the_first_login_found_is_restored() {
    everywhere(
        &[
            Export("AWS_PROFILE", "mine"),
            On("work"),
            Export("AWS_PROFILE", "plugin"),
            On("other"),
            Check("AWS_PROFILE", NONE, NONE),
            Check("AWSMFA_PROFILE", "other", "other"),
            On("other"),
            Off,
            Check("AWS_PROFILE", "mine", "mine"),
            Check("AWSMFA_PROFILE", NONE, NONE),
        ],
        &[],
    );
}

#[test]
fn off_twice_and_off_without_on_leave_the_users_keys_alone() {
    everywhere(
        &[
            Off,
            Check("AWS_ACCESS_KEY_ID", "AKIAmine", "AKIAmine"),
            On("work"),
            Off,
            Off,
            Check("AWS_ACCESS_KEY_ID", "AKIAmine", "AKIAmine"),
            Check("AWS_REGION", "mine", "mine"),
        ],
        &[("AWS_ACCESS_KEY_ID", "AKIAmine"), ("AWS_REGION", "mine")],
    );
}
