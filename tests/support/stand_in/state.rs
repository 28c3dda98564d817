//! What changes while the stand-in runs: sessions handed out, codes used, the server's clock.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::calendar;
use super::directory::{Device, Options, Role, User};
use super::errors::Refusal;
use super::http::escape;
use super::service::Signer;
use super::totp;

pub struct State {
    pub options: Options,
    pub sessions: HashMap<String, Session>,
    /// S3's objects, by `/bucket/key`.
    pub objects: BTreeMap<String, Vec<u8>>,
    /// How often each newly enabled device is still not known; each new access key, by
    /// `SERVICE ID`.
    pub settling: HashMap<String, usize>,
    /// Those that the console's sign-in endpoint has given.
    pub signin_tokens: Vec<String>,
    /// When the access keys were created that are new, in seconds since the epoch.
    pub created: HashMap<String, u64>,
    /// When each access key was last used.
    pub last_used: HashMap<String, u64>,
    used_codes: HashSet<(String, u64)>,
    issued: u64,
    /// When it was made, by the machine's clock and by the one that is never set.
    made: (SystemTime, Instant),
}

/// Temporary credentials that were handed out.
#[derive(Clone, Debug)]
pub struct Session {
    pub secret: String,
    pub token: String,
    /// seconds since the epoch
    pub expiration: u64,
    pub principal: Principal,
    /// made with a code, and by GetSessionToken: the only way to `aws:MultiFactorAuthPresent`
    pub mfa: bool,
}

#[derive(Clone, Debug)]
pub enum Principal {
    User(User),
    Role(RoleSession),
}

#[derive(Clone, Debug)]
pub struct RoleSession {
    pub role: Role,
    pub session_name: String,
    pub source_identity: Option<String>,
    /// assumed with a session
    pub is_chained: bool,
    /// session tags that the next role of the chain inherits
    pub transitive_tags: Vec<(String, String)>,
}

/// Who makes a request, after the signature has been checked.
#[derive(Clone, Debug)]
pub struct Caller {
    pub principal: Principal,
    pub temporary: bool,
    pub mfa: bool,
}

impl Caller {
    pub fn arn(&self) -> String {
        match &self.principal {
            Principal::User(user) => user.arn(),
            Principal::Role(session) => session.arn(),
        }
    }

    pub fn account(&self) -> String {
        self.arn().split(':').nth(4).unwrap_or_default().to_owned()
    }
}

impl RoleSession {
    pub fn arn(&self) -> String {
        let assumed = format!(":assumed-role/{}/{}", self.role.name(), self.session_name);
        let (head, _) = self.role.arn.split_once(":role/").unwrap_or_default();
        head.replacen(":iam:", ":sts:", 1) + &assumed
    }
}

