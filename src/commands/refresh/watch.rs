//! The end of the base session: warns on the terminal in time, then takes over the agent's session
//! if the user has logged in again in any terminal.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

use super::source::Source;
use crate::context::Context;
use crate::dates::LocalTime;
use crate::environment::RENEWAL;
use crate::message::Level;
use crate::terminal::job::announce;

/// How often the clock is checked: timers stop while the computer sleeps.
const LOOK: Duration = Duration::from_secs(30);

/// How often the agent is asked.
const ASK: Duration = Duration::from_secs(5);

pub async fn watch(source: &Source, context: &Context<'_>) -> Infallible {
    let mut end = source.end;
    loop {
        wait_for_last_minutes(end, context).await;
        tell(end, context);
        end = loop {
            sleep(ASK).await;
            if let Some(later) = source.renew_base(end, context).await {
                break later;
            }
        }
    }
}

/// Waits until so little is left that `aws-mfa-on` would renew the session.
async fn wait_for_last_minutes(end: SystemTime, context: &Context<'_>) {
    loop {
        let left = end.duration_since(context.clock.aws());
        match left.unwrap_or_default().checked_sub(RENEWAL) {
            Some(wait) if !wait.is_zero() => sleep(wait.min(LOOK)).await,
            _ => return,
        }
    }
}

fn tell(end: SystemTime, context: &Context<'_>) {
    if context.messages.level() < Level::Normal {
        return;
    }
    let now = LocalTime::of(context.clock.local());
    let at = LocalTime::of(end).map(|end| format!(" at {}", end.brief(now.as_ref())));
    let text = format!(
        "this command's session ends{} and the command then gets no new credentials; if an agent is \
         running, aws-mfa-on --force in any terminal renews the session",
        at.unwrap_or_default()
    );
    if !announce(&format!("awsmfa: {text}")) {
        context.messages.note(&text);
    }
}
