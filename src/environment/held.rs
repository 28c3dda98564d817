//! The session that the environment holds: what `status` shows, and `env` keeps while it is valid.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::Environment;
use super::variables::{
    ACCESS_KEY_ID, BASE_EXPIRES_AT, CREDENTIAL_EXPIRATION, DEFAULT_REGION, EXPIRES_AT, KEYS,
    LONG_TERM_KEY_ID, MFA_SERIAL, OWN_KEY_ID, OWN_REGION, PROFILE, PROFILE_NAMES, REGION, REGIONS,
    ROLE_ARN, SECRET_ACCESS_KEY, SESSION_TOKEN, UNIVERSAL_PROFILE,
};
use crate::credentials::Credentials;
use crate::dates::LAST_SECOND;
use crate::secret::{Secret, is_secret_access_key};

/// The session that `on` put into the environment, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub profile: String,
    pub role_arn: Option<String>,
    pub access_key_id: String,
    pub mfa_serial: Option<String>,
    /// `None` if it is not known.
    pub long_term_key_id: Option<String>,
    pub region: Option<String>,
    pub expires_at: SystemTime,
    /// When the session that roles are assumed with expires, if the terminal keeps one.
    pub base_expires_at: Option<SystemTime>,
}

/// A session with no more than this left is renewed. The snippets warn from the same moment on and
/// recommend `aws-mfa-on`, so it must have something to do by then.
pub const RENEWAL: Duration = Duration::from_mins(10);

/// No session of AWS's lasts longer (GetSessionToken: 129600 seconds): if more seems to be left, the
/// clock is behind.
const LONGEST: Duration = Duration::from_hours(36);

impl Held {
    /// `None` unless all three key variables, a profile and a plausible end are there, and nothing
    /// else has exported other keys since.
    pub fn read(environment: &Environment) -> Option<Self> {
        if !environment.holds_own_session() {
            return None;
        }
        let owned = |name| environment.get(name).map(str::to_owned);
        let end = |name| Some(moment(seconds(environment.get(name)?)?));
        Some(Self {
            profile: owned(PROFILE)?,
            role_arn: owned(ROLE_ARN),
            access_key_id: owned(ACCESS_KEY_ID)?,
            mfa_serial: owned(MFA_SERIAL),
            long_term_key_id: owned(LONG_TERM_KEY_ID),
            region: owned(REGION).or_else(|| owned(DEFAULT_REGION)),
            expires_at: end(EXPIRES_AT)?,
            base_expires_at: end(BASE_EXPIRES_AT),
        })
    }

    /// Time left at `now`; zero once it has expired.
    pub fn left(&self, now: SystemTime) -> Duration {
        self.expires_at.duration_since(now).unwrap_or_default()
    }

    /// Whether it is the session of `profile` and its role.
    pub fn is_of(&self, profile: &str, role_arn: Option<&str>) -> bool {
        self.profile == profile && self.role_arn.as_deref() == role_arn
    }

    /// Whether a login for `profile` and its role has nothing to do.
    pub fn serves(&self, profile: &str, role_arn: Option<&str>, now: SystemTime) -> bool {
        let left = self.left(now);
        let plausible = left > RENEWAL && left <= LONGEST;
        self.is_of(profile, role_arn) && plausible
    }
}

impl Environment {
    /// The variable that names the profile, and its value. `on` unsets all but its own, so one of
    /// the others was set since, unless it is a universal variable of fish that could not be hidden.
    pub fn profile(&self) -> Option<(&'static str, &str)> {
        let held = self.get(PROFILE);
        let universal = self.get(UNIVERSAL_PROFILE).filter(|_| held.is_some());
        let named = |name: &'static str| Some((name, self.get(name)?));
        let mut set = PROFILE_NAMES.into_iter().filter_map(named);
        set.find(|(_, value)| universal != Some(value))
            .or_else(|| named(PROFILE))
    }

