//! The snippets at a prompt: prompt piece, warnings, hooks, and what only a prompt can do.

mod prompt;
#[path = "../../../tests/support/pty.rs"]
#[expect(
    dead_code,
    reason = "shared with the black-box tests, which use the rest"
)]
mod pty;

use super::{Program, SHELLS, functions, load, report, stdout};
use crate::shell::Shell;
use pty::Pty;

/// An interactive shell with the snippet, whose prompt is `ready> `.
fn terminal(program: &Program, shell: Shell, before: &str) -> Pty {
    let words: &[&str] = match shell {
        Shell::Bash => &["bash", "--norc", "--noprofile", "--noediting", "-i"],
        Shell::Zsh => &["zsh", "-f", "-i", "+o", "prompt_sp"],
        Shell::Fish => &["fish", "--no-config", "-i"],
        Shell::Sh => &["dash", "-i"],
    };
    let mut pty = Pty::spawn(words, |command| {
        *command = {
            let mut fresh = program.command(&["setsid"]);
            fresh
                .args(command.get_args())
                .env("TERM", "dumb")
                .env("PS1", "start> ");
            fresh
        };
    });
    let prompt = match shell {
        Shell::Fish => "function fish_prompt; echo 're''ady> '; end",
        _ => "PS1='re''ady> '",
    };
    pty.send(&format!("{before}{}; {prompt}\r", load(shell)));
    pty.expect("ready> ");
    pty
}

/// Seconds since the epoch, `seconds` from now.
#[expect(
    clippy::disallowed_methods,
    reason = "the shells' clock is the computer's"
)]
fn in_seconds(seconds: i64) -> u64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    now.as_secs().saturating_add_signed(seconds)
}

#[test]
fn warns_once_at_ten_minutes_and_once_at_the_end() {
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let program = Program::new(shell);
        let mut pty = terminal(&program, shell, "");
        let set = |end: u64| match shell {
            Shell::Fish => {
                format!("set -gx AWSMFA_PROFILE work; set -gx AWSMFA_EXPIRES_AT {end}\r")
            }
            _ => format!("export AWSMFA_PROFILE=work AWSMFA_EXPIRES_AT={end}\r"),
        };
        let mut line = |text: &str| {
            // Two more prompts, to see that it is said once; what is typed does not look like `cd`.
            pty.send(&format!("{text}echo a''b\recho c''d\r"));
            pty.expect("cd")
        };
        for (end, times) in [
            (in_seconds(3600), 0),
            (in_seconds(500), 1),
            (in_seconds(-5), 1),
        ] {
            let shown = line(&set(end));
            assert_eq!(
                shown.matches("awsmfa: the session of work").count(),
                times,
                "{shell:?} {shown}"
            );
        }
    }
}

#[test]
fn hooks_keep_the_status_and_the_users_own() {
    for (shell, before, show) in [
        (
            Shell::Bash,
            "PROMPT_COMMAND='echo \"hook:$?\";'; ",
            "echo \"status:$?\"",
        ),
        (
            Shell::Bash,
            "PROMPT_COMMAND=('echo \"hook:$?\"' ':'); ",
            "echo \"status:$?\"",
        ),
        (
            Shell::Zsh,
            "precmd() { echo \"hook:$?\" }; ",
            "echo \"status:$?\"",
        ),
        (
            Shell::Fish,
            "function h --on-event fish_prompt; echo \"hook:$status\"; end; ",
            "echo \"status:$status\"",
        ),
    ] {
        let program = Program::new(shell);
        // sourced twice: still one hook
        let mut pty = terminal(&program, shell, &format!("{before}{}; ", load(shell)));
        pty.send("sh -c 'exit 7'\r");
        pty.expect("ready> ");
        pty.send(&format!("{show}\r"));
        pty.expect("status:7");
        assert!(
            shell == Shell::Fish || pty.seen().contains("hook:7"),
            "{}",
            pty.seen()
        );
    }
}

#[test]
fn a_prefix_at_a_zsh_prompt_is_not_what_the_terminal_had() {
    for (outer, expected) in [("", "no"), ("export AWS_PROFILE=mine; ", "mine")] {
        let program = Program::new(Shell::Zsh);
        let mut pty = terminal(&program, Shell::Zsh, outer);
        pty.send("AWS_PROFILE=work AWS_REGION=given aws-mfa-on && echo $AWSMFA_PROFILE\r");
        pty.expect("ready> ");
        pty.send("echo :${AWS_PROFILE-no},$AWS_REGION,$AWSMFA_PROFILE:\r");
        pty.expect(":no,eu-west-1,work:");
        pty.send("AWS_REGION=again aws-mfa-on other\r");
        pty.expect("ready> ");
        pty.send("echo :$AWS_REGION,$AWSMFA_PROFILE:\r");
        pty.expect(":eu-west-1,other:");
        pty.send("aws-mfa-off; echo :${AWS_PROFILE-no},${AWS_REGION-no},${AWSMFA_PROFILE-no}:\r");
        pty.expect(&format!(":{expected},no,no:"));
    }
}

#[test]
fn aliases_with_hyphens_work_at_a_dash_prompt() {
    let program = Program::new(Shell::Sh);
    let mut pty = terminal(&program, Shell::Sh, "");
    pty.send("aws-mfa-on\recho =$AWSMFA_PROFILE=\r");
    pty.expect("=work=");
    pty.send("aws-mfa-off\recho =${AWSMFA_PROFILE-no}=\r");
    pty.expect("=no=");
}

#[test]
fn a_universal_variable_is_pointed_out_and_never_touched() {
    let program = Program::new(Shell::Fish);
    let [on, off] = functions(Shell::Fish);
    let script = format!(
        "source ./snippet; set -U AWS_PROFILE uni; {on}; {off}; echo $AWS_PROFILE; set -qgU AWS_PROFILE; set -qg AWS_PROFILE; or echo not global\n"
    );
    let output = program.run(&["fish"], &script, &[("TERM", "dumb")]);
    let report = report(&["fish"], &script, &output);
    assert_eq!(stdout(&output), "uni\nnot global\n", "{report}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("awsmfa: AWS_PROFILE is a universal variable"),
        "{report}"
    );
    let saved = program.path().join(".config/fish/fish_variables");
    let saved = std::fs::read_to_string(saved).unwrap();
    assert!(
        !saved.contains("ASIA") && !saved.contains("awsmfa"),
        "{saved}"
    );
}
