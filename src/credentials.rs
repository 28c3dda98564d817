//! What signs requests: the long-term keys of a user, and the credentials of a session.

use std::time::{Duration, SystemTime};

use crate::origin::Origin;
use crate::secret::Secret;

/// The long-term keys of an IAM user.
#[derive(Clone, Debug)]
pub struct LongTermKeys {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub origin: Origin,
}

/// Temporary credentials, every field checked.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Secret,
    pub expiration: SystemTime,
}

impl Credentials {
    /// Zero once they have expired.
    pub fn left(&self, now: SystemTime) -> Duration {
        self.expiration.duration_since(now).unwrap_or_default()
    }
}
