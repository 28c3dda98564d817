//! awsmfa: parse, run, write stdout once, error and hint, exit status.

mod cli;
mod commands;
mod duration;
mod environment;
mod login;
mod message;
mod mfa;
mod plan;
mod profile;
mod secret;
mod shell;
mod sts;
mod terminal;
mod ykoath;

use std::io::{self, IsTerminal as _, Write as _};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use cli::{Cli, Command};
use commands::each::Stream;
use commands::{Context, Output};
use environment::Environment;
use message::{Messages, hint_of, printable, without_numbers};
use shell::Shell;
use signal_hook::consts::SIGINT;
use sts::clock::Clock;
use terminal::Interrupted;

const WRONG_USAGE: u8 = 2;
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let dumps = secret::forbid_dumps();
    if let Some(status) = complete() {
        return status;
    }
    let cli = match Cli::from_arguments() {
        Ok(cli) => cli,
        Err(usage) => return refuse(&usage),
    };
    if !matches!(cli.command, Command::Exec(_)) {
        secret::forbid_dumps_for_good();
    }
    let evaluated = cli.command.is_evaluated();
    std::panic::set_hook(Box::new(move |panic| give_up(panic, evaluated)));
    match run(&cli.command, &dumps).and_then(|output| conclude(output, &dumps)) {
        Ok(status) => ExitCode::from(status),
        Err(error) => fail(&cli.command, &error),
    }
}

/// The answer goes to stdout, or this process becomes the command of `exec`.
fn conclude(output: Output, dumps: &secret::Dumps) -> Result<u8> {
    if let Some(command) = output.replacement {
        dumps.allow_again();
        return Err(commands::exec::become_command(command));
    }
    write_stdout(&output.text).map(|()| output.status)
}

fn run(command: &Command, dumps: &secret::Dumps) -> Result<Output> {
    let environment = Environment::read();
    let context = Context {
        environment: &environment,
        messages: &Messages::new(say, command.level(&environment)),
        clock: &Clock::default(),
        stdout_is_terminal: io::stdout().is_terminal(),
        write_line,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(async {
        let mut output = terminal::until_interrupted(commands::run(command, &context)).await?;
        // A signal does not end this part at once: the commands are children that it waits for.
        if let Some(runs) = output.each.take() {
            output.status = runs.finish(&context, dumps).await?;
        }
        Ok(output)
    });
    // A thread may still be reading the terminal; nobody waits for it.
    runtime.shutdown_background();
    result
}

/// The shell asks for completions: at TAB nothing but the candidates may be shown.
fn complete() -> Option<ExitCode> {
    let environment = Environment::read();
    let answer = commands::completions::answer(Cli::command, &environment, std::env::args_os());
    let shown =
        answer.and_then(|candidates| candidates.map(|text| write_stdout(&text)).transpose());
    match shown {
        Ok(None) => None,
        Ok(Some(())) => Some(ExitCode::SUCCESS),
        Err(_) => Some(ExitCode::FAILURE),
    }
}

/// `--help` and `--version` were asked for; anything else is wrong usage.
fn refuse(usage: &cli::Usage) -> ExitCode {
    if usage.is_answer() {
        let written = if usage.is_asked_by_shell() {
            write_stderr(&usage.text());
            write_stdout(Shell::nothing())
        } else {
            write_stdout(&usage.text())
        };
        return if written.is_ok() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    write_stderr(&usage.text());
    if usage.is_evaluated(io::stdout().is_terminal()) {
        let _ = write_stdout(Shell::failure());
    }
    ExitCode::from(WRONG_USAGE)
}

fn fail(command: &Command, error: &anyhow::Error) -> ExitCode {
    let interrupted = error.downcast_ref::<Interrupted>();
    if interrupted.is_none() {
        say(&format!("{error:#}"));
        if let Some(hint) = hint_of(error) {
            say(&format!("hint: {hint}"));
        }
    }
    if command.is_evaluated() {
        // Where even this cannot be written, the exit status is all that is left to say.
        let _ = write_stdout(Shell::failure());
    }
    let Some(interrupted) = interrupted else {
        let not_run = error.downcast_ref::<commands::exec::NotRun>();
        return not_run.map_or(ExitCode::FAILURE, |not_run| ExitCode::from(not_run.status));
    };
    if interrupted.signal == Some(SIGINT) {
        terminal::end_by(SIGINT);
    }
    ExitCode::from(INTERRUPTED)
}

/// A mistake in this program, or in one of its libraries. The terminal and the shell must not
/// suffer for it, so it ends like any failure. Only the place is shown: the words of a panic may
/// quote the text that it stumbled over, and that may be a secret.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing can be dropped any more; what the process held goes with it"
)]
fn give_up(panic: &PanicHookInfo<'_>, evaluated: bool) {
    terminal::put_back_at_once();
    let place = panic.location().map_or(String::new(), |location| {
        format!(" at {}:{}", location.file(), location.line())
    });
    say(&format!(
        "could not go on: this is a mistake in awsmfa{place}"
    ));
    say("hint: please report it, with these two lines");
    if evaluated {
        let _ = write_stdout(Shell::failure());
    }
    std::process::exit(1);
}

fn say(line: &str) {
    write_stderr(&format!("awsmfa: {}\n", printable(&without_numbers(line))));
}

/// A command of `exec --each` goes on when nobody reads it any more.
fn write_line(stream: Stream, line: &[u8]) {
    let _ = match stream {
        Stream::Stdout => io::stdout().lock().write_all(line),
        Stream::Stderr => io::stderr().lock().write_all(line),
    };
}

/// stderr may be closed; there is nobody left to tell then.
fn write_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Written once, whole, after everything has succeeded.
fn write_stdout(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .context("could not write to stdout")
}
