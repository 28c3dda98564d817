//! The session that an environment holds: what `status` shows and `env` keeps while it is valid.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{
    ACCESS_KEY_ID, BASE_EXPIRES_AT, DEFAULT_REGION, EXPIRES_AT, Environment, MFA_SERIAL, PROFILE,
    REGION, ROLE_ARN, SECRET_ACCESS_KEY, SESSION_TOKEN,
};
use crate::secret::is_secret_access_key;

/// The session that an environment holds, as far as `on` left word of it. The secret parts are
/// looked at, not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub profile: String,
    pub role_arn: Option<String>,
    pub access_key_id: String,
    pub mfa_serial: Option<String>,
    pub region: Option<String>,
    pub expires_at: SystemTime,
    /// The end of the session that roles are assumed with, where the terminal keeps one.
    pub base_expires_at: Option<SystemTime>,
}

/// A session with no more left than this is renewed. The snippets warn from the same moment on and
/// recommend `aws-mfa-on`, so it must have something to do by then.
pub const RENEWAL: Duration = Duration::from_mins(10);

/// No session of AWS's lasts longer (GetSessionToken: 129600 seconds): where more seems to be left,
/// the clock is behind.
const LONGEST: Duration = Duration::from_hours(36);

/// The end of the year 9999: what lies beyond is no date that AWS or `on` has written.
pub const LAST_SECOND: u64 = 253_402_300_799;

impl Held {
    /// `None` unless all three key variables, a profile and a plausible end are there, and nobody
    /// else has exported other keys since.
    pub fn read(environment: &Environment) -> Option<Self> {
        let owned = |name| environment.get(name).map(str::to_owned);
        if !environment.holds_own_session() {
            return None;
        }
        let end = |name| Some(UNIX_EPOCH + Duration::from_secs(seconds(environment.get(name)?)?));
        Some(Self {
            profile: owned(PROFILE)?,
            role_arn: owned(ROLE_ARN),
            access_key_id: owned(ACCESS_KEY_ID)?,
            mfa_serial: owned(MFA_SERIAL),
            region: owned(REGION).or_else(|| owned(DEFAULT_REGION)),
            expires_at: end(EXPIRES_AT)?,
            base_expires_at: end(BASE_EXPIRES_AT),
        })
    }

    /// Time left at `now`; nothing when it is over.
    pub fn left(&self, now: SystemTime) -> Duration {
        self.expires_at.duration_since(now).unwrap_or_default()
    }

    /// Whether a login for `profile` and the role that it stands for has nothing to do.
    pub fn serves(&self, profile: &str, role_arn: Option<&str>, now: SystemTime) -> bool {
        let left = self.left(now);
        let plausible = left > RENEWAL && left <= LONGEST;
        self.profile == profile && self.role_arn.as_deref() == role_arn && plausible
    }
}

/// A session of ours whose keys are not in the environment any more.
pub struct Replaced<'a> {
    pub profile: &'a str,
    /// `AWS_ACCESS_KEY_ID is now ASIA…`.
    pub what: String,
}

impl<'a> Replaced<'a> {
    /// `None` while the session is held, and where there was none.
    pub fn read(environment: &'a Environment) -> Option<Self> {
        let profile = environment.get(PROFILE)?;
        if environment.holds_own_session() {
            return None;
        }
        let keys = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN];
        let missing = keys
            .into_iter()
            .find(|name| environment.get(name).is_none());
        let key_id = environment.get(ACCESS_KEY_ID).unwrap_or_default();
        let what = match missing.filter(|_| !environment.holds_other_keys()) {
            Some(name) => format!("{name} is no longer set"),
            None if is_secret_access_key(key_id) => {
                format!("{ACCESS_KEY_ID} is now what looks like a secret access key")
            }
            None => format!("{ACCESS_KEY_ID} is now {key_id}"),
        };
        Some(Self { profile, what })
    }
}

/// Seconds since the epoch, digits only.
pub fn seconds(text: &str) -> Option<u64> {
    let digits = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let seconds = digits.parse().ok();
    seconds.filter(|seconds| *seconds <= LAST_SECOND)
}
