//! After a login: what it has got with a code goes to the agent.

use super::agent::start;
use crate::agent::Agent;
use crate::cli::agent::Lifetime;
use crate::context::Context;
use crate::login::Logins;
use crate::profile::Profile;

/// Deposits the base sessions of this run, if an agent is used; the first login may have to start it.
pub fn deposit(logins: &mut Logins<'_>, profile: &Profile, context: &Context<'_>) {
    if logins.bases.find(|base| base.of_this_run).is_none() {
        return;
    }
    if let Some(agent) = logins.agent_in_use() {
        return logins.deposit(&agent, profile);
    }
    if !logins.starts_agent(profile) {
        return;
    }
    let lifetime = Lifetime {
        until_empty: true,
        ..Lifetime::default()
    };
    let started = start(lifetime, context);
    match started.and_then(|()| Ok(Agent::find(context.environment)?)) {
        Ok(agent) => logins.deposit(&agent, profile),
        Err(error) => logins.do_without_agent(&format_args!("{error:#}")),
    }
}
