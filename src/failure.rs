//! How a run ends that does not succeed: the error and its hint, `false` for the shell, the exit
//! status.

use std::io::{self, IsTerminal as _};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use signal_hook::consts::SIGINT;

use crate::cli::{Command, Usage};
use crate::commands::child::NotRun;
use crate::message::hint_of;
use crate::resource_limits;
use crate::shell::{FAILURE, NOTHING};
use crate::streams::{say, write_stderr, write_stdout};
use crate::terminal::{self, Interrupted};

const WRONG_USAGE: u8 = 2;
const INTERRUPTED: u8 = 130;

/// `--help` and `--version` are answers; anything else is wrong usage.
pub fn refuse(usage: &Usage) -> ExitCode {
    let text = usage.text();
    let printed = if !usage.is_answer() {
        write_stderr(&text);
        fail_shell(usage.is_evaluated());
        return ExitCode::from(WRONG_USAGE);
    } else if usage.is_asked_by_shell() {
        write_stderr(&text);
        write_stdout(NOTHING)
    } else {
        write_stdout(&text)
    };
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

/// Error and hint for the user, `false` for a shell that evaluates the answer.
pub fn fail(command: &Command, error: &anyhow::Error) -> ExitCode {
    let interrupted = error.downcast_ref::<Interrupted>();
    if interrupted.is_none() {
        tell(error);
    }
    fail_shell(command.is_evaluated());
    match (interrupted, error.downcast_ref::<NotRun>()) {
        (Some(interrupted), _) => {
            if interrupted.signal == Some(SIGINT) {
                terminal::end_by(SIGINT);
            }
            ExitCode::from(INTERRUPTED)
        }
        (None, Some(not_run)) => ExitCode::from(not_run.status),
        (None, None) => ExitCode::FAILURE,
    }
}

/// What makes `eval "$(awsmfa env)"` fail. A terminal evaluates nothing. If not even this can be
/// written, only the exit status is left to tell.
fn fail_shell(evaluated: bool) {
    if evaluated && !io::stdout().is_terminal() {
        let _ = write_stdout(FAILURE);
    }
}

fn tell(error: &anyhow::Error) {
    say(&format!("{error:#}"));
    if let Some(hint) = hint_of(error) {
        say(&format!("hint: {hint}"));
    }
}

/// Before the arguments are read: there is room for little.
pub fn refuse_start(error: &anyhow::Error) -> ExitCode {
    tell(error);
    fail_shell(std::env::args_os().any(|word| word == "env" || word == "off"));
    ExitCode::FAILURE
}

/// A panic: a bug in this program or in one of its libraries. It ends like any failure, so that
/// neither the terminal nor the shell is left in a broken state. Only the place is shown: the text
/// of a panic may quote a secret.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing can be dropped any more; what the process held goes with it"
)]
pub fn give_up(panic: &PanicHookInfo<'_>, evaluated: bool) {
    terminal::put_back();
    if let Some(limit) = resource_limits::reached(panic.payload()) {
        say(&format!("could not go on: {limit}"));
        say(
            "hint: this shell or the system limits programs too much: ulimit -a shows this shell's limits",
        );
    } else {
        let place = panic.location().map_or(String::new(), |location| {
            format!(" at {}:{}", location.file(), location.line())
        });
        say(&format!(
            "internal error{place} (a bug in awsmfa: please report it)"
        ));
    }
    fail_shell(evaluated);
    std::process::exit(1);
}
