//! `awsmfa agent start`: an agent in the background, away from this terminal.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::agent::{Agent, AgentError};
use crate::cli::agent::Lifetime;
use crate::context::Context;
use crate::message::hinted;

/// The variables that the agent gets. None holds a session, a key or a code.
const VARIABLES: [&str; 10] = [
    "AWSMFA_AGENT_SOCK",
    "HOME",
    "LANG",
    "LC_ALL",
    "PATH",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TMPDIR",
    "TZ",
    "XDG_RUNTIME_DIR",
];

/// Longer than an agent waits for another one to answer.
const READY: Timespec = Timespec {
    tv_sec: 10,
    tv_nsec: 0,
};

/// Starts an agent. Success if one runs already.
pub fn start(lifetime: Lifetime, context: &Context<'_>) -> Result<()> {
    match Agent::find(context.environment).and_then(|agent| agent.status()) {
        Ok(status) => {
            let text = format!("an agent is already running, process {}", status.pid);
            context.messages.note(&text);
            return Ok(());
        }
        Err(AgentError::Missing | AgentError::Stale(_)) => (),
        Err(error) => return Err(super::failure(error)),
    }
    let mut command = command(lifetime, context)?;
    let child = command.spawn().context("could not start an agent")?;
    wait(child, context)
}

fn command(lifetime: Lifetime, context: &Context<'_>) -> Result<Command> {
    let program = std::env::current_exe().context("could not find this program")?;
    let mut command = Command::new(program);
    command
        .args(["agent", "--detached"])
        .current_dir("/")
        .env_clear();
    if let Some(idle) = lifetime.idle {
        command.args(["--idle", &idle.to_string()]);
    }
    if lifetime.until_empty {
        command.arg("--until-empty");
    }
    for name in VARIABLES {
        if let Some(value) = context.environment.get(name) {
            command.env(name, value);
        }
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Ok(command)
}

/// Waits for the agent's first line. If the agent ends instead, passes on what it wrote to stderr.
fn wait(mut child: Child, context: &Context<'_>) -> Result<()> {
    let mut stdout = child.stdout.take().context("its output cannot be read")?;
    let mut watched = [PollFd::new(&stdout, PollFlags::IN)];
    if poll(&mut watched, Some(&READY))? == 0 {
        bail!("could not start an agent: it was not ready within 10 s");
    }
    if stdout.read(&mut [0])? > 0 {
        return Ok(());
    }
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut said)?;
    }
    let said = said.replace("awsmfa: ", "");
    let is_success = child.wait()?.success();
    let (text, hint) = said
        .trim_end()
        .split_once("\nhint: ")
        .unwrap_or((said.trim_end(), ""));
    if is_success {
        context.messages.note(text);
        return Ok(());
    }
    match hint {
        "" => Err(anyhow!("{text}")),
        hint => Err(hinted(anyhow!("{text}"), hint)),
    }
}