    /// The variables that name a profile to other tools, if they name another than the held profile. In
    /// a terminal of `--profiles` they may.
    pub fn other_profiles(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let held = self.get(PROFILE).filter(|_| self.overlay.is_none());
        let set = PROFILE_NAMES.map(|name| (name, self.get(name)));
        let set = set.into_iter().filter(move |(_, value)| *value != held);
        set.filter_map(|(name, value)| Some((name, value?)))
    }

    /// Whether the three key variables still hold the session that `on` put there.
    pub fn holds_own_session(&self) -> bool {
        KEYS.iter().all(|name| self.get(name).is_some())
            && self.get(ACCESS_KEY_ID) == self.get(OWN_KEY_ID)
    }

    /// Whether something else has exported other keys since the login.
    pub fn holds_other_keys(&self) -> bool {
        let key_id = self.get(ACCESS_KEY_ID);
        key_id.is_some() && self.get(OWN_KEY_ID).is_some_and(|own| key_id != Some(own))
    }

    /// The profile of the session that `on` exported, if something else has replaced its keys since, and
    /// how: `AWS_ACCESS_KEY_ID is now ASIA…`.
    pub fn replaced(&self) -> Option<(&str, String)> {
        let profile = self.get(PROFILE).filter(|_| !self.holds_own_session())?;
        let missing = KEYS.iter().find(|name| self.get(name).is_none());
        let key_id = self.get(ACCESS_KEY_ID).unwrap_or_default();
        let how = match missing.filter(|_| !self.holds_other_keys()) {
            Some(name) => format!("{name} is no longer set"),
            None if is_secret_access_key(key_id) => {
                format!("{ACCESS_KEY_ID} now holds what looks like a secret access key")
            }
            None => format!("{ACCESS_KEY_ID} is now {key_id}"),
        };
        Some((profile, how))
    }

    /// Whether the variables hold a role that was assumed with a session which only the shell knows.
    pub fn holds_role_of_base(&self) -> bool {
        let names = [ROLE_ARN, BASE_EXPIRES_AT];
        self.holds_own_session() && names.iter().all(|name| self.get(name).is_some())
    }

    /// The session in the variables, whoever put it there. If nothing says when it expires, that is
    /// taken to be far off.
    pub fn credentials(&self) -> Option<Credentials> {
        let secret = |name| Some(Secret::new(self.get(name)?.to_owned()));
        Some(Credentials {
            access_key_id: self.get(ACCESS_KEY_ID)?.to_owned(),
            secret_access_key: secret(SECRET_ACCESS_KEY)?,
            session_token: secret(SESSION_TOKEN)?,
            expiration: moment(self.expiration().unwrap_or(LAST_SECOND)),
        })
    }

    /// Seconds since the epoch. When our own session expires says nothing about the keys that have
    /// replaced it.
    fn expiration(&self) -> Option<u64> {
        let own = self.get(EXPIRES_AT).and_then(seconds);
        let date = || {
            let date = self.get(CREDENTIAL_EXPIRATION)?;
            let date = DateTime::from_str(date, Format::DateTimeWithOffset).ok()?;
            u64::try_from(date.secs()).ok()
        };
        if self.holds_own_session() {
            own.or_else(date)
        } else {
            date().filter(|date| Some(*date) != own)
        }
    }

    /// The region that an earlier `on` set itself and that is unchanged since.
    pub(super) fn own_region(&self) -> Option<&str> {
        self.get(OWN_REGION).filter(|own| self.has_region(own))
    }

    /// Whether both region variables have this value.
    pub(super) fn has_region(&self, region: &str) -> bool {
        REGIONS.iter().all(|name| self.get(name) == Some(region))
    }
}

/// Seconds since the epoch, digits only; `None` if that is after the year 9999.
pub fn seconds(text: &str) -> Option<u64> {
    let digits = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let seconds = digits.parse().ok();
    seconds.filter(|seconds| *seconds <= LAST_SECOND)
}

fn moment(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}
