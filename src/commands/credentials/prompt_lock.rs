//! The processes of one terminal log in one after the other: two questions at once would share a line.

use crate::agent::place;
use crate::context::Context;
use crate::runtime_dir::{self, PassingLock};
use crate::terminal;

/// Ends when it is dropped.
pub struct PromptLock {
    _lock: Option<PassingLock>,
}

/// `None` while another process of the terminal has its lock. Without a place for the lock, nobody
/// waits.
pub fn try_lock(context: &Context<'_>) -> Option<PromptLock> {
    let places = place::directories(context.environment).into_iter();
    let name = format!("asking-{}", terminal::leader());
    let locked =
        runtime_dir::make(places).and_then(|(_, directory)| PassingLock::take(directory, name));
    match locked {
        Ok(None) => None,
        Ok(lock) => Some(PromptLock { _lock: lock }),
        Err(error) => {
            context
                .messages
                .detail(&format!("could not wait for others: {error:#}"));
            Some(PromptLock { _lock: None })
        }
    }
}
