//! The login that a session belongs to.

use serde::{Deserialize, Serialize};

use crate::arn::Arn;
use crate::base::Base;
use crate::profile::Profile;

/// The keys and the device of a login. A base session serves its own login only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The id of the long-term keys. The keys themselves never reach an agent.
    pub long_term_key_id: String,
    /// `None`: any device. A base session always has one.
    pub mfa_serial: Option<String>,
}

impl Login {
    /// That of `profile`, whose long-term keys have the id `key_id`.
    pub fn new(key_id: impl Into<String>, profile: &Profile) -> Self {
        let serial = profile.mfa_serial.as_ref();
        Self {
            long_term_key_id: key_id.into(),
            mfa_serial: serial.map(|serial| serial.value.clone()),
        }
    }

    /// What `base` was made from. A session that came with the terminal counts as its own login.
    pub fn of(base: &Base) -> Self {
        let itself = || base.credentials.access_key_id.clone();
        Self {
            long_term_key_id: base.long_term_key_id.clone().unwrap_or_else(itself),
            mfa_serial: base.mfa_serial.clone(),
        }
    }

    /// The user's name, for a person: the name of the device, which AWS suggests to be the same.
    pub fn user(&self) -> &str {
        let serial = self.mfa_serial.as_deref();
        let device = serial.and_then(|serial| Some(Arn::parse(serial)?.name()));
        device.or(serial).unwrap_or(&self.long_term_key_id)
    }

    /// Whether a session of this login serves `asked`.
    pub fn serves(&self, asked: &Self) -> bool {
        let same_device = asked.mfa_serial.is_none() || asked.mfa_serial == self.mfa_serial;
        same_device && asked.long_term_key_id == self.long_term_key_id
    }
}
