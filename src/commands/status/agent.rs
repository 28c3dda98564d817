//! What the agent holds, for `status` and for the line before a prompt.

use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::agent::{self, Agent, AgentError, Held};
use crate::context::Context;
use crate::dates::{LocalTime, utc};
use crate::duration::time_left;
use crate::environment;
use crate::printable::printable;

/// How long before its end the prompt mentions the agent's session.
const SOON: Duration = Duration::from_mins(30);

/// A base session of the agent; `--json`.
#[derive(Serialize)]
pub struct Session {
    user: String,
    pub mfa_serial: Option<String>,
    /// RFC 3339, UTC.
    expiration: String,
    pub seconds_left: u64,
}

/// What the agent holds. `None` if none runs, or if the user has switched it off.
pub fn status(context: &Context<'_>) -> Option<Result<agent::Status, AgentError>> {
    let status = Agent::wanted(context.environment)?.status();
    Some(status).filter(|status| !matches!(status, Err(AgentError::Missing)))
}

pub fn sessions(status: &agent::Status, now: SystemTime) -> Vec<Session> {
    let session = |held: &Held| Session {
        user: held.login.user().to_owned(),
        mfa_serial: held.login.mfa_serial.clone(),
        expiration: utc(held.end()),
        seconds_left: held.left(now).as_secs(),
    };
    status.bases().map(session).collect()
}

/// A row for each session, or for what is wrong with the agent.
pub fn rows(sessions: Option<&[Session]>, error: Option<AgentError>) -> String {
    let row = |session: &Session| {
        let left = time_left(Duration::from_secs(session.seconds_left));
        format!("holds the session of {}, {left} left", session.user)
    };
    let rows = sessions.into_iter().flatten().map(row);
    let rows = rows.chain(error.map(|error| error.to_string()));
    rows.map(|row| printable(&format!("{:<11} {row}", "agent")) + "\n")
        .collect()
}

/// Says when the agent's session for this terminal ends, if that is soon. Another terminal may have
/// renewed it meanwhile.
pub fn tell_end(context: &Context<'_>) {
    let now = context.clock.local();
    let held = environment::Held::read(context.environment);
    let Some((Ok(status), held)) = status(context).zip(held) else {
        return;
    };
    let mut bases = status.bases();
    let base = bases.find(|base| base.login.mfa_serial == held.mfa_serial);
    let Some(base) = base.filter(|base| base.left(now) <= SOON) else {
        return;
    };
    let end = LocalTime::of(base.end());
    let end = end.map(|end| end.brief(LocalTime::of(now).as_ref()));
    context.messages.note(&format!(
        "the agent's session of {} ends at {}; aws-mfa-on --force renews it for all",
        base.login.user(),
        end.unwrap_or_else(|| utc(base.end()))
    ));
}
