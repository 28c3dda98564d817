//! A request to an agent: one line of JSON, `{"v":1,"do":"credentials",…}`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::answer::{Code, Refusal, Session};
use super::login::Login;
use crate::arn::Arn;
use crate::environment::Environment;
use crate::origin::Sourced;
use crate::profile::{NetworkSettings, Profile, Role};

/// The version of these requests and answers.
pub const VERSION: u64 = 1;

/// Bytes of a request with its line end. The agent closes a connection that sends more.
pub const LONGEST: usize = 64 * 1024;

/// What an agent is asked to do.
#[derive(Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "there is one of it at a time")]
pub enum Request {
    /// A session for a profile. The answer is a [`Session`].
    Credentials(SessionRequest),
    /// Keep a session. The answer is an empty object, as for all requests below that name no other.
    Deposit(Deposit),
    /// Give sessions to a remote machine, until the process that asks ends.
    Share(Share),
    /// What the agent holds. The answer is a [`super::Status`].
    Status,
    Forget(Forget),
    /// Forget everything and end.
    Stop,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct SessionRequest {
    /// The profile's name. Messages show it, and a share finds its session by it.
    pub profile: String,
    /// What the session is made from. `None` if the client does not know the profile: only a share
    /// answers such a request.
    pub session: Option<SessionSpec>,
    /// How many seconds to wait for a deposit, if the agent holds no session for this login.
    #[serde(default)]
    pub wait: u64,
}

/// Everything that a session of a profile is made from, except the base session. Equal
/// specifications describe the same session, wherever their values come from.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionSpec {
    pub login: Login,
    /// The roles in the order in which they are assumed, each with its `duration_seconds`. Empty:
    /// the base session itself.
    #[serde(default)]
    pub roles: Vec<Role>,
    pub connection: Connection,
}

/// How STS is reached.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    pub region: Sourced<String>,
    pub network: NetworkSettings,
    /// The variables that name proxies, as the client has them.
    pub proxies: BTreeMap<String, String>,
}

/// A base session to keep.
#[derive(Serialize, Deserialize)]
pub struct Deposit {
    pub login: Login,
    /// The profile that was logged in to.
    pub profile: String,
    pub session: Session,
}

/// A socket that gives sessions of these profiles and nothing else.
#[derive(Serialize, Deserialize)]
pub struct Share {
    /// Where the agent is to listen. The file does not exist yet.
    pub socket: PathBuf,
    pub profiles: BTreeMap<String, SessionSpec>,
    /// After how many seconds the share ends. `None`: as long as the process runs.
    pub seconds: Option<u64>,
}

/// What to forget: everything, or every session of the logins that a profile uses.
#[derive(Default, Serialize, Deserialize)]
pub struct Forget {
    pub profile: Option<String>,
    /// The profile's login, if the client knows it.
    pub login: Option<Login>,
}

/// A line with its version, `{"v":…}`.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u64,
    #[serde(flatten)]
    rest: T,
}

impl Request {
    /// The request's line.
    pub fn line(&self) -> serde_json::Result<String> {
        let rest = self;
        serde_json::to_string(&Versioned { v: VERSION, rest }).map(|line| line + "\n")
    }

    /// The request of a line.
    pub fn parse(line: &[u8]) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        struct Version {
            v: u64,
        }
        let malformed = |_| Refusal::new(Code::Malformed, "the request cannot be understood");
        let Version { v } = serde_json::from_slice(line).map_err(malformed)?;
        if v != VERSION {
            return Err(Refusal {
                speaks: vec![VERSION],
                ..Refusal::new(Code::Version, "the agent is of another version")
            });
        }
        serde_json::from_slice(line).map_err(malformed)
    }
}

impl SessionRequest {
    /// Without waiting for a deposit.
    pub fn new(profile: impl Into<String>, spec: SessionSpec) -> Self {
        Self {
            profile: profile.into(),
            session: Some(spec),
            wait: 0,
        }
    }
}

impl SessionSpec {
    /// `seconds` are those of each role, in their order (`Plan::role_seconds`).
    pub fn new(
        profile: &Profile,
        login: Login,
        seconds: &[Sourced<u64>],
        environment: &Environment,
    ) -> Self {
        let lasting = |(role, seconds): (&Role, &Sourced<u64>)| Role {
            duration_seconds: Some(seconds.clone()),
            ..role.clone()
        };
        Self {
            login,
            roles: profile.roles.iter().zip(seconds).map(lasting).collect(),
            connection: Connection {
                region: profile.region.clone(),
                network: profile.network.clone(),
                proxies: environment.proxies(),
            },
        }
    }

    /// The account of the sessions, if its number is known.
    pub fn account_id(&self) -> Option<&str> {
        let role = self.roles.last().map(|role| role.role_arn.value.as_str());
        let arn = role.or(self.login.mfa_serial.as_deref())?;
        Arn::parse(arn)?.account_number()
    }
}
