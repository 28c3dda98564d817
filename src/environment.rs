//! The environment: what this process was given (read once), and the only list of the variables
//! that `on` sets and unsets, `off` restores and `status` reads.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// A snapshot of the process's environment, taken at start.
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The one place that reads the environment.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn read() -> Self {
        Self { variables: std::env::vars_os().collect() }
    }

    /// An environment made up for a test.
    #[cfg(test)]
    pub fn of(variables: &[(&str, &str)]) -> Self {
        Self { variables: variables.iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }

    /// A variable's value. An empty one counts as not set, and so does one that is not UTF-8:
    /// no AWS setting can be.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(std::ffi::OsStr::new(name))?.to_str().filter(|value| !value.is_empty())
    }

    /// A variable that holds a path; `~/` at its start is expanded as the AWS CLI does.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        let value = self.variables.get(std::ffi::OsStr::new(name)).filter(|v| !v.is_empty())?;
        Some(self.expand(PathBuf::from(value)))
    }

    /// `~` and `~/…` in a path, expanded with `HOME`.
    pub fn expand(&self, path: PathBuf) -> PathBuf {
        match (path.strip_prefix("~"), self.home()) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path,
        }
    }

    /// `HOME`.
    pub fn home(&self) -> Option<PathBuf> {
        self.variables.get(std::ffi::OsStr::new("HOME")).filter(|v| !v.is_empty()).map(PathBuf::from)
    }

    /// Whether the variable is there at all (exported, perhaps empty).
    pub fn contains(&self, name: &str) -> bool {
        self.variables.contains_key(std::ffi::OsStr::new(name))
    }
}
