//! What a program has printed and how it ended, and what tests expect of that.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};

/// A program that has ended.
pub struct Run {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    command: String,
    directory: PathBuf,
}

impl Run {
    pub fn of(command: &Command, output: &Output) -> Self {
        let directory = command.get_current_dir().map(Path::to_owned);
        Self {
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            command: format!("{command:?}"),
            directory: directory.unwrap_or_default(),
        }
    }

    #[track_caller]
    fn check(&self, is_so: bool, expected: &str) -> &Self {
        assert!(is_so, "expected {expected}{}", self.story());
        self
    }

    /// Panics unless the status is 0.
    #[track_caller]
    pub fn success(&self) -> &Self {
        self.failure(0)
    }

    /// Panics unless the status is exactly this one.
    #[track_caller]
    pub fn failure(&self, status: i32) -> &Self {
        let is_so = self.status.code() == Some(status);
        self.check(is_so, &format!("status {status}"))
    }

    /// Panics unless stdout is exactly this text.
    #[track_caller]
    pub fn prints(&self, text: &str) -> &Self {
        self.check(self.stdout == text, &format!("{text:?} on stdout"))
    }

    /// Panics unless stdout holds `text`.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        let is_so = self.stdout.contains(text);
        self.check(is_so, &format!("{text:?} within stdout"))
    }

    /// Panics unless stderr holds `text` exactly so many times.
    #[track_caller]
    pub fn complains_times(&self, times: usize, text: &str) -> &Self {
        let is_so = self.stderr.matches(text).count() == times;
        self.check(is_so, &format!("{text:?} {times} times on stderr"))
    }

    /// Panics if stderr holds `text`.
    #[track_caller]
    pub fn keeps_quiet_about(&self, text: &str) -> &Self {
        let is_so = !self.stderr.contains(text);
        self.check(is_so, &format!("nothing of {text:?} on stderr"))
    }

    /// Panics unless stderr holds `text`.
    #[track_caller]
    pub fn complains(&self, text: &str) -> &Self {
        let is_so = self.stderr.contains(text);
        self.check(is_so, &format!("{text:?} on stderr"))
    }

    /// The value of a variable that `awsmfa env --shell sh` exports.
    #[track_caller]
    pub fn exports(&self, name: &str) -> String {
        let mut variables = exported(&self.success().stdout).into_iter();
        let found = variables.find(|(other, _)| other == name);
        let (_, value) = found.unwrap_or_else(|| panic!("{name} is not set{}", self.story()));
        value
    }

    /// The base sessions that `awsmfa env` puts into the shell's own variable.
    #[track_caller]
    pub fn base_sessions(&self) -> String {
        let (_, rest) = (self.success().stdout)
            .split_once("__awsmfa_base='")
            .expect("a base session");
        rest.split('\'').next().expect("its end").to_owned()
    }

    /// Command, directory, status and both streams, for the messages of assertions.
    pub fn story(&self) -> String {
        let line = "─".repeat(60);
        format!(
            "\n{line}\ncommand: {}\ndirectory: {}\nstatus: {}\n{line}\nstdout:\n{}\n{line}\n\
             stderr:\n{}\n{line}\n",
            self.command,
            self.directory.display(),
            self.status,
            self.stdout,
            self.stderr
        )
    }
}

/// The variables of `export NAME='value';` lines, the form of `awsmfa env --shell sh`.
pub fn exported(code: &str) -> Vec<(String, String)> {
    let statements = code
        .lines()
        .filter_map(|line| line.trim().strip_prefix("export "));
    let pairs = statements.filter_map(|statement| statement.trim_end_matches(';').split_once('='));
    pairs
        .map(|(name, value)| {
            let unquoted = value
                .strip_prefix('\'')
                .and_then(|value| value.strip_suffix('\''));
            (
                name.to_owned(),
                unquoted.unwrap_or(value).replace("'\\''", "'"),
            )
        })
        .collect()
}
