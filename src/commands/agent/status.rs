//! `awsmfa agent status`: what the agent holds; never a secret.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde::Serialize;

use crate::agent::{Agent, Held, HeldShare, Login, Status, Trouble};
use crate::commands::done::Done;
use crate::context::Context;
use crate::dates::{LocalTime, since_epoch, utc};
use crate::duration::time_left;
use crate::printable::{self, printable};

/// `--json`.
#[derive(Serialize)]
struct Report {
    running: bool,
    pid: Option<u32>,
    version: Option<String>,
    /// RFC 3339, UTC.
    since: Option<String>,
    /// Base sessions, then those of roles.
    sessions: Vec<Session>,
    shares: Vec<Share>,
}

#[derive(Serialize)]
struct Share {
    profiles: Vec<String>,
    /// ssh's process.
    pid: i32,
    /// RFC 3339, UTC; `null` if it ends with ssh.
    until: Option<String>,
}

#[derive(Serialize)]
struct Session {
    /// The profile that it was last asked for.
    profile: String,
    /// `null` of a base session.
    role_arn: Option<String>,
    mfa_serial: Option<String>,
    long_term_key_id: String,
    /// RFC 3339, UTC.
    expiration: String,
    seconds_left: u64,
    /// How often it was asked for, and how often AWS was.
    asked: u64,
    made: u64,
}

pub fn run(json: bool, context: &Context<'_>) -> Result<Done> {
    let status = match Agent::find(context.environment).and_then(|agent| agent.status()) {
        Ok(status) => Some(status),
        Err(Trouble::Missing | Trouble::Stale(_)) => None,
        Err(trouble) => return Err(super::failure(trouble)),
    };
    let now = context.clock.local();
    let text = match (json, &status) {
        (true, _) => printable::json(&report(status.as_ref(), now))?,
        (false, None) => "no agent runs\n".to_owned(),
        (false, Some(status)) => table(status, now),
    };
    Ok(Done::Print(text, u8::from(status.is_none())))
}

fn report(status: Option<&Status>, now: SystemTime) -> Report {
    let sessions = status.iter().flat_map(|status| &status.sessions);
    let shares = status.iter().flat_map(|status| &status.shares);
    Report {
        running: status.is_some(),
        pid: status.map(|status| status.pid),
        version: status.map(|status| status.version.clone()),
        since: status.map(|status| utc(moment(status.since))),
        sessions: sessions.map(|held| session(held, now)).collect(),
        shares: shares.map(share).collect(),
    }
}

fn session(held: &Held, now: SystemTime) -> Session {
    Session {
        profile: held.profile.clone(),
        role_arn: held.role_arn.clone(),
        mfa_serial: held.login.mfa_serial.clone(),
        long_term_key_id: held.login.long_term_key_id.clone(),
        expiration: utc(moment(held.expiration)),
        seconds_left: left(held.expiration, now).as_secs(),
        asked: held.asked,
        made: held.made,
    }
}

fn share(held: &HeldShare) -> Share {
    Share {
        profiles: held.profiles.clone(),
        pid: held.pid,
        until: held.until.map(|until| utc(moment(until))),
    }
}

fn table(status: &Status, now: SystemTime) -> String {
    let since = LocalTime::of(moment(status.since));
    let since = since.map_or_else(String::new, |since| {
        format!(", since {}", since.brief(LocalTime::of(now).as_ref()))
    });
    let head = format!("agent {}, process {}{since}", status.version, status.pid);
    let rows = status.sessions.iter().map(|held| {
        let Login {
            mfa_serial,
            long_term_key_id,
        } = &held.login;
        let whose = mfa_serial.as_ref().unwrap_or(long_term_key_id);
        let what = match &held.role_arn {
            Some(role) => format!("role {role}"),
            None => format!("session of {whose}"),
        };
        format!(
            "{}: {what}, {} left",
            held.profile,
            time_left(left(held.expiration, now))
        )
    });
    let shares = status.shares.iter().map(|share| line(share, now));
    let rows = [head].into_iter().chain(rows).chain(shares);
    rows.map(|row| printable(&row) + "\n").collect()
}

/// A share, for a person.
fn line(share: &HeldShare, now: SystemTime) -> String {
    let end = match share.until {
        Some(until) => time_left(left(until, now)) + " left",
        None => "until ssh ends".to_owned(),
    };
    let profiles = share.profiles.join(",");
    format!("{profiles}: shared by ssh, process {}, {end}", share.pid)
}

fn left(end: u64, now: SystemTime) -> Duration {
    Duration::from_secs(end.saturating_sub(since_epoch(now)))
}

fn moment(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}
