//! `env --renew`, for the prompt of `init --renew`: renews the credentials of the role that the
//! terminal holds. This needs no code, and failures are not shown.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use nix::unistd::alarm;
use tokio::task::{LocalSet, spawn_blocking};
use tokio::time::timeout;

use super::done::{Done, wait};
use super::serve::Supply;
use crate::agent::{Agent, AgentError, Deposit, Login, Session, SessionRequest, SessionSpec};
use crate::base::{Base, Bases};
use crate::context::Context;
use crate::environment::{self, Held, REQUEST};
use crate::message::{Level, Messages};
use crate::shell::Shell;
use crate::streams;

/// How long the prompt may be kept waiting, in seconds. Then the alarm ends this process, whatever
/// holds it up.
const LIMIT: u32 = 2;

/// How much of that AWS or the agent may take.
const PATIENCE: Duration = Duration::from_millis(1800);

pub fn run(shell: Shell, context: &Context<'_>) -> Result<Done> {
    alarm::set(LIMIT);
    let spec = context.environment.get(REQUEST);
    let spec: SessionSpec = serde_json::from_str(spec.context("nothing to renew")?)?;
    let bases = Bases::read(context.environment, context.clock.local());
    let login = spec.login.clone();
    let base = bases.find(|base| Login::of(base) == login).cloned();
    let held = Held::read(context.environment).context("nothing to renew")?;
    let request = SessionRequest::new(held.profile, spec);
    let (session, base_end) = match base {
        Some(base) => {
            let end = base.credentials.expiration;
            let local = LocalSet::new();
            let made = wait(local.run_until(with_base(base, request, context)))?;
            (made, end)
        }
        None => wait(from_agent(request, &login, context))?,
    };
    let changes = environment::renewed(&session.into(), Some(base_end), context.environment)?;
    Ok(Done::print(shell.on(&changes, context.environment)?))
}

/// Makes the session as an agent that holds `base` would.
async fn with_base(base: Base, request: SessionRequest, context: &Context<'_>) -> Result<Session> {
    let messages = Messages::new(streams::say, Level::Quiet);
    let supply = Supply::new(context.clock.clone(), messages);
    supply.deposit(Deposit {
        login: Login::of(&base),
        profile: String::new(),
        session: Session::new(&base.credentials, None),
    });
    Ok(supply.session(&request, PATIENCE).await?)
}

/// The session, and when the agent's base session ends.
async fn from_agent(
    request: SessionRequest,
    login: &Login,
    context: &Context<'_>,
) -> Result<(Session, SystemTime)> {
    let agent = Agent::wanted(context.environment).context("nothing to renew with")?;
    let asked = spawn_blocking(move || {
        let status = agent.status()?;
        Ok::<_, AgentError>((agent.session(request)?, status))
    });
    let (session, status) = timeout(PATIENCE, asked).await???;
    let base = status.base(login).context("nothing to renew with")?;
    Ok((session, base.end()))
}
