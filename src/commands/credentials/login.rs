//! The login of a profile: here, or elsewhere if nobody can be asked here.

use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use tokio::time::{sleep, timeout};

use super::asked::Asked;
use super::turn::{Turn, try_turn};
use crate::agent::{Session, Trouble};
use crate::commands::deposit::deposit;
use crate::login::NoCode;
use crate::message::{hint_of, hinted};
use crate::terminal::Terminal;

/// How often somebody else's login is looked for.
const PAUSE: Duration = Duration::from_millis(200);

/// Logs in here, one process of this terminal after the other. If nobody can be asked for a code
/// here, waits for a login elsewhere.
pub async fn log_in(asked: &mut Asked<'_>) -> Result<Session> {
    let can_ask = Terminal::open().is_ok();
    let patience = if can_ask { Duration::MAX } else { wait(asked) };
    // Whoever asks nobody may go on without a turn.
    let turn = timeout(patience, turn(asked)).await.ok().transpose()?;
    let (turn, session) = turn.unzip();
    if let Some(Some(session)) = session {
        return Ok(session);
    }
    match asked.logins.log_in(&asked.profile).await {
        Ok(made) => {
            // For the next one who asks.
            deposit(&mut asked.logins, &asked.profile, asked.context);
            Ok(asked.session(&made))
        }
        Err(error) if error.is::<NoCode>() && !can_ask && asked.uses_agent() => {
            drop(turn);
            elsewhere(asked, error).await
        }
        Err(error) => Err(error),
    }
}

/// The turn of this process, and the session that the login of another one has left in the agent
/// meanwhile.
async fn turn(asked: &mut Asked<'_>) -> Result<(Turn, Option<Session>)> {
    let mut has_waited = false;
    loop {
        if let Some(turn) = try_turn(asked.context) {
            let session = if has_waited { asked.of_agent()? } else { None };
            return Ok((turn, session));
        }
        has_waited = true;
        sleep(PAUSE).await;
    }
}

/// The session that a login elsewhere brings within `--wait`. `error` is why there was none here.
async fn elsewhere(asked: &mut Asked<'_>, error: Error) -> Result<Session> {
    let deposited = timeout(wait(asked), async {
        loop {
            if let Some(session) = asked.of_agent()? {
                return Ok(session);
            }
            sleep(PAUSE).await;
        }
    });
    match deposited.await {
        Ok(session) => session,
        Err(_) => Err(in_vain(asked, error)),
    }
}

fn wait(asked: &Asked<'_>) -> Duration {
    Duration::from_secs(asked.args.wait)
}

fn in_vain(asked: &Asked<'_>, error: Error) -> Error {
    let Some(trouble) = &asked.trouble else {
        return error;
    };
    let hint = match trouble {
        Trouble::Refused(_) => Some("run aws-mfa-on in any terminal"),
        trouble => trouble.hint().or(hint_of(&error)),
    };
    let hint = hint.unwrap_or_default().to_owned();
    hinted(anyhow!("{trouble}, and {:#}", error.root_cause()), hint)
}
