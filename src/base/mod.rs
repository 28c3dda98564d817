//! The base session: the session that roles are assumed with. The terminal keeps it in a shell
//! variable that is not exported ([`variable`]), so that the next role needs no code. The snippets
//! hand it to awsmfa for one call; no other program ever gets it.

mod variable;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::credentials::Credentials;
use crate::environment::{BASE_EXPIRES_AT, Environment, Held, RENEWAL};
pub use variable::Bases;

/// A session, and what it was made from.
#[derive(Clone, Debug)]
pub struct Base {
    pub credentials: Credentials,
    /// `None` if the terminal had the session before awsmfa did anything.
    pub long_term_key_id: Option<String>,
    pub mfa_serial: Option<String>,
    /// Made by this very process: a code that was given has been used for it.
    pub of_this_run: bool,
}

impl Base {
    /// The session that the terminal's session was made with, or is. A role that was assumed with a
    /// code of its own was made with none of those that the terminal keeps.
    pub fn read(environment: &Environment) -> Option<Self> {
        environment.get(BASE_EXPIRES_AT)?;
        variable::find(environment, |_| true)
    }

    /// Whether it was made with the same keys and device as `other`.
    fn is_of_same_login(&self, other: &Self) -> bool {
        (&self.long_term_key_id, &self.mfa_serial) == (&other.long_term_key_id, &other.mfa_serial)
    }

    /// Whether it was made with these keys and this device (`None`: any), and more than ten minutes
    /// are left.
    pub fn serves(
        &self,
        long_term_key_id: &str,
        mfa_serial: Option<&str>,
        now: SystemTime,
    ) -> bool {
        let same_device =
            mfa_serial.is_none_or(|serial| self.mfa_serial.as_deref() == Some(serial));
        let same_keys = self.long_term_key_id.as_deref() == Some(long_term_key_id);
        same_keys && same_device && self.left(now) > RENEWAL
    }

    pub fn left(&self, now: SystemTime) -> Duration {
        self.credentials.left(now)
    }
}

/// Whether the terminal has a session that a role can be assumed with.
pub fn is_in_terminal(environment: &Environment) -> bool {
    of_terminal(environment, UNIX_EPOCH).is_some()
}

/// The session that the terminal had first: the base session while it lasts, else the session in
/// the variables.
pub fn of_terminal(environment: &Environment, now: SystemTime) -> Option<Base> {
    // A session that was there before awsmfa did anything comes before those of logins since.
    let first = variable::find(environment, |base| base.long_term_key_id.is_none());
    let kept = first
        .or_else(|| Base::read(environment))
        .filter(|base| !environment.holds_other_keys() && !base.left(now).is_zero());
    // A role must never sign in place of the session that it was assumed with: AWS would know the
    // caller by another name, and a role would be assumed with itself.
    kept.or_else(|| in_variables(environment).filter(|_| !environment.holds_role_of_base()))
}

/// The session that something else has put into the variables. A login replaces it there, and the
/// terminal keeps it for the roles that it signs for.
pub fn of_others(environment: &Environment) -> Option<Base> {
    in_variables(environment).filter(|_| !environment.holds_own_session())
}

/// The session in the variables, whoever put it there.
fn in_variables(environment: &Environment) -> Option<Base> {
    Some(Base {
        credentials: environment.credentials()?,
        long_term_key_id: None,
        mfa_serial: Held::read(environment).and_then(|held| held.mfa_serial),
        of_this_run: false,
    })
}

#[cfg(test)]
mod tests;
