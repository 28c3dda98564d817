//! The session that roles are assumed with, as `status` shows it.

use std::time::Duration;

use super::Report;
use super::agent::Session;
use crate::duration::time_left;
use crate::environment::{Held, RENEWAL};

/// Without a role, the base is the session itself.
pub fn row(report: &Report, held: &Held) -> Option<String> {
    held.base_expires_at.filter(|_| report.role_arn.is_some())?;
    // A login in another terminal may have renewed it.
    if let Some(seconds) = of_agent(report, held) {
        let left = time_left(Duration::from_secs(seconds));
        return Some(format!(
            "the agent's session, {left} left: the next role needs no code"
        ));
    }
    Some(match report.base_seconds_left {
        None => "in the shell that logged in, the next role needs no code".to_owned(),
        Some(0) => "expired: the next role needs a code".to_owned(),
        Some(seconds) => format!(
            "{} left: in the shell that logged in, the next role needs no code",
            time_left(Duration::from_secs(seconds))
        ),
    })
}

/// The seconds left of the agent's session, if it has one for this terminal.
fn of_agent(report: &Report, held: &Held) -> Option<u64> {
    let is_of_device = |session: &&Session| session.mfa_serial == held.mfa_serial;
    let session = report.agent.as_ref()?.iter().find(is_of_device)?;
    Some(session.seconds_left).filter(|seconds| *seconds > RENEWAL.as_secs())
}
