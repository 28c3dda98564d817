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
    /// Secrets are not printed onto a terminal.
    pub stdout_is_terminal: bool,
    /// stderr is a terminal.
    pub stderr_is_terminal: bool,
    /// For the commands that `exec` starts.
    pub dumps: Dumps,
}
