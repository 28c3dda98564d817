//! The agent, if there is a socket: one that nobody has started is nothing to report.

use super::Setup;
use super::finding::Finding;
use crate::agent::{Agent, AgentError, Code};

const CHECK: &str = "agent";

const OWN_VERSION: &str = env!("CARGO_PKG_VERSION");

const RESTART: &str = "awsmfa agent stop, then: awsmfa agent start";
const ANOTHER: &str =
    "name another socket: AWSMFA_AGENT_SOCK=PATH; or log in without an agent: AWSMFA_AGENT=off";

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let environment = setup.context.environment;
    let agent = Agent::wanted(environment);
    agent
        .and_then(|agent| finding(&agent))
        .into_iter()
        .collect()
}

fn finding(agent: &Agent) -> Option<Finding> {
    let path = agent.path().display();
    match agent.status() {
        Ok(status) if status.version == OWN_VERSION => {
            let text = format!("an agent answers at {path} (process {})", status.pid);
            Some(Finding::ok(CHECK, text))
        }
        Ok(status) => {
            let version = status.version;
            let text =
                format!("the agent at {path} is awsmfa {version}, this program is {OWN_VERSION}");
            Some(Finding::warning(CHECK, text, RESTART))
        }
        Err(error) => of_error(agent, &error),
    }
}

fn of_error(agent: &Agent, error: &AgentError) -> Option<Finding> {
    let (text, hint) = match error {
        AgentError::Missing => {
            let text = format!("the agent that made {} has ended", agent.path().display());
            (text, "start another: awsmfa agent start")
        }
        // A share of another computer's agent tells nobody what that agent holds.
        AgentError::Refused(refusal) if refusal.code == Code::NotShared => return None,
        AgentError::Unusable(..) => (error.to_string(), ANOTHER),
        _ => (error.to_string(), error.hint().unwrap_or(RESTART)),
    };
    Some(Finding::warning(CHECK, text, hint))
}
