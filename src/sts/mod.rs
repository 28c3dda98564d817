//! The calls to STS (and the one to IAM that finds an MFA device).

pub mod clock;
pub mod explain;
pub mod mfa_devices;
pub mod transport;

use std::time::SystemTime;

use anyhow::Result;

use crate::message::Messages;
use crate::mfa::TokenCode;
use crate::profile::{LongTermKeys, Profile};
use crate::secret::Secret;
use clock::Clock;

/// Temporary credentials, every field checked.
#[derive(Debug)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Secret,
    pub expiration: SystemTime,
}

/// GetCallerIdentity's answer.
#[derive(Debug)]
pub struct CallerIdentity {
    pub arn: String,
    pub account: String,
}

/// Why a call failed, as far as the program branches on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `MultiFactorAuthentication failed with invalid MFA one time pass code.`
    InvalidTokenCode,
    /// The signature's time was off; the clock now knows by how much.
    ClockSkew,
    /// The request was sent, the answer never came: the code may be spent.
    LostAnswer,
    Other,
}

/// A failed call: the kind, and the explained error (with its hint) to show.
#[derive(Debug)]
pub struct Failure {
    pub kind: Kind,
    pub error: anyhow::Error,
}

/// A client for one set of long-term keys.
pub struct Sts<'a> {
    pub clock: &'a Clock,
    pub messages: &'a Messages,
}

impl<'a> Sts<'a> {
    /// Everything is given explicitly; nothing is read from the environment but proxies.
    pub fn new(profile: &'a Profile, keys: &'a LongTermKeys, clock: &'a Clock, messages: &'a Messages) -> Result<Self> {
        todo!()
    }

    /// Proves the keys, opens the connection, learns AWS's time. Needs no permission. Retried, bounded.
    pub async fn caller_identity(&self) -> Result<CallerIdentity, Failure> {
        todo!()
    }

    /// GetSessionToken with a code: one attempt, except where the connection was never made.
    pub async fn session_token(&self, serial_number: &str, code: &TokenCode, duration_seconds: u64) -> Result<Credentials, Failure> {
        todo!()
    }

    /// IAM's ListMFADevices for the caller's own user.
    pub async fn mfa_devices(&self, caller: &CallerIdentity) -> Result<Vec<String>, Failure> {
        todo!()
    }
}
