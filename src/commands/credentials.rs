//! `awsmfa credentials`: the session of a profile for another program, as `credential_process`
//! wants it. <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>
//!
//! In this order: the terminal's session, a role assumed with the terminal's base session, the
//! agent, a login here. If all of these sessions are about to end, the longest is printed: awsmfa
//! logs in only if there is none.

mod login;
mod lookup;
mod prompt_lock;

use anyhow::{Error, Result, anyhow, bail};
use serde::Serialize;

use super::done::{Done, wait};
use crate::agent::{Agent, AgentError, Code, Session, SessionRequest};
use crate::cli;
use crate::context::Context;
use crate::dates::utc;
use crate::message::hint_of;
use crate::profile::RUNNING;
use crate::terminal::Interrupted;
use lookup::Lookup;

/// The output, in the names that SDKs read.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    version: u32,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    /// With a `Z`: the SDKs for JavaScript accept no other offset.
    expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
}

pub fn run(args: &cli::Credentials, context: &Context<'_>) -> Result<Done> {
    let session = session(args, context);
    let session = session.map_err(|error| in_one_sentence(&args.profile, error))?;
    let credentials = session.credentials();
    let answer = Answer {
        version: 1,
        access_key_id: &session.access_key_id,
        secret_access_key: session.secret_access_key.expose(),
        session_token: session.session_token.expose(),
        expiration: utc(credentials.expiration),
        account_id: session.account_id.as_deref(),
    };
    Ok(Done::print(serde_json::to_string(&answer)? + "\n"))
}

fn session(args: &cli::Credentials, context: &Context<'_>) -> Result<Session> {
    if let Some(line) = context.environment.get(RUNNING) {
        let line = line.lines().next_back().unwrap_or_default();
        bail!("{line} runs awsmfa, which needs the long-term keys from this line");
    }
    let mut lookup = match Lookup::read(args, context) {
        Ok(lookup) => lookup,
        Err(error) => return from_share(args, context, error),
    };
    match lookup.without_code()? {
        Some(session) => Ok(session),
        None => wait(login::log_in(&mut lookup)),
    }
}

/// A remote machine may not have the profile: it asks the share by name alone.
fn from_share(args: &cli::Credentials, context: &Context<'_>, unknown: Error) -> Result<Session> {
    let agent = Agent::wanted(context.environment).filter(|_| !args.agent.no_agent);
    let Some(agent) = agent else {
        return Err(unknown);
    };
    let request = SessionRequest {
        profile: args.profile.clone(),
        session: None,
        wait: args.wait,
    };
    match agent.session(request) {
        Ok(session) => Ok(session),
        Err(AgentError::Missing) => Err(unknown),
        // Only a share knows profiles by name.
        Err(AgentError::Refused(refusal)) if refusal.code == Code::Malformed => Err(unknown),
        Err(error) => Err(error.into_error()),
    }
}

/// Other programs show one line of an error, or only the last.
fn in_one_sentence(profile: &str, error: Error) -> Error {
    if error.is::<Interrupted>() {
        return error;
    }
    let hint = hint_of(&error).filter(|hint| !hint.is_empty());
    let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
    let mut cause = format!("{error:#}");
    for beginning in [
        format!("could not log in to profile {profile}"),
        "could not log in".to_owned(),
    ] {
        if let Some(rest) = cause.strip_prefix(&format!("{beginning}: ")) {
            cause = rest.to_owned();
        }
    }
    anyhow!("could not give credentials for {profile}: {cause}{hint}")
}
