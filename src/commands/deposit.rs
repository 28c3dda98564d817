//! After a login: hands the sessions that needed a code to the agent.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::agent::Agent;
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
    match start().and_then(|()| Ok(Agent::find(context.environment)?)) {
        Ok(agent) => logins.deposit(&agent, profile),
        Err(error) => logins.do_without_agent(&format_args!("{error:#}")),
    }
}

/// Runs a process that ends at once, so that the agent does not become a child of `exec`'s command.
fn start() -> Result<()> {
    let program = std::env::current_exe().context("could not find this program")?;
    let mut command = Command::new(program);
    command
        .args(["agent", "start", "--until-empty"])
        .stdin(Stdio::null());
    let started = command.output().context("could not start it")?;
    if started.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&started.stderr);
    let first = said.lines().next().unwrap_or("it does not start");
    bail!("{}", first.trim_start_matches("awsmfa: "))
}
