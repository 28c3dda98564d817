//! What a command comes to, and how it waits for the network, a key or a person.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::resource_limits;
use crate::terminal::until_interrupted;

/// How many events of sockets and signals are taken from the system at a time: there are never
/// more.
const EVENTS: usize = 16;

/// What a command leaves to `main`.
pub enum Done {
    /// The whole of stdout, and the exit status: 1 if `status` finds no valid session, which is an
    /// answer and not an error.
    Print(String, u8),
    /// The command that this process becomes.
    Become(Box<Command>),
    /// The commands of `exec --each` have run; the worst exit status.
    Ran(u8),
    /// A signal ended the command of `exec --refresh`; the same signal ends this process.
    EndedBy(i32),
}

impl Done {
    pub fn print(text: impl Into<String>) -> Self {
        Self::Print(text.into(), 0)
    }
}

/// Waits for `work`, or until a signal ends the run.
pub fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    wait_uninterrupted(until_interrupted(work))
}

/// Waits for `work`, which handles the signals itself. A command that has its answer at once needs
/// neither signal handlers nor an event loop, so both are set up here and not in `main`.
pub fn wait_uninterrupted<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    resource_limits::check_files()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_io_events_per_tick(EVENTS)
        .build()
        .context("could not start")?;
    let result = runtime.block_on(work);
    // A thread may still read the terminal. It ends with the process.
    runtime.shutdown_background();
    result
}
