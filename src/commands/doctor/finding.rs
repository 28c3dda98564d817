//! What a check has found, and how it is said: in one line, without a secret.

use serde::Serialize;

use super::redacted::redacted;
use crate::message::hint_of;
use crate::printable::printable;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Ok,
    /// Something will surprise the user, or break other tools.
    Warning,
    /// A login fails, or the AWS CLI refuses the file.
    Error,
}

/// One line of the output.
#[derive(Debug, PartialEq, Serialize)]
pub struct Finding {
    pub level: Level,
    /// What was looked at, for programs: `profile`, `environment`.
    pub check: &'static str,
    /// What it is, with file and line.
    pub message: String,
    /// What to type. `None` if there is nothing to do.
    pub hint: Option<String>,
}

impl Finding {
    pub fn ok(check: &'static str, message: impl AsRef<str>) -> Self {
        Self {
            level: Level::Ok,
            check,
            message: redacted(message.as_ref()),
            hint: None,
        }
    }

    pub fn warning(check: &'static str, message: impl AsRef<str>, hint: impl AsRef<str>) -> Self {
        Self::ok(check, message).with_hint(Level::Warning, hint)
    }

    pub fn error(check: &'static str, message: impl AsRef<str>, hint: impl AsRef<str>) -> Self {
        Self::ok(check, message).with_hint(Level::Error, hint)
    }

    /// The causes of an error and its hint.
    pub fn of_error(check: &'static str, error: &anyhow::Error) -> Self {
        Self {
            level: Level::Error,
            hint: hint_of(error).map(redacted),
            ..Self::ok(check, format!("{error:#}"))
        }
    }

    /// The same with what it is about in brackets.
    pub fn about(mut self, subject: &str) -> Self {
        self.message.push_str(&redacted(&format!(" ({subject})")));
        self
    }

    fn with_hint(self, level: Level, hint: impl AsRef<str>) -> Self {
        Self {
            level,
            hint: Some(redacted(hint.as_ref())),
            ..self
        }
    }

    /// `LEVEL MESSAGE; HINT` and a line end.
    pub fn line(&self) -> String {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        let message = printable(&self.message);
        let hint = self.hint.as_deref().map(printable);
        let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
        format!("{level:<7} {message}{hint}\n")
    }
}
