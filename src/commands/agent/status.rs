//! `awsmfa agent status`: what the agent holds; never a secret.

use std::time::SystemTime;

use anyhow::Result;

use crate::agent::{Agent, AgentError, HeldShare, Login, Status};
use crate::commands::done::Done;
use crate::context::Context;
use crate::dates::LocalTime;
use crate::duration::time_left;
use crate::printable::{self, printable};

pub fn run(json: bool, context: &Context<'_>) -> Result<Done> {
    let status = match Agent::find(context.environment).and_then(|agent| agent.status()) {
        Ok(status) => Some(status),
        Err(AgentError::Missing | AgentError::Stale(_)) => None,
        Err(error) => return Err(super::failure(error)),
    };
    let now = context.clock.local();
    let text = match (json, &status) {
        (true, _) => printable::json(&status)?,
        (false, None) => "no agent runs\n".to_owned(),
        (false, Some(status)) => table(status, now),
    };
    Ok(Done::Print(text, u8::from(status.is_none())))
}

fn table(status: &Status, now: SystemTime) -> String {
    let since = LocalTime::of(status.since.0);
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
            time_left(held.left(now))
        )
    });
    let shares = status.shares.iter().map(|share| line(share, now));
    let rows = [head].into_iter().chain(rows).chain(shares);
    rows.map(|row| printable(&row) + "\n").collect()
}

/// A share, for a person.
fn line(share: &HeldShare, now: SystemTime) -> String {
    let end = match share.until {
        Some(until) => time_left(until.left(now)) + " left",
        None => "until ssh ends".to_owned(),
    };
    let profiles = share.profiles.join(",");
    format!("{profiles}: shared by ssh, process {}, {end}", share.pid)
}
