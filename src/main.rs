//! awsmfa: parse, run, write stdout once, error and hint, exit status.

mod arn;
mod aws;
mod cli;
mod clock;
mod commands;
mod context;
mod credentials;
mod duration;
mod environment;
mod failure;
mod files;
mod limits;
mod linkage;
mod local_time;
mod login;
mod message;
mod mfa;
mod origin;
mod plan;
mod printable;
mod processes;
mod profile;
mod program;
mod secret;
mod shell;
mod streams;
mod terminal;
mod ykoath;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use crate::clock::Clock;
use anyhow::Result;
use clap::CommandFactory as _;
use cli::{Cli, Command};
use commands::{Outcome, Output};
use context::Context;
use environment::Environment;
use failure::{fail, give_up, refuse, refuse_start};
use message::Messages;
use secret::Dumps;
use streams::{check_stdout, keep_closed, say, write_line, write_stdout};

fn main() -> ExitCode {
    match limits::check_stack() {
        Ok(()) => start(),
        Err(error) => refuse_start(&error),
    }
}

/// Not a part of `main`, which must fit on any stack.
#[inline(never)]
fn start() -> ExitCode {
    let dumps = secret::forbid_dumps();
    keep_closed();
    let environment = Environment::read();
    if let Some(status) = complete(&environment) {
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
    match run(&cli.command, &environment, &dumps).and_then(|output| conclude(output, &dumps)) {
        Ok(status) => ExitCode::from(status),
        Err(error) => fail(&cli.command, &error),
    }
}

/// The answer goes to stdout, or this process becomes the command of `exec`.
fn conclude(output: Output, dumps: &Dumps) -> Result<u8> {
    if let Some(command) = output.replacement {
        dumps.allow_again();
        return Err(commands::exec::become_command(command));
    }
    write_stdout(&output.text).map(|()| output.status)
}

fn run(command: &Command, environment: &Environment, dumps: &Dumps) -> Result<Output> {
    if command.prints() {
        check_stdout()?;
    }
    let context = Context {
        environment,
        messages: &Messages::new(say, command.level(environment)),
        clock: &Clock::default(),
        stdout_is_terminal: io::stdout().is_terminal(),
        stderr_is_terminal: io::stderr().is_terminal(),
        write_line,
    };
    match commands::run(command, &context)? {
        Outcome::Answer(output) => Ok(*output),
        Outcome::Work(work) => commands::wait_for(work, &context, dumps),
    }
}

/// The shell asks for completions: at TAB nothing but the candidates may be shown.
fn complete(environment: &Environment) -> Option<ExitCode> {
    let answer = commands::completions::answer(Cli::command, environment, std::env::args_os());
    let shown =
        answer.and_then(|candidates| candidates.map(|text| write_stdout(&text)).transpose());
    match shown {
        Ok(None) => None,
        Ok(Some(())) => Some(ExitCode::SUCCESS),
        Err(_) => Some(ExitCode::FAILURE),
    }
}
