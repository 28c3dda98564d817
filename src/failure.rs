//! How a run ends that does not succeed: the error and its hint, `false` for the shell, the exit
//! status.

use std::io::{self, IsTerminal as _};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use signal_hook::consts::SIGINT;

use crate::cli::{Command, Usage};
use crate::commands::child::NotRun;
use crate::limits;
use crate::message::hint_of;
use crate::shell::Shell;
use crate::streams::{say, write_stderr, write_stdout};
use crate::terminal::{self, Interrupted};

const WRONG_USAGE: u8 = 2;
const INTERRUPTED: u8 = 130;

/// `--help` and `--version` were asked for; anything else is wrong usage.
pub fn refuse(usage: &Usage) -> ExitCode {
    if usage.is_answer() {
        let written = if usage.is_asked_by_shell() {
            write_stderr(&usage.text());
            write_stdout(Shell::nothing())
        } else {
            write_stdout(&usage.text())
        };
        return match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                say(&format!("{error:#}"));
                ExitCode::FAILURE
            }
        };
    }
    write_stderr(&usage.text());
    if usage.is_evaluated() {
        fail_shell();
    }
    ExitCode::from(WRONG_USAGE)
}

/// Error and hint for the user, `false` for a shell that evaluates the answer.
pub fn fail(command: &Command, error: &anyhow::Error) -> ExitCode {
    let interrupted = error.downcast_ref::<Interrupted>();
    if interrupted.is_none() {
        tell(error);
    }
    if command.is_evaluated() {
        fail_shell();
    }
    let Some(interrupted) = interrupted else {
        let not_run = error.downcast_ref::<NotRun>();
        return not_run.map_or(ExitCode::FAILURE, |not_run| ExitCode::from(not_run.status));
    };
    if interrupted.signal == Some(SIGINT) {
        terminal::end_by(SIGINT);
    }
    ExitCode::from(INTERRUPTED)
}

/// What makes `eval "$(awsmfa env)"` fail. A terminal evaluates nothing; and where not even this can
/// be written, the exit status is all that is left to say.
fn fail_shell() {
    if !io::stdout().is_terminal() {
        let _ = write_stdout(Shell::failure());
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
    if std::env::args_os().any(|word| word == "env" || word == "off") {
        fail_shell();
    }
    ExitCode::FAILURE
}

/// A mistake in this program, or in one of its libraries. The terminal and the shell must not
/// suffer for it, so it ends like any failure. Only the place is shown: the words of a panic may
/// quote the text that it stumbled over, and that may be a secret.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing can be dropped any more; what the process held goes with it"
)]
pub fn give_up(panic: &PanicHookInfo<'_>, evaluated: bool) {
    terminal::put_back();
    if let Some(limit) = limits::reached(panic.payload()) {
        say(&format!("could not go on: {limit}"));
        say("hint: a limit of this shell or of the system is reached: ulimit -a shows the shell's");
    } else {
        let place = panic.location().map_or(String::new(), |location| {
            format!(" at {}:{}", location.file(), location.line())
        });
        say(&format!(
            "internal error{place} (a bug in awsmfa: please report it)"
        ));
    }
    if evaluated {
        fail_shell();
    }
    std::process::exit(1);
}
