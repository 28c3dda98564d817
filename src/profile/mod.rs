//! What the user's profile says: long-term keys, MFA device, region, code sources, endpoints,
//! each with where it came from.

pub mod conventions;
pub mod file;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::cli::Login;
use crate::environment::Environment;
use crate::mfa::Source;
use crate::secret::Secret;
pub use file::Files;

/// Where a value came from, in the words of a message: `~/.aws/config:12 [profile dev] region`,
/// `AWS_REGION`, `--region`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File { path: PathBuf, line: usize, section: String, key: String },
    Variable(&'static str),
    Flag(&'static str),
    /// Nobody said; the text gives the rule (`the default`, `the partition of the MFA serial`).
    Rule(&'static str),
}

/// A value and its origin.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    pub value: T,
    pub origin: Origin,
}

/// The long-term keys of an IAM user.
#[derive(Debug)]
pub struct LongTermKeys {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub origin: Origin,
}

/// Where the long-term keys are.
#[derive(Debug)]
pub enum Keys {
    Static(LongTermKeys),
    /// `credential_process`: the command line, not yet run.
    Process(Sourced<String>),
}

/// Settings of the code sources (SPEC section 5).
#[derive(Debug, Default)]
pub struct MfaSettings {
    /// `--source`, `AWSMFA_SOURCE`, `mfa_source`: the list of words, where one is configured.
    pub sources: Option<Sourced<Vec<Source>>>,
    /// `--secret-file`, `AWSMFA_SECRET_FILE`, `mfa_secret_file`. `~` is expanded.
    pub secret_file: Option<Sourced<PathBuf>>,
    /// `mfa_process`, a command for `/bin/sh -c`; inherited from the source profile.
    pub process: Option<Sourced<String>>,
}

/// Settings of the network (AWS_FACTS section 3, last item).
#[derive(Debug)]
pub struct NetworkSettings {
    /// Custom endpoint of STS and of IAM, most specific first resolved
    /// (`AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, `services` section, `endpoint_url`).
    pub sts_endpoint_url: Option<Sourced<String>>,
    pub iam_endpoint_url: Option<Sourced<String>>,
    pub use_fips_endpoint: bool,
    pub use_dualstack_endpoint: bool,
    /// `AWS_CA_BUNDLE`, `ca_bundle`.
    pub ca_bundle: Option<Sourced<PathBuf>>,
    pub connect_timeout: Duration,
    pub timeout: Duration,
}

/// A profile, resolved: files, variables and flags have all had their say.
#[derive(Debug)]
pub struct Profile {
    /// The name as the user knows it (`dev`, not `dev-long-term`), and who chose it.
    pub name: Sourced<String>,
    pub keys: Keys,
    pub mfa_serial: Option<Sourced<String>>,
    /// Region of the STS call; the partition's when nobody says.
    pub region: Sourced<String>,
    /// What `on` exports, where somebody says: `--region`, else the profile's. (What the terminal
    /// has wins over the profile: `environment` decides that.)
    pub session_region: Option<Sourced<String>>,
    /// `--duration`, `MFA_STS_DURATION`, `duration_seconds`: seconds, not yet checked against AWS's limits.
    pub duration_seconds: Option<Sourced<u64>>,
    pub mfa: MfaSettings,
    pub network: NetworkSettings,
}

/// The name of the profile: the argument, `--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`,
/// `AWSMFA_PROFILE`, `default`. Reads no file.
pub fn name(login: &Login, environment: &Environment) -> Sourced<String> {
    todo!()
}

impl Profile {
    /// Resolves `name`. Errors name the file and line and say what to do.
    pub fn resolve(
        files: &Files,
        name: Sourced<String>,
        login: &Login,
        environment: &Environment,
    ) -> Result<Self> {
        todo!()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
