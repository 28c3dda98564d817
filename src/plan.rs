//! From a profile to the STS calls of a login. Pure.
//!
//! - No role: `GetSessionToken`.
//! - A role for up to an hour, or a chain: `GetSessionToken`, then `AssumeRole` along the chain with
//!   that session, which the terminal keeps for the next role.
//! - One role for more than an hour: `AssumeRole` straight from the long-term keys.

use std::ops::RangeInclusive;
use std::time::Duration;

use anyhow::{Result, anyhow};

use crate::duration::in_words;
use crate::environment::RENEWAL;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};
use crate::profile::{Keys, Profile};

/// `GetSessionToken`'s range: 15 minutes to 36 hours, 12 hours unless told otherwise.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const GET_SESSION_TOKEN: RangeInclusive<u64> = 900..=129_600;
const DEFAULT: u64 = 43_200;

/// `AssumeRole`'s: 15 minutes to 12 hours, an hour unless told otherwise.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const ASSUME_ROLE: RangeInclusive<u64> = 900..=43_200;
/// The default, which every role allows, and the most for a role that is assumed with a session.
pub const HOUR: u64 = 3600;

/// The calls of a login, in their order.
#[derive(Debug)]
pub struct Plan {
    pub base: Base,
    /// Seconds of each role's session, in the order of `Profile::roles`.
    pub role_seconds: Vec<Sourced<u64>>,
    /// What was asked for and AWS does not give, with the reason.
    pub caps: Vec<String>,
}

/// What signs for the first role; without roles, what the login is for.
#[derive(Debug)]
pub enum Base {
    /// `GetSessionToken` with the code, for so many seconds: 900 to 129600.
    SessionToken(Sourced<u64>),
    /// The long-term keys; the code goes with `AssumeRole`.
    LongTermKeys,
    /// The session that the terminal has.
    Terminal,
}

impl Plan {
    pub fn of(profile: &Profile) -> Result<Self> {
        let Some(role) = profile.role() else {
            return Ok(Self {
                base: Base::SessionToken(session_seconds(profile.duration_seconds.as_ref())?),
                role_seconds: Vec::new(),
                caps: Vec::new(),
            });
        };
        let asked = profile.duration_seconds.clone().unwrap_or_else(an_hour);
        let asked = checked(asked, &ASSUME_ROLE, &role.role_arn.value)?;
        let terminal = matches!(profile.keys, Keys::Terminal(_));
        let alone = profile.roles.len() == 1 && !terminal;
        let base = match terminal {
            true => Base::Terminal,
            false if alone && asked.value > HOUR => Base::LongTermKeys,
            false => Base::SessionToken(session_seconds(profile.base_duration_seconds.as_ref())?),
        };
        let (mut role_seconds, mut caps) = (Vec::new(), Vec::new());
        for role in &profile.roles[..profile.roles.len() - 1] {
            let own = role.duration_seconds.clone().unwrap_or_else(an_hour);
            let own = checked(own, &ASSUME_ROLE, &role.role_arn.value)?;
            role_seconds.push(within_an_hour(own, &mut caps));
        }
        role_seconds.push(if alone {
            asked
        } else {
            within_an_hour(asked, &mut caps)
        });
        Ok(Self {
            base,
            role_seconds,
            caps,
        })
    }

    /// Seconds of the session that the login is for.
    pub fn seconds(&self) -> u64 {
        match (self.role_seconds.last(), &self.base) {
            (Some(seconds), _) | (None, Base::SessionToken(seconds)) => seconds.value,
            (None, Base::LongTermKeys | Base::Terminal) => HOUR,
        }
    }

    /// Whether a session with `left` lasts as long as `asked` seconds. If AWS gives less than that,
    /// the session counts as long enough unless a login gains at least ten minutes.
    pub fn is_met_by(&self, left: Duration, asked: u64) -> bool {
        let seconds = self.seconds();
        let allowance = if seconds < asked { RENEWAL } else { MOMENT };
        left + allowance >= Duration::from_secs(seconds)
    }
}

/// A session may be this much shorter than `--duration` asks for and still count as long enough: a
/// second login right after the first needs no code.
const MOMENT: Duration = Duration::from_mins(1);

fn an_hour() -> Sourced<u64> {
    Sourced::new(HOUR, Origin::Rule("the default"))
}

fn within_an_hour(asked: Sourced<u64>, caps: &mut Vec<String>) -> Sourced<u64> {
    if asked.value <= HOUR {
        return asked;
    }
    caps.push(format!(
        "a role that is assumed with a session lasts an hour at most, not {} (from {})",
        in_words(asked.value),
        asked.origin
    ));
    Sourced::new(
        HOUR,
        Origin::Rule("the most for a role that is assumed with a session"),
    )
}

fn session_seconds(asked: Option<&Sourced<u64>>) -> Result<Sourced<u64>> {
    let default = || Sourced::new(DEFAULT, Origin::Rule("the default"));
    checked(
        asked.cloned().unwrap_or_else(default),
        &GET_SESSION_TOKEN,
        "",
    )
}

/// `role` is empty where the session is none of a role.
fn checked(
    duration: Sourced<u64>,
    range: &RangeInclusive<u64>,
    role: &str,
) -> Result<Sourced<u64>> {
    if range.contains(&duration.value) {
        return Ok(duration);
    }
    let (seconds, words) = (duration.value, in_words(duration.value));
    let (least, most) = (range.start(), range.end());
    let (of, usual) = match role {
        "" => (String::new(), "12h, or leave the setting out for 12 hours"),
        role => (
            format!(" of the role {role}"),
            "1h, or leave the setting out for an hour",
        ),
    };
    Err(anyhow!(
        "could not plan a session{of} of {words} ({seconds} seconds, from {}): AWS allows {} to {} ({least} to {most} seconds)",
        duration.origin,
        in_words(*least),
        in_words(*most)
    ))
    .or_hint(|| format!("pass --duration {usual}"))
}
