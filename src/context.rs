//! What every command works with.

use crate::clock::Clock;
use crate::environment::Environment;
use crate::message::Messages;
use crate::secret::Dumps;

/// What a command works with besides its arguments.
pub struct Context<'a> {
    pub environment: &'a Environment,
    pub messages: &'a Messages,
    pub clock: &'a Clock,
    /// For the commands that `exec` starts.
    pub dumps: Dumps,
}
