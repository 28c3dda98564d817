//! The two files, read as the AWS CLI reads them, except that every value remembers its line and
//! that a bad line does not hide the rest. Never writes.

use anyhow::Result;

use crate::environment::Environment;

/// `~/.aws/config` and `~/.aws/credentials`, or what `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE` name.
#[derive(Debug)]
pub struct Files {}

impl Files {
    pub fn read(environment: &Environment) -> Result<Self> {
        todo!()
    }

    /// What is wrong with lines that were passed over: `path:line: what, what to do`.
    pub fn problems(&self) -> impl Iterator<Item = String> {
        std::iter::empty()
    }

    /// The names of the profiles a user may ask for, for completion and for near names
    /// (`dev` for `[dev-long-term]`).
    pub fn profile_names(&self) -> Vec<String> {
        todo!()
    }
}
