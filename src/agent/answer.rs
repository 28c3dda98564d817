//! What an agent answers: one line of JSON, an object with what was asked for, or
//! `{"error":CODE,"message":…}`. Spaces before it say that the agent is still working.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize, Serializer};

use super::login::Login;
use crate::base::Base;
use crate::credentials::Credentials;
use crate::dates::{LAST_SECOND, Utc, since_epoch};
use crate::environment::credential;
use crate::message::with_hint;
use crate::secret::Secret;

/// The credentials of a session.
#[derive(Clone, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "these are AWS's names")]
pub struct Session {
    pub access_key_id: String,
    #[serde(serialize_with = "exposed")]
    pub secret_access_key: Secret,
    #[serde(serialize_with = "exposed")]
    pub session_token: Secret,
    /// Seconds since the Unix epoch.
    pub expiration: u64,
    pub account_id: Option<String>,
}

/// What an agent is and holds; no secret.
#[derive(Serialize, Deserialize)]
pub struct Status {
    pub pid: u32,
    pub version: String,
    /// When it started.
    pub since: Utc,
    pub sessions: Vec<Held>,
    #[serde(default)]
    pub shares: Vec<HeldShare>,
}

/// A share that is open.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldShare {
    pub profiles: Vec<String>,
    /// ssh's process.
    pub pid: i32,
    /// `None`: it ends with ssh.
    pub until: Option<Utc>,
}

/// A session that an agent holds.
#[derive(Serialize, Deserialize)]
pub struct Held {
    #[serde(flatten)]
    pub login: Login,
    /// The profile that it was last asked for, or deposited by.
    pub profile: String,
    /// `None`: a base session.
    pub role_arn: Option<String>,
    pub expiration: Utc,
    pub seconds_left: u64,
    /// How often it was asked for.
    pub asked: u64,
    /// How many sessions STS has given for it.
    pub made: u64,
}

/// Why an agent does not do what it was asked to do.
#[derive(Clone, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    #[serde(rename = "error")]
    pub code: Code,
    /// For a person: the cause, as it follows `could not …: `.
    #[serde(default)]
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// With [`Code::Version`]: the versions that the agent speaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speaks: Vec<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No base session of this login, or it has expired: a person has to log in.
    NoSession,
    /// AWS refuses for good.
    Refused,
    /// AWS cannot be reached or has a fault: a later request may succeed.
    Unavailable,
    /// The share does not include this profile or request.
    NotShared,
    /// The request cannot be understood.
    Malformed,
    /// The request has a version that the agent does not speak.
    Version,
    /// A code of a newer agent.
    #[serde(other)]
    Other,
}

impl Status {
    /// The base sessions; the one that was deposited last comes first.
    pub fn bases(&self) -> impl Iterator<Item = &Held> {
        let sessions = self.sessions.iter().rev();
        sessions.filter(|held| held.role_arn.is_none())
    }

    /// The base session that serves `login`.
    pub fn base(&self, login: &Login) -> Option<&Held> {
        self.bases().find(|held| held.login.serves(login))
    }
}

impl Held {
    pub fn end(&self) -> SystemTime {
        self.expiration.0
    }

    /// Zero once it has expired.
    pub fn left(&self, now: SystemTime) -> Duration {
        self.expiration.left(now)
    }
}

impl Refusal {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            speaks: Vec::new(),
        }
    }

    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// The agent's message and hint, as an error of this program.
    pub fn into_error(mut self) -> anyhow::Error {
        let hint = self.hint.take();
        with_hint(self.into(), hint)
    }
}

impl Session {
    pub fn new(credentials: &Credentials, account_id: Option<&str>) -> Self {
        Self {
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            session_token: credentials.session_token.clone(),
            expiration: since_epoch(credentials.expiration),
            account_id: account_id.map(str::to_owned),
        }
    }

    /// Whether an environment can hold it.
    pub fn is_sound(&self) -> bool {
        let (secret, token) = (&self.secret_access_key, &self.session_token);
        let words = [&self.access_key_id, secret.expose(), token.expose()];
        words.iter().all(|word| credential(word).is_ok())
    }

    pub fn credentials(&self) -> Credentials {
        self.clone().into()
    }

    /// This session as the base session of `login`.
    pub fn into_base(self, login: &Login) -> Base {
        Base {
            credentials: self.into(),
            long_term_key_id: Some(login.long_term_key_id.clone()),
            mfa_serial: login.mfa_serial.clone(),
            of_this_run: false,
        }
    }
}

impl From<Session> for Credentials {
    fn from(session: Session) -> Self {
        Self {
            access_key_id: session.access_key_id,
            secret_access_key: session.secret_access_key,
            session_token: session.session_token,
            expiration: UNIX_EPOCH + Duration::from_secs(session.expiration.min(LAST_SECOND)),
        }
    }
}

/// Only a [`Session`] is written with its secrets.
fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}
