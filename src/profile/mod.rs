//! What the user's profile says: long-term keys, MFA device, region, code sources, endpoints,
//! each with where it came from.

mod chain;
mod code;
mod contradiction;
pub mod credential_process;
mod environment_keys;
mod key_pair;
mod keys;
mod mfa;
mod missing;
mod name;
mod network;
mod other_login;
mod partition;
mod region;
mod role;
mod session_tags;
mod shell_syntax;
mod terminal_source;
#[cfg(test)]
mod tests;
mod tool_settings;

use anyhow::{Context, Result, anyhow};

use crate::arn::Arn;
use crate::base;
use crate::cli::Login;
use crate::environment::Environment;
use crate::files::Files;
use crate::message::{hint_of, hinted};
use crate::origin::{Origin, Sourced};
use chain::Chain;
pub use code::CodeProfile;
pub use keys::Keys;
pub use mfa::serial::checked as checked_serial;
pub use mfa::{MfaSettings, YubikeySettings};
pub use name::name;
pub use network::{NetworkSettings, names_a_server};
pub use role::Role;
pub use session_tags::SessionTags;
pub use tool_settings::ToolSettings;

/// A profile, resolved: files, variables and flags have all had their say.
#[derive(Debug)]
pub struct Profile {
    /// The name as it was asked for, and who chose it.
    pub name: Sourced<String>,
    pub keys: Keys,
    /// The roles in the order in which they are assumed; the last one is the profile's own.
    pub roles: Vec<Role>,
    pub mfa_serial: Option<Sourced<String>>,
    /// Region of the STS call; the partition's when nobody says.
    pub region: Sourced<String>,
    /// What `on` exports, where somebody says: `--region`, else the profile's. (What the terminal
    /// has wins over the profile: `environment` decides that.)
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
    /// What `on` exports for other tools, because they do not read this profile.
    pub tool_settings: ToolSettings,
}

impl Profile {
    /// Resolves `name`. Errors name the file and line and say what to do.
    pub fn resolve(
        files: &Files,
        name: Sourced<String>,
        login: &Login,
        environment: &Environment,
    ) -> Result<Self> {
        // Who typed it knows it.
        let chosen = match &name.origin {
            Origin::Variable(variable) => format!(" (named by {variable})"),
            _ => String::new(),
        };
        let context = format!("could not log in to profile {}{chosen}", name.value);
        name::check(&name).with_context(|| context.clone())?;
        Self::read(files, name, login, environment)
            .map_err(|error| beside_problems(&error, files))
            .context(context)
    }

    fn read(
        files: &Files,
        name: Sourced<String>,
        login: &Login,
        environment: &Environment,
    ) -> Result<Self> {
        let (chain, keys) = Chain::follow(files, &name.value, environment);
        let keys = keys?;
        let roles = role::roles(&chain, &keys, &name, login, environment)?;
        let keys = match keys {
            // The session that replaced the keys can assume a role as well as they can.
            Keys::Replaced(origin) if !roles.is_empty() && base::is_in_terminal(environment) => {
                Keys::Terminal(origin)
            }
            keys => keys,
        };
        let mfa_serial = mfa::configured_serial(&chain, login, environment)?;
        let session_region = region::of_session(&chain, login)?;
        // A hardware token's serial number tells no partition.
        let of_role = roles.first().map(|role| &role.role_arn);
        let arn = mfa_serial
            .iter()
            .chain(of_role)
            .find_map(|arn| Arn::parse(&arn.value));
        let reader = network::Reader {
            files,
            chain: &chain,
            environment,
        };
        let mut network = reader.read(login)?;
        let region = region::of_call(session_region.as_ref(), arn, environment)?;
        let (region, is_fips) = region::without_fips(&region)?;
        network.use_fips_endpoint |= is_fips;
        partition::check(&roles, mfa_serial.as_ref(), &region)?;
        Ok(Self {
            region,
            duration_seconds: duration_seconds(&chain, &roles, login, environment)?,
            base_duration_seconds: base_duration_seconds(&chain, environment)?,
            mfa: MfaSettings::read(&chain, login, environment)?,
            keys,
            name,
            roles,
            mfa_serial,
            session_region,
            network,
            tool_settings: tool_settings::read(&reader)?,
        })
    }
}

impl Profile {
    /// The role that the profile stands for.
    pub fn role(&self) -> Option<&Role> {
        self.roles.last()
    }
}

/// What was looked for may stand in a line that could not be read.
fn beside_problems(error: &anyhow::Error, files: &Files) -> anyhow::Error {
    let look_at = |problem| format!("; look at {problem}");
    let problems: String = files.problems().take(3).map(look_at).collect();
    let told = anyhow!("{error:#}{problems}");
    match hint_of(error) {
        Some(hint) => hinted(told, hint),
        None => told,
    }
}

fn duration_seconds(
    chain: &Chain<'_>,
    roles: &[Role],
    login: &Login,
    environment: &Environment,
) -> Result<Option<Sourced<u64>>> {
    if let Some(seconds) = login.session.duration {
        return Ok(Some(Sourced::new(seconds, Origin::Flag("--duration"))));
    }
    let of_aws_vault = match roles {
        [] => "AWS_SESSION_TOKEN_TTL",
        _ => "AWS_ASSUME_ROLE_TTL",
    };
    let variable = ["AWSMFA_DURATION", "MFA_STS_DURATION", of_aws_vault]
        .into_iter()
        .find_map(|name| Some(Sourced::new(environment.get(name)?, Origin::Variable(name))));
    let of_profile = || match roles {
        [] => chain.inherited("duration_seconds"),
        _ => chain.asked("duration_seconds"),
    };
    variable.or_else(of_profile).map(role::seconds).transpose()
}

fn base_duration_seconds(
    chain: &Chain<'_>,
    environment: &Environment,
) -> Result<Option<Sourced<u64>>> {
    let name = "AWS_SESSION_TOKEN_TTL";
    let variable = environment
        .get(name)
        .map(|text| Sourced::new(text, Origin::Variable(name)));
    let of_keys = || chain.hops.iter().skip(1).last()?.get("duration_seconds");
    variable.or_else(of_keys).map(role::seconds).transpose()
}
