//! `exec`: one command with the session, and nothing left behind. This process becomes the command,
//! so its signals and its exit status are its own.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use rustix::fs::{Access, access};

use super::session::Session;
use super::{Outcome, Output, each, logged_in};
use crate::cli::Exec;
use crate::context::Context;
use crate::environment::{BASE, Change, Environment};
use crate::login;
use crate::shell::WAY_BACK;

/// What a shell says of a command that it does not find, and of one that it cannot run.
const NOT_FOUND: u8 = 127;
pub const NOT_EXECUTABLE: u8 = 126;

/// A command that could not be run.
#[derive(Debug)]
pub struct NotRun {
    name: String,
    cause: String,
    /// 127 or 126.
    pub status: u8,
}

impl fmt::Display for NotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not run {}: {}", self.name, self.cause)
    }
}

impl std::error::Error for NotRun {}

/// Logs in, unless the terminal has the session, and says what to become.
pub fn run<'a>(args: &'a Exec, context: &'a Context<'_>) -> Result<Outcome<'a>> {
    let (name, _) = words(&args.command);
    // A code is not spent for a command that is not there.
    find(name, context.environment)?;
    if let Some(profiles) = &args.each {
        return Ok(Outcome::work(each::run(args, profiles, context)));
    }
    let session = Session::find(&args.login, context)?;
    if session.left.is_none() {
        return Ok(Outcome::work(log_in(args, session, context)));
    }
    let changes = session.held(context)?;
    Ok(become_with(args, &changes).into())
}

async fn log_in(args: &Exec, session: Session, context: &Context<'_>) -> Result<Output> {
    let mut kept = login::Kept::new(&args.login, context)?;
    let made = session.make(&args.login, &mut kept, context).await?;
    // What is kept for the next role is for a terminal, which a command is not.
    let made = login::Session { base: None, ..made };
    let changes = session.changes(&made, &kept.bases, context)?;
    logged_in::tell(&session.profile, &made, &changes, context);
    Ok(become_with(args, &changes))
}

fn become_with(args: &Exec, changes: &[Change]) -> Output {
    Output {
        replacement: Some(command(&args.command, changes)),
        ..Output::default()
    }
}

/// clap has seen to it that there is a word.
fn words(command: &[OsString]) -> (&OsStr, &[OsString]) {
    match command.split_first() {
        Some((name, arguments)) => (name, arguments),
        None => (OsStr::new(""), &[]),
    }
}

/// The command in the environment of `on`, without what only the shell may know.
pub fn command(line: &[OsString], changes: &[Change]) -> Command {
    let (name, arguments) = words(line);
    let mut command = Command::new(name);
    command
        .args(arguments)
        .env_remove(BASE)
        .env_remove(WAY_BACK);
    for change in changes.iter().filter(|change| change.exported) {
        match &change.value {
            Some(value) => command.env(&*change.name, value.as_str()),
            None => command.env_remove(&*change.name),
        };
    }
    command
}

/// Returns only where the system refuses.
pub fn become_command(mut command: Command) -> anyhow::Error {
    let error = command.exec();
    let status = match error.kind() {
        ErrorKind::NotFound => NOT_FOUND,
        _ => NOT_EXECUTABLE,
    };
    not_run(command.get_program(), error.to_string(), status).into()
}

fn not_run(name: &OsStr, cause: impl Into<String>, status: u8) -> NotRun {
    NotRun {
        name: name.to_string_lossy().into_owned(),
        cause: cause.into(),
        status,
    }
}

/// Whether there is such a command, where the system will look for it.
fn find(name: &OsStr, environment: &Environment) -> Result<(), NotRun> {
    let path = Path::new(name);
    let is_path = name.as_encoded_bytes().contains(&b'/');
    let places: Vec<_> = match (is_path, environment.get("PATH")) {
        (true, _) => vec![path.to_owned()],
        (false, Some(places)) => std::env::split_paths(places)
            .map(|place| place.join(path))
            .collect(),
        // The system has places of its own then.
        (false, None) => return Ok(()),
    };
    let files: Vec<_> = places.iter().filter(|place| place.is_file()).collect();
    if files.is_empty() || name.is_empty() {
        let cause = match is_path {
            true if path.is_dir() => {
                return Err(not_run(name, "it is a directory", NOT_EXECUTABLE));
            }
            true => "there is no such file",
            false => "there is no such command in PATH",
        };
        return Err(not_run(name, cause, NOT_FOUND));
    }
    if !files
        .iter()
        .any(|file| access(file.as_path(), Access::EXEC_OK).is_ok())
    {
        return Err(not_run(name, "it is not executable", NOT_EXECUTABLE));
    }
    Ok(())
}
