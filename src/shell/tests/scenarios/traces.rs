//! What shows the commands of a shell as they run shows no secret.

use super::super::SECRET;
use super::*;

/// Everything that shows a shell's commands as they run: what switches it on, and what it then shows
/// of `echo traced`.
fn traces(shell: Dialect, command: &[&str]) -> Vec<(&'static str, &'static str)> {
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
        (Dialect::Fish, _) => vec![("set -g fish_trace 1", "echo traced")],
        (Dialect::Zsh, _) => vec![
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
            let set = if shell == Dialect::Fish {
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
