//! The command that `exec` runs: whether it exists, and its environment.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::{Access, access};

use crate::environment::{BASE, Change, Environment, REQUEST};
use crate::shell::RESTORE_CODE;

/// A shell's exit status for a command that it does not find, and for one that it cannot run.
const NOT_FOUND: u8 = 127;
pub const NOT_EXECUTABLE: u8 = 126;

/// A command that could not be run.
#[derive(Debug, thiserror::Error)]
#[error("could not run {name}: {cause}")]
pub struct NotRun {
    name: String,
    cause: String,
    /// 127 or 126.
    pub status: u8,
}

impl NotRun {
    fn new(name: &OsStr, cause: impl Into<String>, status: u8) -> Self {
        Self {
            name: name.to_string_lossy().into_owned(),
            cause: cause.into(),
            status,
        }
    }

    /// The system could not run `command`.
    pub fn refused(command: &Command, error: &std::io::Error) -> Self {
        let status = match error.kind() {
            ErrorKind::NotFound => NOT_FOUND,
            _ => NOT_EXECUTABLE,
        };
        Self::new(command.get_program(), error.to_string(), status)
    }
}

/// The command in the environment of `on`, without what only the shell may know.
pub fn command(line: &[OsString], changes: &[Change]) -> Command {
    let (name, arguments) = words(line);
    let mut command = Command::new(name);
    command
        .args(arguments)
        .env_remove(BASE)
        .env_remove(REQUEST)
        .env_remove(RESTORE_CODE);
    for change in changes.iter().filter(|change| change.exported) {
        match &change.value {
            Some(value) => command.env(&*change.name, value.as_str()),
            None => command.env_remove(&*change.name),
        };
    }
    command
}

/// Returns only if the system refuses.
pub fn become_command(mut command: Command) -> NotRun {
    let error = command.exec();
    NotRun::refused(&command, &error)
}

/// clap requires at least one word.
fn words(line: &[OsString]) -> (&OsStr, &[OsString]) {
    match line.split_first() {
        Some((name, arguments)) => (name, arguments),
        None => (OsStr::new(""), &[]),
    }
}

/// Whether the system will find the command and can execute it.
pub fn find(line: &[OsString], environment: &Environment) -> Result<(), NotRun> {
    let (name, _) = words(line);
    let path = Path::new(name);
    let is_path = name.as_encoded_bytes().contains(&b'/');
    let places: Vec<_> = match environment.get("PATH") {
        _ if is_path => vec![path.to_owned()],
        Some(places) => std::env::split_paths(places)
            .map(|place| place.join(path))
            .collect(),
        // The system then looks in default places.
        None => return Ok(()),
    };
    let files: Vec<_> = places.iter().filter(|place| place.is_file()).collect();
    let is_executable = |file: &&PathBuf| access(file.as_path(), Access::EXEC_OK).is_ok();
    let (cause, status) = match &files[..] {
        [] if is_path && path.is_dir() => ("it is a directory", NOT_EXECUTABLE),
        [] if is_path => ("there is no such file", NOT_FOUND),
        [] => ("there is no such command in PATH", NOT_FOUND),
        files if !files.iter().any(is_executable) => ("it is not executable", NOT_EXECUTABLE),
        _ => return Ok(()),
    };
    Err(NotRun::new(name, cause, status))
}
