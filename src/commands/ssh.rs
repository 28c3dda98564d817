//! `ssh`: runs ssh, and shares sessions of the agent with the remote machine for as long as ssh
//! runs. This process becomes ssh, so its terminal, its signals and its exit status are ssh's own.

mod profiles;
mod remote;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};

use anyhow::{Context as _, Error, Result, anyhow};
use base64_simd::URL_SAFE_NO_PAD;

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

/// A file name that nobody can guess. It is short: on macOS, a socket's path has at most 103 bytes, and
/// the directories above take 70 of them.
fn name() -> Result<String> {
    let mut random = [0; 16];
    let filled = getrandom::getrandom(&mut random);
    filled.map_err(|_| anyhow!("could not get a random number"))?;
    let random = URL_SAFE_NO_PAD.encode_to_string(random);
    Ok(format!("awsmfa-{random}.sock"))
}

fn not_shared(error: AgentError) -> Error {
    error.into_error().context("could not share a session")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The longest that it can be on macOS, which allows 103 bytes.
    #[test]
    fn a_shares_socket_fits_beside_the_agents() {
        let temporary = "/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T";
        let directory = Path::new(temporary).join(format!("awsmfa-{}", u32::MAX));
        let socket = directory.join(name().unwrap());
        assert!(socket.as_os_str().len() <= 103, "{}", socket.display());
    }
}
