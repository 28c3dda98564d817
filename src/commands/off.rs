//! `awsmfa off`: the shell code that removes the session and puts back what was there.

use anyhow::Result;

use super::done::Done;
use crate::agent::{Agent, Forget, Status};
use crate::cli::Off;
use crate::context::Context;
use crate::duration::time_left;
use crate::environment;
use crate::shell::detect::detect;

pub fn run(args: &Off, context: &Context<'_>) -> Result<Done> {
    let shell = detect(args.evaluated.shell, context.environment)?;
    speak_for_agent(args.all, context);
    let changes = environment::off(context.environment);
    Ok(Done::print(shell.off(&changes, context.environment)?))
}

/// `off` removes the session from this terminal only. The agent keeps its sessions, for all
/// terminals, until `forget`.
fn speak_for_agent(forget: bool, context: &Context<'_>) {
    let Some(agent) = Agent::wanted(context.environment) else {
        return;
    };
    if forget && let Err(error) = agent.forget(Forget::default()) {
        let text = format!("the agent may still hold its sessions: {error}");
        return context.messages.note(&text);
    }
    let status = agent.status();
    for held in status.iter().flat_map(Status::bases) {
        let left = time_left(held.left(context.clock.local())).replace(' ', "");
        let user = held.login.user();
        context.messages.note(&format!(
            "the agent still holds the session of {user} ({left}): awsmfa agent forget"
        ));
    }
}
