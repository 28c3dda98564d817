//! Signals: what ends a run early, and what must not stop it.
//!
//! Ctrl-C, Ctrl-\, SIGTERM and SIGHUP end the run wherever it is. Ctrl-Z has no effect: a stopped
//! program inside `$(…)` leaves fish, zsh and mksh waiting for ever.

use std::fmt;
use std::future::Future;

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The user ended the run, by a signal or (at a prompt) by Ctrl-D.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted {
    /// The signal's number; none for Ctrl-D.
    pub signal: Option<i32>,
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Runs `work` to its end, or drops it at the first signal that ends a run: then the error is
/// [`Interrupted`], and whatever `work` held (the terminal's modes, a child process) has been put
/// back or ended. The handlers stay until the process ends or becomes another program.
pub async fn until_interrupted<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut signals = Signals::listen().context("could not set up the handling of signals")?;
    tokio::select! {
        // A child that the same Ctrl-C killed must not be reported as a failure of its own.
        biased;
        signal = signals.next() => Err(Interrupted { signal: Some(signal) }.into()),
        outcome = work => outcome,
    }
}

/// Ends this process by `signal`, as if it had never been caught. A shell that sees its child die
/// of SIGINT drops the rest of the line, which no exit status makes it do. To be called when
/// stdout is written and every secret is dropped; it returns only where the system refuses.
pub fn end_by(signal: i32) {
    // What remains after a refusal is to end with status 130, which the caller does anyway.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

struct Signals {
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
    hangup: Signal,
    /// Caught and never looked at: that is what keeps the process from stopping.
    _stop: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            _stop: signal(SignalKind::from_raw(signal_hook::consts::SIGTSTP))?,
        })
    }

    /// The number of the next signal that ends a run.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt().as_raw_value(),
            _ = self.quit.recv() => SignalKind::quit().as_raw_value(),
            _ = self.terminate.recv() => SignalKind::terminate().as_raw_value(),
            _ = self.hangup.recv() => SignalKind::hangup().as_raw_value(),
        }
    }
}
