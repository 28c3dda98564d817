//! awsmfa: parse, run, write stdout once, error and hint, exit status.

#![cfg_attr(
    test,
    allow(clippy::too_many_lines, reason = "a test's table may be long")
)]

mod agent;
mod arn;
mod aws;
mod base;
mod cli;
mod clock;
mod commands;
mod context;
mod credentials;
mod dates;
mod duration;
mod environment;
mod failure;
mod files;
mod leftovers;
mod linkage;
mod login;
mod message;
mod mfa;
mod origin;
mod plan;
mod printable;
mod processes;
mod profile;
mod program;
mod resource_limits;
mod runtime_dir;
mod secret;
mod shell;
mod streams;
mod terminal;
mod ykoath;

use std::process::ExitCode;

use anyhow::Result;

use cli::{Cli, Command};
use clock::Clock;
use commands::{Done, child, completions};
use context::Context;
use environment::Environment;
use message::Messages;
use secret::Dumps;

fn main() -> ExitCode {
    match resource_limits::check_stack() {
        Ok(()) => start(),
        Err(error) => failure::refuse_start(&error),
    }
}

/// Not a part of `main`, which must fit on any stack.
#[inline(never)]
fn start() -> ExitCode {
    let dumps = secret::forbid_dumps();
    streams::keep_closed();
    let environment = Environment::read();
    if let Some(answer) = completions::answer(&environment, std::env::args_os()) {
        // At TAB a shell shows whatever is printed, so a failure is silent.
        let written = answer.and_then(|text| streams::write_stdout(&text));
        return ExitCode::from(u8::from(written.is_err()));
    }
    let command = match Cli::from_arguments() {
        Ok(cli) => cli.command,
        Err(usage) => return failure::refuse(&usage),
    };
    if !matches!(command, Command::Exec(_) | Command::Ssh(_)) {
        secret::forbid_dumps_for_good();
    }
    let evaluated = command.is_evaluated();
    if evaluated {
        terminal::signals::put_off();
    }
    std::panic::set_hook(Box::new(move |panic| failure::give_up(panic, evaluated)));
    match run(&command, &environment, dumps) {
        Ok(status) => ExitCode::from(status),
        Err(error) => failure::fail(&command, &error),
    }
}

/// The exit status, once stdout is written; or this process becomes the command of `exec`.
fn run(command: &Command, environment: &Environment, dumps: Dumps) -> Result<u8> {
    if command.prints() {
        streams::check_stdout()?;
    }
    let context = Context {
        environment,
        messages: &Messages::new(streams::say, command.level(environment)),
        clock: &Clock::default(),
        dumps,
    };
    match commands::run(command, &context)? {
        Done::Print(text, status) => streams::write_stdout(&text).map(|()| status),
        Done::Ran(status) => streams::check_written().map(|()| status),
        Done::EndedBy(signal) => {
            terminal::end_by(signal);
            Ok(128 + u8::try_from(signal).unwrap_or_default())
        }
        Done::Become(command) => {
            dumps.allow_again();
            Err(child::become_command(*command).into())
        }
    }
}
