//! Options, functions, aliases and traces of the user's.

use super::super::SECRET;
use super::*;

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
        "setopt warn_create_global sh_word_split; f() { eval \"$(awsmfa env)\"; echo $AWS_REGION; eval \"$(awsmfa off)\"; }; AWS_PROFILE='a  b'; f; echo $AWS_PROFILE",
        "eu-west-1\na b\n",
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
        Shell::Bash,
        "AWS_REGION=(a 'b\"$c' d); declare -ix AWS_PROFILE=0; declare -A AWS_ACCOUNT_ID=([k]='v w'); declare -ux AWS_DEFAULT_REGION=up; aws-mfa-on; sh -c 'echo $AWS_REGION'; aws-mfa-on other; aws-mfa-off; AWS_PROFILE+=2; echo ${#AWS_REGION[@]} \"${AWS_REGION[1]}\" $AWS_PROFILE \"${AWS_ACCOUNT_ID[k]}\"; sh -c 'echo ${AWS_REGION-no} $AWS_PROFILE $AWS_DEFAULT_REGION'",
        "eu-west-1\n3 b\"$c 2 v w\nno 2 UP\n",
    ),
    (
        Shell::Bash,
        "f() { aws-mfa-on; aws-mfa-off; declare -p AWS_REGION; }; AWS_REGION=(a b); f; g() { local -a AWS_REGION=(x); aws-mfa-on; }; g; echo $AWS_REGION; aws-mfa-off; echo ${AWS_REGION[1]}",
        "declare -a AWS_REGION=([0]=\"a\" [1]=\"b\")\neu-west-1\nb\n",
    ),
    (
        Shell::Zsh,
        "AWS_REGION=(a b); AWS_ACCESS_KEY_ID=(x); aws-mfa-on; sh -c 'echo $AWS_REGION $AWS_ACCESS_KEY_ID'; aws-mfa-off; echo $#AWS_REGION ${(t)AWS_ACCESS_KEY_ID}",
        "eu-west-1 ASIAwork\n2 array\n",
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
        for (_, command) in shells().iter().filter(|(dialect, _)| *dialect == shell) {
            let program = Program::new(shell);
            let script = format!("{}\n{script}\n", load(shell));
            let output = program.run(command, &script, &[]);
            let report = report(command, &script, &output);
            assert_eq!(stdout(&output), expected, "{report}");
            assert!(output.stderr.is_empty(), "{report}");
        }
    }
}

/// Everything that shows a shell's commands as they run: what switches it on, and what it then shows
/// of `echo traced`.
fn traces(shell: Shell, command: &[&str]) -> Vec<(&'static str, &'static str)> {
    let bash = [
        (
            "set -T; trap 'echo \"D:$BASH_COMMAND\" >&2' DEBUG",
            "D:echo traced",
        ),
        (
            "trap 'echo \"D:$BASH_COMMAND\" >&2' DEBUG; shopt -s extdebug",
            "D:echo traced",
        ),
        (
            "set -ETxv; trap 'echo \"E:$BASH_COMMAND\" >&2' ERR; trap 'echo \"R:$BASH_COMMAND\" >&2' RETURN",
            "+ echo traced",
        ),
    ];
    let posix = [
        ("set -x", "+ echo traced"),
        ("set -v", "echo traced"),
        ("set -xv", "+ echo traced"),
    ];
    match (shell, command[0]) {
        (Shell::Fish, _) => vec![("set -g fish_trace 1", "echo traced")],
        (Shell::Zsh, _) => vec![
            ("set -x", "echo traced"),
            ("set -v", "echo traced"),
            (
                "TRAPDEBUG() { echo \"D:$ZSH_DEBUG_CMD\" >&2; }",
                "D:echo traced",
            ),
            (
                "trap 'echo \"D:$ZSH_DEBUG_CMD\" >&2' DEBUG; TRAPZERR() { echo \"E:$ZSH_DEBUG_CMD\" >&2; }",
                "D:echo traced",
            ),
        ],
        (_, "bash") => posix.into_iter().chain(bash).collect(),
        (_, "ksh93") => {
            let debug = (
                "trap 'echo \"D:${.sh.command}\" >&2' DEBUG",
                "D:echo traced",
            );
            posix.into_iter().chain([debug]).collect()
        }
        _ => posix.into(),
    }
}

