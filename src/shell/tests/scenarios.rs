//! What a terminal holds after on and off: one table for all shells.

use std::os::unix::ffi::OsStrExt as _;

use super::{Program, SHELLS, functions, load, report, stdout};
use crate::shell::Shell;
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

fn line(step: &Step, shell: Shell, way: Way) -> String {
    let fish = shell == Shell::Fish;
    let [on, off] = functions(shell);
    let quote = |value| shell.quote(value).to_string();
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

fn script(steps: &[Step], shell: Shell, way: Way, strict: &str) -> String {
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
    for (shell, command) in SHELLS {
        let strict: &[&str] = match shell {
            Shell::Bash | Shell::Zsh => &["", "set -euo pipefail", "set -aC"],
            Shell::Fish => &[""],
            Shell::Sh => &["", "set -eu", "set -C"],
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
    shell: (Shell, &[&str]),
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
fn a_session_comes_and_goes() {
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
fn keeps_the_first_picture() {
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

const INHERITED: [(&str, &str); 4] = [
    ("AWS_ACCESS_KEY_ID", "ASIAparent"),
    ("AWSMFA_PROFILE", "parent"),
    ("AWSMFA_EXPIRES_AT", "4102444800"),
    ("AWS_REGION", "users"),
];

#[test]
fn a_child_shell_only_unsets() {
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
fn a_way_back_from_the_environment_is_never_evaluated() {
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
fn no_child_sees_the_way_back() {
    let steps = [Export("AWS_SECRET_ACCESS_KEY", "long-term"), On("work")];
    for (shell, command) in SHELLS {
        for strict in if shell == Shell::Fish {
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

/// dash, ksh and busybox give a function no way to tell such a value from the terminal's own, zsh
/// only at a prompt: bash and fish do, and the program alone can be prefixed everywhere.
#[test]
fn a_prefix_is_not_what_the_terminal_had() {
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
    for (shell, command) in SHELLS {
        let reveals = shell == Shell::Bash || shell == Shell::Fish || command[0] == "bash";
        for outer in [false, true] {
            one(&steps(outer), &[], (shell, command), Way::Bare, "");
            if reveals {
                one(&steps(outer), &[], (shell, command), Way::Snippet, "");
            }
        }
    }
}

/// Scripts that are not a list of steps: what each prints.
const ODD_SITUATIONS: &[(Shell, &str, &str)] = &[
    (
        Shell::Bash,
        "f() { local AWS_PROFILE=x; aws-mfa-on; }; export AWS_PROFILE=mine; f; echo \"${AWS_PROFILE-no}\"; aws-mfa-off; echo $AWS_PROFILE",
        "no\nmine\n",
    ),
    (
        Shell::Zsh,
        "f() { local -x AWS_PROFILE=x; aws-mfa-on; }; export AWS_PROFILE=mine; f; aws-mfa-off; echo $AWS_PROFILE",
        "mine\n",
    ),
    (
        Shell::Zsh,
        "unset AWS_PROFILE; f() { local -x AWS_PROFILE=x; aws-mfa-on; }; f; aws-mfa-off; echo ${AWS_PROFILE-no}",
        "no\n",
    ),
    (
        Shell::Fish,
        "function f; set -lx AWS_PROFILE x; aws-mfa-on; end; set -gx AWS_PROFILE mine; f; echo \"no$AWS_PROFILE\"; aws-mfa-off; echo $AWS_PROFILE",
        "no\nmine\n",
    ),
    (
        Shell::Fish,
        "set -gx AWS_PROFILE 'a b' '' c\\'; aws-mfa-on; aws-mfa-off; count $AWS_PROFILE; string join , $AWS_PROFILE",
        "3\na b,,c'\n",
    ),
    (
        Shell::Fish,
        "set -g AWS_PROFILE; aws-mfa-on; aws-mfa-off; set -q AWS_PROFILE; and count $AWS_PROFILE; true",
        "0\n",
    ),
    (
        Shell::Zsh,
        "setopt warn_create_global ksh_arrays sh_word_split no_glob rc_quotes glob_subst; AWS_PROFILE=\"it's\"; aws-mfa-on; aws-mfa-off; echo $AWS_PROFILE; [[ -o ksharrays ]] && echo kept",
        "it's\nkept\n",
    ),
    (
        Shell::Zsh,
        "aws-mfa-on; echo ${(t)__awsmfa_off}; emulate sh; eval \"$(awsmfa off)\"; echo ${AWS_REGION-no}",
        "scalar\nno\n",
    ),
    (
        Shell::Bash,
        "IFS=xy; aws-mfa-on; eval \"$(awsmfa env other)\"; IFS=' '; echo $AWSMFA_PROFILE; aws-mfa-off; echo ${AWSMFA_PROFILE-no}",
        "other\nno\n",
    ),
    (
        Shell::Bash,
        "export -n AWS_PROFILE=x; eval $(awsmfa env other); echo $AWSMFA_PROFILE; aws-mfa-off; echo ${AWSMFA_PROFILE-no} $AWS_PROFILE",
        "other\nno x\n",
    ),
    (
        // Another variable's value looks like an export.
        Shell::Sh,
        "export OTHER=\"a\nexport AWS_PROFILE=x\ntypeset -x AWS_PROFILE=x\"; AWS_PROFILE=\"it's\"; awsmfa_on; awsmfa_off; echo $AWS_PROFILE; sh -c 'echo ${AWS_PROFILE-no}'",
        "it's\nno\n",
    ),
    (
        Shell::Zsh,
        "AWS_PROFILE=(a 'b c'); typeset -i 16 AWS_REGION=17; typeset -A AWS_ACCOUNT_ID=(k 'v w'); aws-mfa-on; aws-mfa-on other; aws-mfa-off; echo $#AWS_PROFILE $AWS_PROFILE[2] $AWS_REGION ${AWS_ACCOUNT_ID[k]}; sh -c 'echo ${AWS_REGION-no}'",
        "2 b c 16#11 v w\nno\n",
    ),
    (
        Shell::Sh,
        "awsmfa_on; (awsmfa_off; echo ${AWS_REGION-no}); echo $AWS_REGION",
        "no\neu-west-1\n",
    ),
    (
        Shell::Sh,
        "eval $(awsmfa env); echo $AWS_REGION; eval $(awsmfa off); echo ${AWS_REGION-no}",
        "eu-west-1\nno\n",
    ),
    (
        Shell::Zsh,
        "eval $(awsmfa env); echo $AWS_REGION; eval $(awsmfa off); echo ${AWS_REGION-no}",
        "eu-west-1\nno\n",
    ),
    (
        // dash and busybox mark for export what is unset under `set -a`.
        Shell::Sh,
        "export AWS_REGION=old; AWS_PROFILE=mine; set -a; awsmfa_on; awsmfa_off; awsmfa_on; sh -c 'echo ${__awsmfa_off-no} ${__awsmfa_base-no}'; awsmfa_off; set +a; echo $AWS_REGION $AWS_PROFILE; sh -c 'echo ${AWS_PROFILE-no}'; AWS_ACCOUNT_ID=1; sh -c 'echo ${AWS_ACCOUNT_ID-no}'",
        "no no\nold mine\nno\nno\n",
    ),
    (
        Shell::Bash,
        "test() { false; }; export AWS_PROFILE=mine; aws-mfa-on; echo ${AWS_PROFILE-no}; aws-mfa-off; echo $AWS_PROFILE",
        "no\nmine\n",
    ),
    (
        Shell::Sh,
        "test() { false; }; export AWS_PROFILE=mine; awsmfa_on; echo ${AWS_PROFILE-no}; awsmfa_off; echo $AWS_PROFILE",
        "no\nmine\n",
    ),
    (
        // The trap speaks in every command substitution.
        Shell::Bash,
        "AWS_PROFILE=mine; export AWS_REGION=old; trap 'echo oops' ERR; set -E; aws-mfa-on; aws-mfa-off; trap - ERR; echo $AWS_PROFILE; sh -c 'echo ${AWS_PROFILE-no} $AWS_REGION'",
        "mine\nno old\n",
    ),
    (
        // A code that was refused unseen is still good.
        Shell::Sh,
        "awsmfa_on fail 123456; case $(set) in *__awsmfa_*123456*) echo kept;; *) echo gone;; esac",
        "gone\n",
    ),
    (
        Shell::Bash,
        "aws-mfa-on fail; echo $? ${AWS_REGION-no}; aws-mfa-on --help; aws-mfa-on -h; echo ${AWS_REGION-no}",
        "3 no\nusage\nusage\nno\n",
    ),
    (
        Shell::Zsh,
        "aws-mfa-on fail; echo $? ${AWS_REGION-no}; aws-mfa-on --help; aws-mfa-on -h; echo ${AWS_REGION-no}",
        "3 no\nusage\nusage\nno\n",
    ),
    (
        Shell::Sh,
        "awsmfa_on fail; echo $? ${AWS_REGION-no}; awsmfa_on --help; awsmfa_on -h; echo ${AWS_REGION-no}",
        "3 no\nusage\nusage\nno\n",
    ),
    (
        Shell::Fish,
        "aws-mfa-on fail; echo $status \"no$AWS_REGION\"; aws-mfa-on --help; aws-mfa-on -h; echo \"no$AWS_REGION\"",
        "3 no\nusage\nusage\nno\n",
    ),
    (
        Shell::Fish,
        "eval (awsmfa env); echo $status $AWS_REGION; eval (awsmfa off); echo \"no$AWS_REGION\"",
        "0 eu-west-1\nno\n",
    ),
];

#[test]
fn odd_situations() {
    for (shell, script, expected) in ODD_SITUATIONS.iter().copied() {
        for (_, command) in SHELLS.iter().filter(|(dialect, _)| *dialect == shell) {
            let program = Program::new(shell);
            let script = format!("{}\n{script}\n", load(shell));
            let output = program.run(command, &script, &[]);
            let report = report(command, &script, &output);
            assert_eq!(stdout(&output), expected, "{report}");
            assert!(output.stderr.is_empty(), "{report}");
        }
    }
}

#[test]
fn a_read_only_variable_changes_nothing() {
    for (shell, command) in SHELLS {
        if shell == Shell::Fish {
            continue; // has none
        }
        let program = Program::new(shell);
        let script = "export AWS_PROFILE=mine; readonly AWS_REGION=fixed\n\
                      eval \"$(awsmfa env)\" || echo \"$? $AWS_PROFILE ${AWS_ACCESS_KEY_ID-no} ${__awsmfa_off-no}\"\n";
        let output = program.run(command, script, &[]);
        let report = report(command, script, &output);
        assert_eq!(stdout(&output), "1 mine no no\n", "{report}");
        assert!(
            String::from_utf8_lossy(&output.stderr).starts_with("awsmfa: could not change"),
            "{report}"
        );
    }
}

#[test]
fn traces_show_no_secret_and_stay_as_they_were() {
    for (shell, command) in SHELLS {
        let [on, off] = functions(shell);
        let trace = if shell == Shell::Fish {
            "set -g fish_trace 1"
        } else {
            "set -x"
        };
        let program = Program::new(shell);
        let script = format!(
            "{}\nexport AWS_SECRET_ACCESS_KEY=long-term\n{trace}\n{on}\n{off}\n{on} fail || true\n{on}\n{off}\necho traced\n",
            load(shell)
        );
        let script = script.replace(
            "export AWS_SECRET_ACCESS_KEY=",
            if shell == Shell::Fish {
                "set -gx AWS_SECRET_ACCESS_KEY "
            } else {
                "export AWS_SECRET_ACCESS_KEY="
            },
        );
        let output = program.run(command, &script, &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let report = report(command, &script, &output);
        assert!(
            !said.contains(super::SECRET)
                && !said.contains("long-term")
                && !said.contains("the/token"),
            "{report}"
        );
        assert!(said.contains("echo traced"), "{report}");
        assert_eq!(stdout(&output), "traced\n", "{report}");
    }
}

#[test]
fn bytes_that_are_no_text_come_back() {
    let bytes = b"\xff'\xc3\\\x80\n\n".as_slice();
    let odd = std::ffi::OsStr::from_bytes(bytes);
    for (shell, command) in SHELLS {
        let program = Program::new(shell);
        let [on, off] = functions(shell);
        let script = format!(
            "{}\n{on}\n{off}\nsh -c 'printf %s \"$AWS_PROFILE\"'\n",
            load(shell)
        );
        std::fs::write(program.path().join("script"), &script).unwrap();
        let output = program
            .command(command)
            .arg("script")
            .env("AWS_PROFILE", odd)
            .output()
            .unwrap();
        assert_eq!(
            output.stdout,
            bytes,
            "{}",
            report(command, &script, &output)
        );
    }
}

#[test]
fn aliases_do_no_harm() {
    for word in ["false", "echo"] {
        let names = "eval command local set return builtin printf typeset declare emulate";
        let ours = functions(Shell::Bash)
            .into_iter()
            .chain(functions(Shell::Sh));
        let aliases = names
            .split(' ')
            .chain(ours)
            .map(|name| format!("{name}={word}"));
        let alias = format!("alias {}", aliases.collect::<Vec<_>>().join(" "));
        for (shell, command) in SHELLS {
            if shell == Shell::Fish {
                continue; // aliases are functions there
            }
            let [on, off] = functions(shell);
            let expand = if command[0] == "bash" {
                "shopt -s expand_aliases\n"
            } else {
                ""
            };
            let bare = |what| format!("\\eval \"$(awsmfa {what})\"");
            let ways = [
                (". ./snippet".to_owned(), on.to_owned(), off.to_owned()),
                (
                    "\\eval \"$(cat snippet)\"".to_owned(),
                    on.to_owned(),
                    off.to_owned(),
                ),
                (":".to_owned(), bare("env"), bare("off")),
            ];
            for (load, on, off) in ways {
                // What is there before is what the way back is made of.
                let check = "\\printf '%s\\n' \"${AWSMFA_PROFILE-no} $AWS_REGION $AWS_PROFILE\"";
                let script = format!(
                    "AWS_PROFILE=mine\n{expand}{alias}\n{load}\n{on}\n{check}\n{off}\n{check}\n"
                );
                let output = Program::new(shell).run(command, &script, &[("AWS_REGION", "old")]);
                let told = report(command, &script, &output);
                assert_eq!(stdout(&output), "work eu-west-1 \nno old mine\n", "{told}");
                assert!(output.stderr.is_empty(), "{told}");
            }
        }
    }
}
