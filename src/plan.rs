//! From a profile to the STS calls of a login. Pure.

use std::ops::RangeInclusive;

use anyhow::{Result, anyhow};

use crate::duration::in_words;
use crate::message::OrHint;
use crate::profile::{Origin, Profile, Role, Sourced};

/// `GetSessionToken`'s range: 15 minutes to 36 hours, 12 hours unless told otherwise.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const GET_SESSION_TOKEN: RangeInclusive<u64> = 900..=129_600;
const DEFAULT: u64 = 43_200;

/// What a login does: `GetSessionToken`, with the code.
#[derive(Debug)]
pub struct Plan {
    /// Seconds, 900 to 129600.
    pub duration_seconds: Sourced<u64>,
}

impl Plan {
    pub fn of(profile: &Profile) -> Result<Self> {
        if let Some(role) = &profile.role {
            return refuse(role, &profile.name.value);
        }
        let default = || Sourced::new(DEFAULT, Origin::Rule("the default"));
        let duration = profile.duration_seconds.clone().unwrap_or_else(default);
        checked(duration).map(|duration_seconds| Self { duration_seconds })
    }
}

fn checked(duration: Sourced<u64>) -> Result<Sourced<u64>> {
    if GET_SESSION_TOKEN.contains(&duration.value) {
        return Ok(duration);
    }
    let (seconds, words) = (duration.value, in_words(duration.value));
    Err(anyhow!("could not plan a session of {words} ({seconds} seconds, from {}): AWS gives 15 minutes to 36 hours (900 to 129600 seconds)", duration.origin))
        .or_hint(|| "pass --duration 12h, or leave the setting out for 12 hours".to_owned())
}

fn refuse(role: &Role, profile: &str) -> Result<Plan> {
    let Role {
        role_arn,
        source_profile,
    } = role;
    Err(anyhow!("could not log in to profile {profile}: it assumes the role {} ({}), which this version does not do", role_arn.value, role_arn.origin))
        .or_hint(|| match source_profile {
            Some(source) => format!("log in to its source profile: awsmfa env {source}"),
            None => "log in to a profile without a role".to_owned(),
        })
}
