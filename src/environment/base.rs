//! The base session: the one that roles are assumed with. It stays in the terminal in a variable
//! that is not exported ([`variable`]), so that the next role needs no code; the snippets hand it to
//! this program for one call, and nobody else ever sees it.

mod variable;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::held::{LAST_SECOND, RENEWAL, seconds};
use super::{
    ACCESS_KEY_ID, BASE_EXPIRES_AT, CREDENTIAL_EXPIRATION, EXPIRES_AT, Environment,
    SECRET_ACCESS_KEY, SESSION_TOKEN,
};
use crate::credentials::Credentials;
use crate::secret::Secret;
pub use variable::Bases;

/// A session, and what it was made from.
#[derive(Clone, Debug)]
pub struct Base {
    pub credentials: Credentials,
    /// None where the session came with the terminal.
    pub long_term_key_id: Option<String>,
    pub mfa_serial: Option<String>,
    /// Made by this very process: a code that was given has been used for it.
    pub of_this_run: bool,
}

impl Base {
    /// The one that the terminal's session was made with, or is. A role that was assumed with a code
    /// of its own was made with none of those that the terminal keeps.
    pub fn read(environment: &Environment) -> Option<Self> {
        environment.get(BASE_EXPIRES_AT)?;
        variable::find(environment, |_| true)
    }

    /// Whether it stands for the same keys and device as `other`.
    fn is_of_same_login(&self, other: &Self) -> bool {
        (&self.long_term_key_id, &self.mfa_serial) == (&other.long_term_key_id, &other.mfa_serial)
    }

    /// Whether it stands for these keys and this device (where it is known), and lasts a while.
    pub fn serves(
        &self,
        long_term_key_id: &str,
        mfa_serial: Option<&str>,
        now: SystemTime,
    ) -> bool {
        let same_device =
            mfa_serial.is_none_or(|serial| self.mfa_serial.as_deref() == Some(serial));
        self.long_term_key_id.as_deref() == Some(long_term_key_id) && same_device && self.lasts(now)
    }

    /// Whether more than ten minutes are left.
    pub fn lasts(&self, now: SystemTime) -> bool {
        self.left(now) > RENEWAL
    }

    pub fn left(&self, now: SystemTime) -> Duration {
        let left = self.credentials.expiration.duration_since(now);
        left.unwrap_or_default()
    }
}

impl Environment {
    /// Whether the terminal has a session that a role can be assumed with.
    pub fn has_terminal_session(&self) -> bool {
        self.kept_base().is_some() || self.first_session_in_variables().is_some()
    }

    /// The session that the terminal had first: the base session while it lasts, else the one in
    /// the variables.
    pub fn terminal_session(&self, now: SystemTime) -> Option<Base> {
        let base = self.kept_base().filter(|base| !base.left(now).is_zero());
        base.or_else(|| self.first_session_in_variables())
    }

    /// Whether the variables hold a role that was assumed with a session which only the shell knows.
    pub fn holds_role_of_base(&self) -> bool {
        let names = [super::ROLE_ARN, BASE_EXPIRES_AT];
        self.holds_own_session() && names.iter().all(|name| self.get(name).is_some())
    }

    /// The base session, unless something else has exported other keys since it was made. A session
    /// that came with the terminal goes before those that logins have made since.
    fn kept_base(&self) -> Option<Base> {
        let came_along = || variable::find(self, |base| base.long_term_key_id.is_none());
        let kept = came_along().or_else(|| Base::read(self));
        kept.filter(|_| !self.holds_other_keys())
    }

    /// A role must never sign in the place of the session that it was assumed with: AWS would know
    /// the caller by another name, and a role would be assumed with itself.
    fn first_session_in_variables(&self) -> Option<Base> {
        self.session_in_variables()
            .filter(|_| !self.holds_role_of_base())
    }

    /// The session that something else has put into the variables: a login takes its place there, and
    /// the terminal keeps it for the roles that it signs for.
    pub fn session_of_others(&self) -> Option<Base> {
        self.session_in_variables()
            .filter(|_| !self.holds_own_session())
    }

    /// The session in the variables, whoever put it there.
    pub fn held_credentials(&self) -> Option<Credentials> {
        Some(self.session_in_variables()?.credentials)
    }

    /// A session of anybody's. Where its end is not known, it is taken as far off.
    fn session_in_variables(&self) -> Option<Base> {
        let secret = |name| Some(Secret::new(self.get(name)?.to_owned()));
        Some(Base {
            credentials: Credentials {
                access_key_id: self.get(ACCESS_KEY_ID)?.to_owned(),
                secret_access_key: secret(SECRET_ACCESS_KEY)?,
                session_token: secret(SESSION_TOKEN)?,
                expiration: self.end_in_variables().unwrap_or_else(far_off),
            },
            long_term_key_id: None,
            mfa_serial: self
                .get(super::MFA_SERIAL)
                .filter(|_| self.holds_own_session())
                .map(str::to_owned),
            of_this_run: false,
        })
    }

    /// The date of a session of ours says nothing of the keys that have replaced it.
    fn end_in_variables(&self) -> Option<SystemTime> {
        let own = self.get(EXPIRES_AT).and_then(seconds);
        let date = || {
            let date = self.get(CREDENTIAL_EXPIRATION)?;
            let date = DateTime::from_str(date, Format::DateTimeWithOffset).ok()?;
            u64::try_from(date.secs()).ok()
        };
        let end = if self.holds_own_session() {
            own.or_else(date)
        } else {
            date().filter(|date| Some(*date) != own)
        };
        end.map(|end| UNIX_EPOCH + Duration::from_secs(end))
    }
}

/// The end of a session whose end nobody has told.
fn far_off() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(LAST_SECOND)
}

#[cfg(test)]
mod tests;
