//! What the user's profile says: long-term keys, MFA device, region, code sources, endpoints,
//! each with where it came from.

mod agent;
mod chain;
mod code;
mod credential_process;
mod foreign_endpoint;
mod key_pair;
mod keys;
mod mfa;
mod mistakes;
mod name;
mod network;
mod proxy;
mod region;
mod role;
mod running;
mod serial;
mod session_tags;
mod settings;
mod summary;
#[cfg(test)]
mod tests;
mod tool_settings;

use anyhow::{Context, Result, anyhow};

use crate::arn::Arn;
use crate::cli::Login;
use crate::credentials::LongTermKeys;
use crate::environment::Environment;
use crate::files::Files;
use crate::message::{hint_of, hinted};
use crate::origin::{Origin, Sourced};
pub use agent::UseOfAgent;
pub use chain::{follow, has_default, is_of_others, region as region_of};
pub use code::CodeProfile;
pub use credential_process::RUNNING;
pub use foreign_endpoint::warn_of_foreign;
pub use key_pair::checked as checked_keys;
pub use keys::Keys;
pub use mfa::{MfaSettings, YubikeySettings};
pub use mistakes::Mistakes;
pub use name::name;
pub use network::NetworkSettings;
use network::has_valid_host;
pub use proxy::{Proxies, Proxy};
pub use role::Role;
pub use running::running;
pub use serial::{checked as checked_serial, gives_codes};
use settings::{DURATION, DURATION_OF_BASE, DURATION_OF_ROLE, Settings, seconds};
pub use summary::Summary;
pub use tool_settings::ToolSettings;

/// A profile, resolved: files, variables and flags have all had their say.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name as it was asked for, and who chose it.
    pub name: Sourced<String>,
    pub keys: Keys,
    /// The roles in the order in which they are assumed; the last one is the profile's own.
    pub roles: Vec<Role>,
    pub mfa_serial: Option<Sourced<String>>,
    /// The region of the STS call: the partition's main one if none is configured.
    pub region: Sourced<String>,
    /// The region that `on` exports, if `--region` or the profile names one. (The terminal's own
    /// region wins over the profile's: `environment` decides that.)
    pub session_region: Option<Sourced<String>>,
    /// `--duration`, `MFA_STS_DURATION`, aws-vault's variables, `duration_seconds`: seconds of what
    /// the login is for (the role's session, or the one without a role), not yet checked against
    /// AWS's limits.
    pub duration_seconds: Option<Sourced<u64>>,
    /// Seconds of the session that roles are assumed with: `AWS_SESSION_TOKEN_TTL`, or the
    /// `duration_seconds` of the profile with the keys.
    pub base_duration_seconds: Option<Sourced<u64>>,
    pub mfa: MfaSettings,
    pub network: NetworkSettings,
    /// Of the console's sign-in endpoint, if it is not AWS's own.
    pub signin_endpoint_url: Option<Sourced<String>>,
    /// What `on` exports for other tools, because they do not read this profile.
    pub tool_settings: ToolSettings,
    pub use_of_agent: UseOfAgent,
}

impl Profile {
    /// Resolves `name` for a login. Errors name the file and line and say what to do.
    pub fn resolve(
        files: &Files,
        name: &Sourced<String>,
        login: &Login,
        environment: &Environment,
    ) -> Result<Self> {
        // No need to say where the name came from if the user typed it.
        let chosen = match &name.origin {
            Origin::Variable(variable) => format!(" (named by {variable})"),
            _ => String::new(),
        };
        let context = format!("could not log in to profile {}{chosen}", name.value);
        Self::find(files, name, login, environment).context(context)
    }

    /// The same without a login in mind.
    pub fn find(
        files: &Files,
        name: &Sourced<String>,
        login: &Login,
        environment: &Environment,
    ) -> Result<Self> {
        let read = |settings: &Settings<'_>, keys: Result<Keys>| {
            keys.and_then(|keys| Self::read(name, keys, settings))
                .map_err(|error| with_problems(&error, files))
        };
        chain::resolve(files, name, login, environment, read)
    }

    /// The profile with these keys instead of its own, if it has any: for its region and network.
    pub fn with_keys(
        files: &Files,
        name: &Sourced<String>,
        keys: &LongTermKeys,
        environment: &Environment,
    ) -> Result<Self> {
        let read =
            |settings: &Settings<'_>, _| Self::read(name, Keys::Static(keys.clone()), settings);
        chain::resolve(files, name, &Login::default(), environment, read)
    }

    fn read(name: &Sourced<String>, keys: Keys, settings: &Settings<'_>) -> Result<Self> {
        let roles = role::roles(settings, &keys, name)?;
        let mfa_serial = serial::configured(settings)?;
        let session_region = region::of_session(settings)?;
        // A hardware token's serial number does not tell a partition.
        let of_role = roles.first().map(|role| &role.role_arn);
        let mut arns = mfa_serial.iter().chain(of_role);
        let arn = arns.find_map(|arn| Arn::parse(&arn.value));
        let mut network = NetworkSettings::read(settings)?;
        let region = region::of_call(session_region.as_ref(), arn, settings)?;
        let (region, is_fips) = region::without_fips(&region)?;
        network.use_fips_endpoint |= is_fips;
        role::check_partitions(&roles, mfa_serial.as_ref(), &region)?;
        Ok(Self {
            region,
            duration_seconds: duration_seconds(settings, &roles)?,
            base_duration_seconds: base_duration_seconds(settings)?,
            mfa: MfaSettings::read(settings)?,
            keys: keys.or_terminal(!roles.is_empty(), settings.environment),
            name: name.clone(),
            roles,
            mfa_serial,
            session_region,
            network,
            signin_endpoint_url: network::signin_endpoint_url(settings)?,
            tool_settings: ToolSettings::read(settings)?,
            use_of_agent: UseOfAgent::read(settings)?,
        })
    }

    /// The role that the profile stands for.
    pub fn role(&self) -> Option<&Role> {
        self.roles.last()
    }
}

/// What was looked for may stand in a line that could not be read.
fn with_problems(error: &anyhow::Error, files: &Files) -> anyhow::Error {
    let look_at = |problem| format!("; look at {problem}");
    let problems: String = files.problems().take(3).map(look_at).collect();
    let error_with_problems = anyhow!("{error:#}{problems}");
    match hint_of(error) {
        Some(hint) => hinted(error_with_problems, hint),
        None => error_with_problems,
    }
}

fn duration_seconds(settings: &Settings<'_>, roles: &[Role]) -> Result<Option<Sourced<u64>>> {
    let flag = settings.login.session.duration;
    match roles {
        [] => settings.parsed(&DURATION, flag, seconds),
        // Its own profile speaks of a role, not the one with the keys.
        _ => settings
            .of_asked_profile()
            .parsed(&DURATION_OF_ROLE, flag, seconds),
    }
}

fn base_duration_seconds(settings: &Settings<'_>) -> Result<Option<Sourced<u64>>> {
    let sources = settings.profiles.get(1..).unwrap_or_default();
    let settings = Settings {
        profiles: sources.last().map(std::slice::from_ref).unwrap_or_default(),
        ..*settings
    };
    settings.parsed(&DURATION_OF_BASE, None, seconds)
}
