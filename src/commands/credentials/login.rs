//! The login of a profile: here, or in another terminal if there is none here to ask on.

use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use tokio::time::{sleep, timeout};

use super::lookup::Lookup;
use super::prompt_lock::{PromptLock, try_lock};
use crate::agent::{AgentError, Session};
use crate::commands::deposit::deposit;
use crate::login::NoCode;
use crate::message::{hint_of, hinted};
use crate::terminal::Terminal;

/// How often this process looks for a login elsewhere.
const PAUSE: Duration = Duration::from_millis(200);

/// Logs in here, one process of this terminal at a time. If there is no terminal to ask on for a
/// code, waits for a login elsewhere.
pub async fn log_in(lookup: &mut Lookup<'_>) -> Result<Session> {
    let can_ask = Terminal::open().is_ok();
    let patience = if can_ask { Duration::MAX } else { wait(lookup) };
    // A process that cannot ask may go on without the lock.
    let lock = timeout(patience, lock(lookup)).await.ok().transpose()?;
    let (lock, session) = lock.unzip();
    if let Some(Some(session)) = session {
        return Ok(session);
    }
    match lookup.logins.log_in(&lookup.profile).await {
        Ok(made) => {
            // So that the next process needs no code.
            deposit(&mut lookup.logins, &lookup.profile, lookup.context);
            Ok(lookup.session(&made))
        }
        Err(error) if error.is::<NoCode>() && !can_ask && lookup.uses_agent() => {
            drop(lock);
            wait_for_login(lookup, error).await
        }
        Err(error) => Err(error),
    }
}

/// The lock, and the session that another process left in the agent while this one waited.
async fn lock(lookup: &mut Lookup<'_>) -> Result<(PromptLock, Option<Session>)> {
    let mut has_waited = false;
    loop {
        if let Some(lock) = try_lock(lookup.context) {
            let session = if has_waited {
                lookup.ask_agent()?
            } else {
                None
            };
            return Ok((lock, session));
        }
        has_waited = true;
        sleep(PAUSE).await;
    }
}

/// Waits up to `--wait` for the session of a login elsewhere. `error` is why the login here failed.
async fn wait_for_login(lookup: &mut Lookup<'_>, error: Error) -> Result<Session> {
    let deposited = timeout(wait(lookup), async {
        loop {
            if let Some(session) = lookup.ask_agent()? {
                return Ok(session);
            }
            sleep(PAUSE).await;
        }
    });
    match deposited.await {
        Ok(session) => session,
        Err(_) => Err(no_session(lookup, error)),
    }
}

fn wait(lookup: &Lookup<'_>) -> Duration {
    Duration::from_secs(lookup.args.wait)
}

fn no_session(lookup: &Lookup<'_>, no_code: Error) -> Error {
    let Some(error) = &lookup.error else {
        return no_code;
    };
    let hint = match error {
        AgentError::Refused(_) => Some("run aws-mfa-on in any terminal"),
        error => error.hint().or(hint_of(&no_code)),
    };
    let hint = hint.unwrap_or_default().to_owned();
    hinted(anyhow!("{error}, and {:#}", no_code.root_cause()), hint)
}
