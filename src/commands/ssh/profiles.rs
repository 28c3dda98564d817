//! The profiles that are shared, and what the agent makes their sessions from: the remote machine
//! need not have them.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow};

use crate::agent::{Login, SessionSpec};
use crate::cli::{self, Ssh};
use crate::context::Context;
use crate::files::Files;
use crate::message::OrHint as _;
use crate::origin::{Origin, Sourced};
use crate::plan::Plan;
use crate::profile::{self, Profile};

pub async fn shared(args: &Ssh, context: &Context<'_>) -> Result<BTreeMap<String, SessionSpec>> {
    let files = Files::read(context.environment);
    let typed = args.profile.iter().flatten();
    let mut names: Vec<_> = typed
        .map(|name| Sourced::new(name.clone(), Origin::Argument))
        .collect();
    if names.is_empty() {
        names.push(profile::name(&cli::Login::default(), context.environment));
    }
    let mut shared = BTreeMap::new();
    for name in names {
        let spec = spec(&name, &files, context).await;
        let spec = spec.with_context(|| format!("could not share profile {}", name.value))?;
        shared.insert(name.value, spec);
    }
    Ok(shared)
}

/// # Errors
/// The profile has no role, or no long-term keys of its own or of a source.
async fn spec(name: &Sourced<String>, files: &Files, context: &Context<'_>) -> Result<SessionSpec> {
    let login = cli::Login::default();
    let profile = Profile::resolve(files, name, &login, context.environment)?;
    if profile.roles.is_empty() {
        let error = anyhow!("it has no role, so its session would have all your permissions");
        return Err(error).or_hint(|| "name profiles with roles: awsmfa ssh --profile NAME,… HOST");
    }
    let keys = profile.keys.long_term(context.environment).await?;
    let keys = keys.context("its role is assumed with this terminal's session, not the agent's")?;
    let login = Login::new(keys.access_key_id, &profile);
    let seconds = Plan::renewed(&profile)?.role_seconds;
    Ok(SessionSpec::new(
        &profile,
        login,
        &seconds,
        context.environment,
    ))
}
