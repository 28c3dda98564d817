//! What a terminal has not set itself: the session of its parent, hostile restore code, a prefix.

use super::*;

const INHERITED: [(&str, &str); 4] = [
    ("AWS_ACCESS_KEY_ID", "ASIAparent"),
    ("AWSMFA_PROFILE", "parent"),
    ("AWSMFA_EXPIRES_AT", "4102444800"),
    ("AWS_REGION", "users"),
];

#[test]
fn off_in_a_child_shell_only_unsets() {
    everywhere(
        &[
            Off,
            Check("AWS_ACCESS_KEY_ID", NONE, NONE),
            Check("AWSMFA_EXPIRES_AT", NONE, NONE),
            Check("AWS_REGION", "users", "users"),
        ],
        &INHERITED,
    );
}

#[test]
fn on_in_a_child_shell_gives_the_parents_session_back() {
    everywhere(
        &[
            On("other"),
            Check("AWS_ACCESS_KEY_ID", "ASIAother", "ASIAother"),
            Off,
            Check("AWS_ACCESS_KEY_ID", "ASIAparent", "ASIAparent"),
            Check("AWSMFA_PROFILE", "parent", "parent"),
        ],
        &INHERITED,
    );
}

#[test]
fn restore_code_from_the_environment_is_never_evaluated() {
    let hostile = [("__awsmfa_off", "touch pwned;"), ("AWS_PROFILE", "mine")];
    everywhere(
        &[
            Off,
            Check("__awsmfa_off", NONE, NONE),
            Check("AWS_PROFILE", "mine", "mine"),
        ],
        &hostile,
    );
    everywhere(
        &[
            On("work"),
            Check("AWS_PROFILE", NONE, NONE),
            Off,
            Check("AWS_PROFILE", "mine", "mine"),
        ],
        &hostile,
    );
}

#[test]
fn no_child_sees_the_restore_code() {
    let steps = [Export("AWS_SECRET_ACCESS_KEY", "long-term"), On("work")];
    for (shell, command) in shells() {
        for strict in if shell == Dialect::Fish {
            &["true"][..]
        } else {
            &["set -a", "true"]
        } {
            for way in [Way::Snippet, Way::Bare] {
                let program = Program::new(shell);
                let script = script(&steps, shell, way, strict) + "env\n";
                let output = program.run(command, &script, &[]);
                let found = stdout(&output);
                let report = report(command, &script, &output);
                assert!(found.contains("AWSMFA_PROFILE=work"), "{report}");
                assert!(
                    !found.lines().any(|line| line.starts_with("__awsmfa_off="))
                        && !found.contains("long-term"),
                    "{report}"
                );
            }
        }
    }
}

/// dash, ksh, busybox and zsh give a function no way to tell such a value from the terminal's own: bash
/// and fish do, and the program alone can be prefixed everywhere. (At a prompt, zsh refuses it.)
#[test]
fn a_variable_before_the_command_is_not_restored() {
    let steps = |outer: bool| {
        let (own, child) = if outer {
            ("mine", "mine")
        } else {
            (NONE, NONE)
        };
        let mut steps = vec![
            Prefixed("AWS_PROFILE", "work"),
            Check("AWS_PROFILE", NONE, NONE),
            Check("AWS_ACCESS_KEY_ID", "ASIAwork", "ASIAwork"),
            Prefixed("AWS_REGION", "given"),
            Check("AWS_REGION", "eu-west-1", "eu-west-1"),
            Off,
            Check("AWS_PROFILE", own, child),
            Check("AWS_REGION", NONE, NONE),
        ];
        if outer {
            steps.insert(0, Export("AWS_PROFILE", "mine"));
        }
        steps
    };
    for (shell, command) in shells() {
        let reveals = shell == Dialect::Bash || shell == Dialect::Fish || command[0] == "bash";
        for outer in [false, true] {
            one(&steps(outer), &[], (shell, command), Way::Bare, "");
            if reveals {
                one(&steps(outer), &[], (shell, command), Way::Snippet, "");
            }
        }
    }
}
