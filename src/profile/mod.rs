//! What the user's profile says: long-term keys, MFA device, region, code sources, endpoints,
//! each with where it came from.

mod chain;
mod code;
pub mod conventions;
pub mod credential_process;
pub mod file;
mod ini;
mod keys;
mod mfa_settings;
mod name;
mod network;
mod origin;
mod region;
mod section;
#[cfg(test)]
mod tests;
mod words;

use anyhow::{Context, Result, anyhow};

use crate::cli::Login;
use crate::duration;
use crate::environment::Environment;
use crate::message::{OrHint, hint_of, hinted};
use chain::Chain;
pub use code::CodeProfile;
pub use file::Files;
pub use keys::{Keys, LongTermKeys};
pub use mfa_settings::MfaSettings;
pub use name::name;
pub use network::NetworkSettings;
pub use origin::{Origin, Sourced};

/// A profile, resolved: files, variables and flags have all had their say.
#[derive(Debug)]
pub struct Profile {
    /// The name as it was asked for, and who chose it.
    pub name: Sourced<String>,
    pub keys: Keys,
    pub role: Option<Role>,
    pub mfa_serial: Option<Sourced<String>>,
    /// Region of the STS call; the partition's when nobody says.
    pub region: Sourced<String>,
    /// What `on` exports, where somebody says: `--region`, else the profile's. (What the terminal
    /// has wins over the profile: `environment` decides that.)
    pub session_region: Option<Sourced<String>>,
    /// `--duration`, `MFA_STS_DURATION`, `AWS_SESSION_TOKEN_TTL`, `duration_seconds`: seconds, not
    /// yet checked against AWS's limits.
    pub duration_seconds: Option<Sourced<u64>>,
    pub mfa: MfaSettings,
    pub network: NetworkSettings,
}

/// The role that the profile stands for.
#[derive(Debug)]
pub struct Role {
    pub role_arn: Sourced<String>,
    /// The profile that has the keys, where it is another one.
    pub source_profile: Option<String>,
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
        let (chain, keys) = Chain::follow(files, &name.value);
        let keys = keys?;
        let role = role(&chain);
        let mfa_serial = mfa_settings::serial(&chain, login, environment)?;
        let session_region = region::of_session(&chain, login)?;
        let arn = mfa_serial
            .as_ref()
            .or(role.as_ref().map(|role| &role.role_arn))
            .map(|arn| arn.value.as_str());
        let network = network::Reader {
            files,
            chain: &chain,
            environment,
        }
        .read(login)?;
        Ok(Self {
            region: region::of_call(session_region.as_ref(), arn, environment)?,
            duration_seconds: duration_seconds(&chain, login, environment)?,
            mfa: MfaSettings::read(&chain, login, environment)?,
            keys,
            name,
            role,
            mfa_serial,
            session_region,
            network,
        })
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

fn role(chain: &Chain<'_>) -> Option<Role> {
    let role_arn = chain.hops.first()?.role_arn()?.map(str::to_owned);
    let source_profile = chain.hops.get(1).map(|hop| hop.name.clone());
    Some(Role {
        role_arn,
        source_profile,
    })
}

fn duration_seconds(
    chain: &Chain<'_>,
    login: &Login,
    environment: &Environment,
) -> Result<Option<Sourced<u64>>> {
    if let Some(seconds) = login.duration {
        return Ok(Some(Sourced::new(seconds, Origin::Flag("--duration"))));
    }
    let variable = [
        "AWSMFA_DURATION",
        "MFA_STS_DURATION",
        "AWS_SESSION_TOKEN_TTL",
    ]
    .into_iter()
    .find_map(|name| Some(Sourced::new(environment.get(name)?, Origin::Variable(name))));
    let Some(text) = variable.or_else(|| chain.inherited("duration_seconds")) else {
        return Ok(None);
    };
    let seconds = duration::parse(text.value)
        .map_err(|cause| anyhow!("{}: {cause}", text.origin))
        .or_hint(|| "AWS takes 15 minutes to 36 hours".to_owned())?;
    Ok(Some(Sourced::new(seconds, text.origin)))
}
