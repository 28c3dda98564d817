//! Whose sessions they are.

use serde::{Deserialize, Serialize};

/// Who logs in: a base session serves its own login only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The id of the long-term keys. The keys themselves never reach an agent.
    pub long_term_key_id: String,
    /// `None`: any device. A base session always has one.
    pub mfa_serial: Option<String>,
}

impl Login {
    /// Whether a session of this login serves `asked`.
    pub fn serves(&self, asked: &Self) -> bool {
        let same_device = asked.mfa_serial.is_none() || asked.mfa_serial == self.mfa_serial;
        same_device && asked.long_term_key_id == self.long_term_key_id
    }
}
