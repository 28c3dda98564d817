//! What the terminal has for the login that is planned.

use std::time::Duration;

use serde::Serialize;

use crate::commands::target::Target;
use crate::context::Context;
use crate::duration::time_left;
use crate::login::{Logins, end_of_base_in_shell};
use crate::plan::{Plan, Signer};
use crate::profile::Keys;

/// `--json`.
#[derive(Serialize)]
pub struct Terminal {
    holds: Holds,
    seconds_left: u64,
}

#[derive(Serialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Holds {
    /// What the login is for.
    Session,
    /// The session that the roles are assumed with; the environment has it.
    BaseSession,
    /// The same, but only the shell has it.
    BaseSessionOfShell,
    /// The same; the agent has it.
    BaseSessionOfAgent,
}

impl Terminal {
    pub fn of(
        target: &Target<'_>,
        plan: &Plan,
        logins: &mut Logins<'_>,
        context: &Context<'_>,
    ) -> Option<Self> {
        if let Some(left) = target.left.filter(|_| !target.base_ends()) {
            return Some(Self::new(Holds::Session, left));
        }
        let now = context.clock.local();
        let profile = &target.profile;
        let key_id = match &profile.keys {
            Keys::Static(keys) => keys.access_key_id.as_str(),
            // The command is not run for a plan.
            Keys::Process(_) => "",
            Keys::Terminal(_) | Keys::Replaced(_) => return None,
        };
        if let Some((_, _, base)) = logins.offer(key_id, profile, plan) {
            let left = base.end.duration_since(now).unwrap_or_default();
            return Some(Self::new(Holds::BaseSessionOfAgent, left));
        }
        let serial = profile.mfa_serial.as_ref();
        let serial = serial.map(|serial| serial.value.as_str());
        if let Some(base) = logins.base(key_id, serial, profile, plan) {
            return Some(Self::new(Holds::BaseSession, base.left(now)));
        }
        let end = end_of_base_in_shell(profile, context);
        let left = end.and_then(|end| end.duration_since(now).ok());
        let left = left.filter(|left| logins.takes(*left, false, plan));
        left.map(|left| Self::new(Holds::BaseSessionOfShell, left))
    }

    fn new(holds: Holds, left: Duration) -> Self {
        let seconds_left = left.as_secs();
        Self {
            holds,
            seconds_left,
        }
    }

    /// Label and value of a row.
    pub fn row(&self) -> (&'static str, String) {
        let left = time_left(Duration::from_secs(self.seconds_left));
        match self.holds {
            Holds::Session => (
                "session",
                format!("still valid for {left}: nothing to do (--force renews it)"),
            ),
            Holds::BaseSession => (
                "base",
                format!("the session that this terminal exports, {left} left: no code is needed"),
            ),
            Holds::BaseSessionOfAgent => (
                "base",
                format!("the agent's session, {left} left: no code is needed"),
            ),
            Holds::BaseSessionOfShell => (
                "base",
                format!(
                    "a session of the shell that logged in, {left} left: aws-mfa-on there needs no \
                     code, exec asks for one"
                ),
            ),
        }
    }

    /// What signs the first call.
    pub fn signs(&self) -> &'static str {
        match self.holds {
            Holds::BaseSessionOfAgent => "the agent's session",
            _ => super::OF_TERMINAL,
        }
    }

    /// The plan with what the terminal has: a base session takes the place of keys and code.
    pub fn shorten(&self, mut plan: Plan) -> Plan {
        if self.holds == Holds::Session {
            plan.role_seconds.clear();
        }
        plan.signer = Signer::Terminal;
        plan
    }
}
