//! From a profile to the STS calls of a login. Pure.

use anyhow::Result;

use crate::profile::{Profile, Sourced};

/// GetSessionToken's range: 15 minutes to 36 hours, 12 hours unless told otherwise.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
#[derive(Debug)]
pub struct Plan {
    /// Seconds, 900 to 129600.
    pub duration_seconds: Sourced<u64>,
}

impl Plan {
    pub fn of(profile: &Profile) -> Result<Self> {
        todo!()
    }
}