impl State {
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in has a clock of its own"
    )]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            sessions: HashMap::new(),
            objects: BTreeMap::new(),
            settling: HashMap::new(),
            signin_tokens: Vec::new(),
            created: HashMap::new(),
            last_used: HashMap::new(),
            used_codes: HashSet::new(),
            issued: 0,
            made: (SystemTime::now(), Instant::now()),
        }
    }

    /// The server's time, in seconds since the epoch. A code that a test has been given stays right
    /// where the machine's clock is set meanwhile (a virtual machine that has just been started).
    pub fn now(&self) -> u64 {
        let (clock, instant) = self.made;
        let since = clock.duration_since(UNIX_EPOCH).unwrap_or_default() + instant.elapsed();
        since
            .as_secs()
            .saturating_add_signed(self.options.clock_offset)
    }

    /// Whose key this is.
    pub fn signer(&self, access_key_id: &str) -> Signer {
        if let Some(session) = self.sessions.get(access_key_id) {
            return match &session.principal {
                Principal::User(user) => Signer::Session(user.name.clone()),
                Principal::Role(role) => Signer::Role(role.role.name().to_owned()),
            };
        }
        let mut users = self.options.users.iter();
        let owner = users.find(|user| user.keys.iter().any(|key| key.id == access_key_id));
        owner.map_or(Signer::Nobody, |user| {
            Signer::LongTermKey(user.name.clone())
        })
    }

    /// A code of one of the user's own devices, right and for the first time.
    pub fn spend_code(
        &mut self,
        user: &User,
        serial: &str,
        token_code: &str,
    ) -> Result<(), Refusal> {
        let device = user
            .devices
            .iter()
            .find(|device| device.serial_number == serial);
        let secret = device.and_then(|device| totp::base32(device.secret.as_ref()?));
        let secret = secret.ok_or_else(|| {
            Refusal::access_denied(
                "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify \
                 your MFA serial number is valid and associated with this user.",
            )
        })?;
        let drift = self.options.drift.get(serial).copied().unwrap_or_default();
        let current = self.step().saturating_add_signed(drift);
        let step = totp::matching_step(&secret, token_code, current, self.options.steps_around);
        let is_known = !self.is_settling(serial);
        if is_known && step.is_some_and(|step| self.use_step(serial, step)) {
            return Ok(());
        }
        Err(Refusal::access_denied(
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        ))
    }

    /// The current time step.
    pub fn step(&self) -> u64 {
        self.now() / self.options.time_step
    }

    /// Whether the code of this step had not been used before.
    pub fn use_step(&mut self, serial: &str, step: u64) -> bool {
        self.used_codes.insert((serial.to_owned(), step))
    }

    /// Whether the device was enabled so recently that this request does not know it.
    pub fn is_settling(&mut self, serial: &str) -> bool {
        let left = self.settling.get_mut(serial);
        left.is_some_and(|left| {
            let settling = *left > 0;
            *left = left.saturating_sub(1);
            settling
        })
    }

    /// All MFA devices of the account.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        let assigned = self.options.users.iter().flat_map(|user| &user.devices);
        assigned.chain(&self.options.unassigned_devices)
    }

    /// The user as he is now: a session knows him as he was.
    pub fn user(&self, known: &User) -> &User {
        let mut users = self.options.users.iter();
        users
            .find(|user| user.arn() == known.arn())
            .expect("a user")
    }

    pub fn user_mut(&mut self, known: &User) -> &mut User {
        let mut users = self.options.users.iter_mut();
        users
            .find(|user| user.arn() == known.arn())
            .expect("a user")
    }

    /// Hands out temporary credentials; the answer's `Credentials` element.
    pub fn issue(&mut self, principal: Principal, mfa: bool, duration_seconds: u64) -> String {
        let longest = match &principal {
            Principal::User(_) => self.options.longest_session,
            Principal::Role(_) => self.options.longest_role_session,
        };
        let seconds = longest.map_or(duration_seconds, |longest| duration_seconds.min(longest));
        let access_key_id = format!(
            "ASIA{}",
            self.random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        );
        let session = Session {
            secret: self.random(40, BASE64),
            token: self.random(356, BASE64) + "==",
            expiration: self.now() + seconds,
            principal,
            mfa,
        };
        let xml = format!(
            "<Credentials><AccessKeyId>{access_key_id}</AccessKeyId>\
             <SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>\
             <Expiration>{}</Expiration></Credentials>",
            escape(&session.secret),
            escape(&session.token),
            calendar::extended(session.expiration)
        );
        self.sessions.insert(access_key_id, session);
        xml
    }

    /// Characters nobody has seen before, from `alphabet` (a power of two long). Not a secret:
    /// this guards nothing.
    pub fn random(&mut self, length: usize, alphabet: &str) -> String {
        let alphabet = alphabet.as_bytes();
        let mut text = String::new();
        while text.len() < length {
            self.issued += 1;
            let seed = format!("{} {} {:?}", self.issued, std::process::id(), self.now());
            let letters = Sha256::digest(seed).into_iter();
            text.extend(
                letters.map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()])),
            );
        }
        text.truncate(length);
        text
    }

    pub fn request_id(&mut self) -> String {
        let id = self.random(32, "0123456789abcdef");
        [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-")
    }
}

pub const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
