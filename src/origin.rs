//! Where a value came from. Every value of a profile carries this, so that a message can name the
//! line to change.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a value came from, in the words of a message: `~/.aws/config:12 [profile dev] region`,
/// `AWS_REGION`, `--region`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `path` is as it is shown (`~/.aws/config`), `section` without its brackets.
    File {
        path: PathBuf,
        line: usize,
        section: String,
        key: String,
    },
    Variable(&'static str),
    Flag(&'static str),
    /// The positional argument.
    Argument,
    /// Not configured; the text names the rule (`the default`, `the partition of the MFA serial`).
    Rule(&'static str),
    /// In the words of another awsmfa process, which knows the value's origin.
    Reported(String),
}

/// A value and its origin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sourced<T> {
    pub value: T,
    pub origin: Origin,
}

/// Equal values are equal, wherever they come from.
impl<T: PartialEq> PartialEq for Sourced<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Sourced<T> {
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced {
            value: change(self.value),
            origin: self.origin,
        }
    }

    /// A change that may fail. It sees the origin, so that an error can name it.
    pub fn try_map<U, E>(
        self,
        change: impl FnOnce(&Self) -> Result<U, E>,
    ) -> Result<Sourced<U>, E> {
        Ok(Sourced::new(change(&self)?, self.origin))
    }
}

impl Sourced<&str> {
    pub fn owned(self) -> Sourced<String> {
        self.map(str::to_owned)
    }
}

/// `~/.aws/config:12 [profile dev]`
pub fn place(path: &Path, line: usize, section: &str) -> String {
    format!("{}:{line} [{section}]", path.display())
}

impl Origin {
    /// Where the line of a file is, without the name of the setting.
    pub fn place(&self) -> String {
        match self {
            Self::File {
                path,
                line,
                section,
                ..
            } => place(path, *line, section),
            other => other.to_string(),
        }
    }

    /// Whether the command line says it.
    pub fn is_flag(&self) -> bool {
        matches!(self, Self::Flag(_))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { key, .. } => write!(f, "{} {key}", self.place()),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
            Self::Argument => f.write_str("the argument"),
            Self::Rule(rule) => f.write_str(rule),
            Self::Reported(words) => f.write_str(words),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::Reported)
    }
}
