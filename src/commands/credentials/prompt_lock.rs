//! The processes of one terminal log in one at a time: two prompts would share a line.

use crate::agent::place;
use crate::context::Context;
use crate::runtime_dir::{self, PassingLock};
use crate::terminal;

/// Dropping it releases the lock.
pub struct PromptLock {
    _lock: Option<PassingLock>,
}

/// `None` while another process of the terminal holds the lock. If the lock's file cannot be made,
/// no process waits.
pub fn try_lock(context: &Context<'_>) -> Option<PromptLock> {
    let places = place::directories(context.environment).into_iter();
    let name = format!("asking-{}", terminal::leader());
    let locked =
        runtime_dir::make(places).and_then(|(_, directory)| PassingLock::take(directory, name));
    match locked {
        Ok(None) => None,
        Ok(lock) => Some(PromptLock { _lock: lock }),
        Err(error) => {
            context.messages.detail(&format!(
                "could not wait for other logins in this terminal: {error:#}"
            ));
            Some(PromptLock { _lock: None })
        }
    }
}