#[test]
fn traces_show_no_secret_and_stay_as_they_were() {
    for (shell, command) in shells() {
        let [on, off] = functions(shell);
        for (trace, shows) in traces(shell, command) {
            let program = Program::new(shell);
            let set = if shell == Shell::Fish {
                "set -gx AWS_SECRET_ACCESS_KEY "
            } else {
                "export AWS_SECRET_ACCESS_KEY="
            };
            let script = format!(
                "{}\n{set}long-term\n. ./trace\n{on}\n{off}\n{on} fail || true\n{on}\n{off}\necho traced\n",
                load(shell)
            );
            std::fs::write(program.path().join("trace"), trace).unwrap();
            let output = program.run(command, &script, &[]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let report = report(command, &format!("{trace}\n{script}"), &output);
            for secret in [SECRET, "long-term", "the/token"] {
                assert!(!said.contains(secret), "{secret} {report}");
            }
            assert!(said.contains(shows), "{report}");
            assert_eq!(stdout(&output), "traced\n", "{report}");
        }
    }
}

#[test]
fn aliases_do_no_harm() {
    for word in ["false", "echo"] {
        for (shell, command) in shells() {
            if shell == Shell::Fish {
                continue; // aliases are functions there
            }
            let [on, off] = functions(shell);
            // The lines of sh are plain, for other programs.
            let more = if shell == Shell::Sh {
                ""
            } else {
                "unset export "
            };
            let words = format!(
                "{more}eval command local set return builtin printf typeset declare emulate echo {on} {off}"
            );
            let aliases = words.split(' ').map(|name| format!("{name}={word}"));
            let alias = format!("alias {}", aliases.collect::<Vec<_>>().join(" "));
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
                // The restore code is made of what is there before.
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

/// A function of this name would run in place of the builtin, or call itself for ever.
#[test]
fn functions_named_like_builtins_do_no_harm() {
    for (shell, command) in shells().into_iter().take(2) {
        for load in [". ./snippet", "eval \"$(cat snippet)\""] {
            let program = Program::new(shell);
            let names = "set unset export declare typeset compgen local eval echo printf test true false emulate print";
            let functions = names
                .split(' ')
                .map(|name| format!("function {name} {{ touch called; }}"));
            let functions = functions.collect::<Vec<_>>().join("\n");
            let check = "builtin printf '%s\\n' \"${AWSMFA_PROFILE-no} $AWS_REGION $AWS_PROFILE\"";
            let script = format!(
                "builtin export AWS_REGION=old\nAWS_PROFILE=mine\n{load}\n{functions}\n\
                 aws-mfa-on\n{check}\naws-mfa-off\n{check}\n\
                 builtin eval \"$(awsmfa env)\"\n{check}\nbuiltin eval \"$(awsmfa off)\"\n{check}\n"
            );
            let output = program.run(command, &script, &[]);
            let told = report(command, &script, &output);
            let expected = "work eu-west-1 \nno old mine\n".repeat(2);
            assert_eq!(stdout(&output), expected, "{told}");
            assert!(output.stderr.is_empty(), "{told}");
            assert!(!program.path().join("called").exists(), "{told}");
        }
    }
}

#[test]
fn a_login_in_a_subshell_says_that_the_session_ends_with_it() {
    for (shell, command) in [0, 1, 4].map(|at| shells()[at]) {
        let [on, off] = functions(shell);
        let program = Program::new(shell);
        let script = format!(
            "{}\n{on} | cat\n({on}; echo $AWSMFA_PROFILE)\necho ${{AWSMFA_PROFILE-no}}\n{on}\n{off}\n",
            load(shell)
        );
        let output = program.run(command, &script, &[]);
        let told = report(command, &script, &output);
        assert_eq!(stdout(&output), "work\nno\n", "{told}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let times = said
            .matches("awsmfa: the session ends with this subshell")
            .count();
        assert_eq!(times, 2, "{told}");
    }
}
