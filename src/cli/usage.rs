//! Why arguments are no command, in this program's words.

use std::ffi::OsString;

use clap::CommandFactory as _;

use super::Cli;
use crate::message::printable;

/// Why the arguments are not a command: wrong usage, or `--help` and `--version`.
pub struct Usage {
    error: clap::Error,
    evaluated: bool,
    /// There is no such command, or none was named.
    unknown: bool,
    names_shell: bool,
}

impl Usage {
    /// `arguments` are those of the process, its own name first.
    pub fn new(error: clap::Error, arguments: &[OsString]) -> Self {
        let words: Vec<_> = arguments
            .iter()
            .skip(1)
            .map(|word| word.to_string_lossy())
            .collect();
        // A flag before the command is wrong, and the command is meant all the same.
        let command = words.iter().find(|word| !word.starts_with('-'));
        Self {
            error,
            evaluated: command.is_some_and(|name| name == "env" || name == "off"),
            unknown: command.is_none_or(|name| !is_known(name)),
            names_shell: words.iter().any(|word| word.starts_with("--shell")),
        }
    }

    /// `--help` and `--version` are answers, not errors.
    pub fn is_answer(&self) -> bool {
        !self.error.use_stderr()
    }

    /// Whether a shell evaluates what the command, had it been one, prints. A mistyped name may have
    /// been meant for one (`eval "$(awsmfa evn)"`), unless the user reads the answer himself.
    pub fn is_evaluated(&self, stdout_is_terminal: bool) -> bool {
        self.evaluated || (self.unknown && !stdout_is_terminal)
    }

    /// Whether help itself would be evaluated: a snippet asks (`aws-mfa-on -qh`), or somebody else
    /// who says which shell reads the answer.
    pub fn is_asked_by_shell(&self) -> bool {
        self.evaluated && self.names_shell
    }

    /// The text to show, in this program's form of an error.
    pub fn text(&self) -> String {
        let text = self.error.render().to_string();
        let lines: Vec<_> = text.split('\n').map(printable).collect();
        let text = lines.join("\n");
        match text.strip_prefix("error: ") {
            Some(rest) => format!("awsmfa: {rest}"),
            None => text,
        }
    }
}

fn is_known(command: &str) -> bool {
    Cli::command().find_subcommand(command).is_some()
}
