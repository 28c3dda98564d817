//! The snippets at a prompt: prompt piece, warnings, hooks, and what only a prompt can do.

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
fn the_prompt_shows_profile_and_time_left_and_evaluates_nothing() {
    let odd = "w$(touch pwned)`touch pwned`%n\\u\u{7}\u{1b}[31m";
    for (shell, command) in SHELLS {
        for (end, left) in [
            (in_seconds(3600 * 11 + 90), " 11h1m"),
            (in_seconds(150), " 2m"),
            (1, " over"),
        ] {
            let name = match shell {
                Shell::Zsh => "w$(touch pwned)`touch pwned`%%n\\u[31m",
                Shell::Sh => "?",
                Shell::Bash | Shell::Fish => "w$(touch pwned)`touch pwned`%n\\u[31m",
            };
            let program = Program::new(shell);
            // Where a result of arithmetic is split, digits must not be separators.
            let split = if shell == Shell::Fish {
                ""
            } else {
                "IFS=0123456789\n"
            };
            let script = format!("{split}{}\nawsmfa_prompt\n", load(shell));
            let end = end.to_string();
            let environment = [("AWSMFA_PROFILE", odd), ("AWSMFA_EXPIRES_AT", &end)];
            let output = program.run(command, &script, &environment);
            let report = report(command, &script, &output);
            assert_eq!(stdout(&output), format!("{name}{left}"), "{report}");
            assert!(output.stderr.is_empty(), "{report}");
            assert!(!program.path().join("pwned").exists(), "{report}");
        }
    }
}

#[test]
fn the_prompt_is_empty_without_a_session_and_with_junk() {
    for (shell, command) in SHELLS {
        for junk in [
            "",
            "x",
            "$(touch pwned)",
            "a[$(touch pwned)]",
            "99999999999999999999",
            "1\n2",
        ] {
            let program = Program::new(shell);
            let strict = if shell == Shell::Fish {
                ""
            } else {
                "set -eu\n"
            };
            let script = format!("{strict}{}\nawsmfa_prompt\n", load(shell));
            let output = program.run(command, &script, &[("AWSMFA_EXPIRES_AT", junk)]);
            let report = report(command, &script, &output);
            assert_eq!(
                (stdout(&output).as_str(), output.stderr.len()),
                ("", 0),
                "{junk:?} {report}"
            );
            assert!(!program.path().join("pwned").exists(), "{report}");
        }
    }
}

#[test]
fn the_prompt_shows_the_shorter_of_role_and_base_session() {
    let end = in_seconds(1830).to_string();
    for (shell, command) in SHELLS {
        for (base, left) in [
            (in_seconds(3600).to_string(), "30m"),
            (in_seconds(150).to_string(), "2m"),
            ("1".to_owned(), "30m"),
            ("$(touch pwned)".to_owned(), "30m"),
        ] {
            let program = Program::new(shell);
            let script = format!("{}\nawsmfa_prompt\n", load(shell));
            let environment = [
                ("AWSMFA_PROFILE", "dev"),
                ("AWSMFA_EXPIRES_AT", &end),
                ("AWSMFA_BASE_EXPIRES_AT", &base),
            ];
            let output = program.run(command, &script, &environment);
            let report = report(command, &script, &output);
            assert_eq!(stdout(&output), format!("dev {left}"), "{base} {report}");
            assert!(output.stderr.is_empty(), "{report}");
            assert!(!program.path().join("pwned").exists(), "{report}");
        }
    }
}

/// Drawn by the shell itself, with the expansions that it makes in prompts.
#[test]
fn a_profile_name_in_a_real_prompt_is_not_evaluated() {
    for (shell, prompt) in [
        (Shell::Bash, "PS1='<$(awsmfa_prompt)> ready> '"),
        (
            Shell::Zsh,
            "setopt prompt_subst; PS1='<$(awsmfa_prompt)> ready> '",
        ),
        (
            Shell::Fish,
            "function fish_prompt; echo '<'(awsmfa_prompt)'> ready> '; end",
        ),
    ] {
        let program = Program::new(shell);
        let mut pty = terminal(&program, shell, "");
        let set = if shell == Shell::Fish {
            ["set -gx ", " "]
        } else {
            ["export ", "="]
        };
        let [set, equals] = set;
        pty.send(&format!("{set}AWSMFA_PROFILE{equals}'%n\\u$(touch pwned)'; {set}AWSMFA_EXPIRES_AT{equals}1; {prompt}\r"));
        pty.expect("<%n\\u$(touch pwned) over> ready> ");
        assert!(!program.path().join("pwned").exists(), "{}", pty.seen());
    }
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
