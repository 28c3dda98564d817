//! The snippets at a prompt: prompt piece, warnings, hooks, and what only a prompt can do.

mod ended;
mod hooks;
mod prompt;
#[path = "../../../tests/support/pty.rs"]
#[expect(
    dead_code,
    reason = "shared with the black-box tests, which use the rest"
)]
mod pty;
mod warnings;

use super::{Program, functions, list, listed, load, report, shells, stdout};
use crate::shell::Dialect;
use pty::Pty;

/// An interactive shell with the snippet, whose prompt is `ready> `.
fn terminal(program: &Program, shell: Dialect, before: &str) -> Pty {
    let mut pty = Pty::spawn(listed(shell).interactive, |command| {
        *command = {
            let mut fresh = program.command(&[&*command.get_program().to_string_lossy()]);
            fresh
                .args(command.get_args())
                .env("TERM", "dumb")
                .env("PS1", "start> ");
            fresh
        };
    });
    let prompt = match shell {
        Dialect::Fish => "function fish_prompt; echo 're''ady> '; end",
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
fn aliases_with_hyphens_work_at_a_dash_prompt() {
    let program = Program::new(Dialect::Sh);
    let mut pty = terminal(&program, Dialect::Sh, "");
    pty.send("aws-mfa-on\recho =$AWSMFA_PROFILE=\r");
    pty.expect("=work=");
    pty.send("aws-mfa-off\recho =${AWSMFA_PROFILE-no}=\r");
    pty.expect("=no=");
}

#[test]
fn a_universal_variable_is_pointed_out_and_never_touched() {
    let program = Program::new(Dialect::Fish);
    let [on, off] = functions(Dialect::Fish);
    let script = format!(
        "source ./snippet; set -Ux AWS_PROFILE uni; set -U AWS_EB_PROFILE hidden; {on}; {off}; echo $AWS_PROFILE; set -qg AWS_PROFILE; or echo not global\n"
    );
    let output = program.run(&["fish"], &script, &[("TERM", "dumb")]);
    let report = report(&["fish"], &script, &output);
    assert_eq!(stdout(&output), "uni\nnot global\n", "{report}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("awsmfa: AWS_PROFILE is a universal variable"),
        "{report}"
    );
    assert!(!said.contains("AWS_EB_PROFILE"), "{report}");
    let saved = program.path().join(".config/fish/fish_variables");
    let saved = std::fs::read_to_string(saved).unwrap();
    assert!(
        !saved.contains("ASIA") && !saved.contains("awsmfa"),
        "{saved}"
    );
}
