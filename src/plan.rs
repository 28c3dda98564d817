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
use crate::profile::{Keys, Profile, Role};

/// The seconds that a call allows for its session, and its default.
struct Limits {
    range: RangeInclusive<u64>,
    default: u64,
}

/// Seconds of the shortest session that AWS gives.
pub const SHORTEST_SESSION: u64 = 900;

/// 15 minutes to 36 hours, 12 hours by default.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const GET_SESSION_TOKEN: Limits = Limits {
    range: SHORTEST_SESSION..=129_600,
    default: 43_200,
};

/// 15 minutes to 12 hours, an hour by default.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const ASSUME_ROLE: Limits = Limits {
    range: SHORTEST_SESSION..=43_200,
    default: HOUR,
};

/// What every role allows, and the most for a role that is assumed with a session.
pub const HOUR: u64 = 3600;

/// The least for a role that is renewed. With less than 20 minutes left, programs ask for new
/// credentials all the time: botocore from 15 minutes on.
const SHORTEST_RENEWED: u64 = 1800;

/// A session may be this much shorter than `--duration` asks for and still count as long enough: a
/// second login right after the first needs no code.
const MOMENT: Duration = Duration::from_mins(1);

/// The calls of a login, in their order.
#[derive(Debug)]
pub struct Plan {
    pub signer: Signer,
    /// Seconds of each role's session, in the order of `Profile::roles`.
    pub role_seconds: Vec<Sourced<u64>>,
    /// What was asked for and AWS does not give, with the reason.
    pub caps: Vec<String>,
}

/// What signs for the first role; without roles, what the login is for.
#[derive(Debug)]
pub enum Signer {
    /// `GetSessionToken` with the code, for so many seconds: 900 to 129600.
    SessionToken(Sourced<u64>),
    /// The long-term keys; the code goes with `AssumeRole`.
    LongTermKeys,
    /// The session that the terminal has.
    Terminal,
}

impl Plan {
    pub fn of(profile: &Profile) -> Result<Self> {
        let asked = profile.duration_seconds.as_ref();
        let (signer, mut role_seconds) = match profile.roles.split_last() {
            None => (session_token(asked)?, Vec::new()),
            Some((role, sources)) => {
                let asked = of_role(role, asked)?;
                let own = |role: &Role| of_role(role, role.duration_seconds.as_ref());
                let mut seconds = sources.iter().map(own).collect::<Result<Vec<_>>>()?;
                let signer = match &profile.keys {
                    Keys::Terminal(_) => Signer::Terminal,
                    _ if sources.is_empty() && asked.value > HOUR => Signer::LongTermKeys,
                    _ => session_token(profile.base_duration_seconds.as_ref())?,
                };
                seconds.push(asked);
                (signer, seconds)
            }
        };
        let mut caps = Vec::new();
        if !matches!(signer, Signer::LongTermKeys) {
            caps.extend(role_seconds.iter_mut().filter_map(limit_to_an_hour));
        }
        Ok(Self {
            signer,
            role_seconds,
            caps,
        })
    }

    /// The plan for sessions that are renewed before they end. Each role is assumed with the base
    /// session, for half an hour to an hour at a time; if it was asked for longer, that is how long the
    /// base session must last.
    pub fn renewed(profile: &Profile) -> Result<Self> {
        let mut profile = profile.clone();
        let is_long = |asked: &Sourced<u64>| !profile.roles.is_empty() && asked.value > HOUR;
        if let Some(asked) = profile.duration_seconds.take_if(|asked| is_long(asked)) {
            let base = &mut profile.base_duration_seconds;
            let usual = base
                .as_ref()
                .map_or(GET_SESSION_TOKEN.default, |base| base.value);
            if asked.value > usual {
                *base = Some(asked);
            }
        }
        let mut plan = Self::of(&profile)?;
        for seconds in &mut plan.role_seconds {
            let renewable = seconds.value.clamp(SHORTEST_RENEWED, HOUR);
            if renewable != seconds.value {
                *seconds = Sourced::new(renewable, Origin::Rule("renewed before it ends"));
            }
        }
        plan.caps.clear();
        Ok(plan)
    }

    /// Seconds of the session that the login is for.
    pub fn seconds(&self) -> u64 {
        match (self.role_seconds.last(), &self.signer) {
            (Some(seconds), _) | (None, Signer::SessionToken(seconds)) => seconds.value,
            (None, Signer::LongTermKeys | Signer::Terminal) => HOUR,
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

/// What a role that is assumed with a session gets. Returns what to say if that is less than was asked
/// for.
fn limit_to_an_hour(asked: &mut Sourced<u64>) -> Option<String> {
    if asked.value <= HOUR {
        return None;
    }
    let cap = format!(
        "a role that is assumed with a session lasts an hour at most, not {} (from {})",
        in_words(asked.value),
        asked.origin
    );
    let origin = Origin::Rule("the most for a role that is assumed with a session");
    *asked = Sourced::new(HOUR, origin);
    Some(cap)
}

fn session_token(asked: Option<&Sourced<u64>>) -> Result<Signer> {
    GET_SESSION_TOKEN
        .seconds(asked, "")
        .map(Signer::SessionToken)
}

fn of_role(role: &Role, asked: Option<&Sourced<u64>>) -> Result<Sourced<u64>> {
    ASSUME_ROLE.seconds(asked, &format!(" of the role {}", role.role_arn.value))
}

impl Limits {
    /// What was asked for, or else the default. `of` says in an error whose session it is.
    fn seconds(&self, asked: Option<&Sourced<u64>>, of: &str) -> Result<Sourced<u64>> {
        let Some(asked) = asked else {
            return Ok(Sourced::new(self.default, Origin::Rule("the default")));
        };
        let (seconds, least, most) = (asked.value, *self.range.start(), *self.range.end());
        if self.range.contains(&seconds) {
            return Ok(asked.clone());
        }
        Err(anyhow!(
            "could not plan a session{of} of {} ({seconds} seconds, from {}): AWS allows {} to {} \
             ({least} to {most} seconds)",
            in_words(seconds),
            asked.origin,
            in_words(least),
            in_words(most)
        ))
        .or_hint(|| {
            let default = in_words(self.default);
            format!("pass --duration {default}, or leave the setting out for {default}")
        })
    }
}
