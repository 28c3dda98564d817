//! What an agent says: what it holds, its log, why there is no session.

use std::time::SystemTime;

use super::{Sessions, Supply};
use crate::agent::{Code, Login, Refusal, Status};
use crate::dates::{LocalTime, Utc};

impl Supply {
    /// What the agent is and holds now.
    pub fn status(&self) -> Status {
        Status {
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            since: Utc(self.since),
            sessions: self.held(),
            shares: self.shares.borrow().clone(),
        }
    }

    /// A line of the agent's log.
    pub fn say(&self, text: &str) {
        self.messages.note(text);
    }

    pub(super) fn no_session(&self, sessions: &Sessions, login: &Login) -> Refusal {
        let serial = login.mfa_serial.as_deref();
        let whose = serial.unwrap_or(&login.long_term_key_id);
        let text = match sessions.end(login) {
            Some(end) => format!("the session of {whose} ended at {}", self.brief(end)),
            None => format!("the agent holds no session of {whose}"),
        };
        Refusal::new(Code::NoSession, text).with_hint("run aws-mfa-on in any terminal")
    }

    /// The time, as a person reads it.
    pub fn brief(&self, time: SystemTime) -> String {
        let now = LocalTime::of(self.clock.local());
        let time = LocalTime::of(time);
        time.map_or_else(String::new, |time| time.brief(now.as_ref()))
    }
}
