//! `awsmfa agent`: the agent itself, in the foreground, and the commands to one that is running.

mod foreground;
mod listening;
mod start;
mod status;

use std::time::Duration;

use anyhow::{Error, Result};

use super::done::Done;
use crate::agent::{Agent, AgentError, Forget, Login};
use crate::cli;
use crate::cli::agent::Action;
use crate::context::Context;
use crate::files::Files;
use crate::origin::{Origin, Sourced};
use crate::profile::{Keys, Profile};
pub use start::start;

/// How long an agent may take to stop: it does so at once.
const STOPPING: u32 = 200;
const PAUSE: Duration = Duration::from_millis(10);

pub fn run(args: &cli::Agent, context: &Context<'_>) -> Result<Done> {
    match &args.action {
        None => foreground::run(args, context),
        Some(Action::Start(lifetime)) => start(*lifetime, context).map(|()| Done::print("")),
        Some(Action::Status { json }) => status::run(*json, context),
        Some(Action::Forget { profile }) => forget(profile.as_deref(), context),
        Some(Action::Stop) => stop(context),
    }
}

fn forget(profile: Option<&str>, context: &Context<'_>) -> Result<Done> {
    let request = Forget {
        profile: profile.map(str::to_owned),
        login: profile.and_then(|name| login(name, context)),
    };
    let forgotten = Agent::find(context.environment).and_then(|agent| {
        let held = || agent.status().map(|status| status.sessions.len());
        let before = held()?;
        agent.forget(request)?;
        if let Some(name) = profile.filter(|_| before > 0)
            && held()? == before
        {
            context.messages.note(&format!(
                "the agent holds no session of profile {name}: awsmfa agent status shows what it holds"
            ));
        }
        Ok(())
    });
    said(forgotten, context)
}

/// The login of a profile, if the files name its keys.
fn login(name: &str, context: &Context<'_>) -> Option<Login> {
    let files = Files::read(context.environment);
    let name = Sourced::new(name.to_owned(), Origin::Argument);
    let login = cli::Login::default();
    let profile = Profile::resolve(&files, &name, &login, context.environment).ok()?;
    let Keys::Static(keys) = &profile.keys else {
        return None;
    };
    Some(Login::new(&keys.access_key_id, &profile))
}

/// Returns when the agent has ended, so that another one can start.
fn stop(context: &Context<'_>) -> Result<Done> {
    let agent = Agent::find(context.environment);
    let stopped = agent.and_then(|agent| {
        agent.stop()?;
        let mut waits = 0..STOPPING;
        while agent.is_there() && waits.next().is_some() {
            std::thread::sleep(PAUSE);
        }
        Ok(())
    });
    said(stopped, context)
}

/// Without an agent there is nothing to do.
fn said(outcome: Result<(), AgentError>, context: &Context<'_>) -> Result<Done> {
    match outcome {
        Ok(()) => Ok(Done::print("")),
        Err(error @ (AgentError::Missing | AgentError::Stale(_))) => {
            context.messages.note(&error.to_string());
            Ok(Done::print(""))
        }
        Err(error) => Err(failure(error)),
    }
}

/// Why the agent did not do what the user asked.
fn failure(error: AgentError) -> Error {
    error.into_error().context("could not ask the agent")
}
