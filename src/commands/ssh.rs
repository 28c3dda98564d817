//! `ssh`: runs ssh, and shares sessions of the agent with the remote machine for as long as ssh
//! runs. This process becomes ssh, so its terminal, its signals and its exit status are ssh's own.

mod profiles;
mod remote;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};

use anyhow::{Context as _, Error, Result, anyhow};

use super::child;
use super::done::{Done, wait};
use crate::agent::{Agent, AgentError, Share};
use crate::cli::{Ssh, SshLine};
use crate::context::Context;

pub fn run(args: &Ssh, context: &Context<'_>) -> Result<Done> {
    child::find(&["ssh".into()], context.environment)?;
    let line = SshLine::parse(&args.words).context("there is no host")?;
    let agent = Agent::find(context.environment).map_err(not_shared)?;
    let profiles = wait(profiles::shared(args, context))?;
    let name = name()?;
    let socket = agent.path().with_file_name(&name);
    let share = Share {
        socket: socket.clone(),
        profiles,
        seconds: args.seconds,
    };
    agent.share(share).map_err(not_shared)?;

    let mut words: Vec<OsString> = vec!["ssh".into()];
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        words.push("-t".into());
    }
    let remote = remote::socket(&name);
    words.extend(["-o", "ExitOnForwardFailure=yes", "-R"].map(OsString::from));
    let mut forwarded = OsString::from(format!("{remote}:"));
    forwarded.push(&socket);
    words.push(forwarded);
    words.extend(line.options);
    words.push(line.host);
    words.push(remote::line(&remote, &line.command));
    Ok(Done::Become(Box::new(child::command(&words, &[]))))
}

/// A file name that nobody can guess.
fn name() -> Result<String> {
    let mut random = [0; 16];
    let filled = getrandom::getrandom(&mut random);
    filled.map_err(|_| anyhow!("could not get a random number"))?;
    Ok(format!("awsmfa-{:032x}.sock", u128::from_ne_bytes(random)))
}

fn not_shared(error: AgentError) -> Error {
    error.into_error().context("could not share a session")
}
