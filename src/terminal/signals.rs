//! Signals: what ends a run early, and what must not stop it.
//!
//! Ctrl-C, Ctrl-\, SIGTERM and SIGHUP end the run wherever it is. Ctrl-Z has no effect: a stopped
//! program inside `$(…)` leaves fish, zsh and mksh waiting for ever. While the commands of
//! `exec --each` run, they are waited for, and Ctrl-Z stops this process along with them: the shell
//! would not come back otherwise.

use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io::Read as _;

use anyhow::{Context, Result};
use signal_hook::consts::SIGTSTP;
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
        signal = signals.next_end() => Err(Interrupted { signal: Some(signal) }.into()),
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

/// What was ignored when this process started stays so (`nohup`), for a command that it becomes too.
pub struct Signals {
    interrupt: Option<Signal>,
    quit: Option<Signal>,
    terminate: Option<Signal>,
    hangup: Option<Signal>,
    /// Caught: that is what keeps the process from stopping.
    stop: Option<Signal>,
}

impl Signals {
    pub fn listen() -> std::io::Result<Self> {
        let ignored = ignored();
        let listen = |kind: SignalKind| {
            let is_ignored = ignored & (1 << (kind.as_raw_value() - 1)) != 0;
            (!is_ignored).then(|| signal(kind)).transpose()
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            quit: listen(SignalKind::quit())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
            stop: listen(SignalKind::from_raw(SIGTSTP))?,
        })
    }

    /// The number of the next signal that ends a run.
    async fn next_end(&mut self) -> i32 {
        loop {
            let signal = self.next().await;
            if signal != SIGTSTP {
                return signal;
            }
        }
    }

    /// The same, where Ctrl-Z stops this process until it is continued.
    pub async fn next_end_or_stop(&mut self) -> i32 {
        loop {
            let signal = self.next().await;
            if signal != SIGTSTP {
                return signal;
            }
            // Where the system refuses, this process goes on.
            let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
        }
    }

    async fn next(&mut self) -> i32 {
        tokio::select! {
            () = received(&mut self.interrupt) => SignalKind::interrupt().as_raw_value(),
            () = received(&mut self.quit) => SignalKind::quit().as_raw_value(),
            () = received(&mut self.terminate) => SignalKind::terminate().as_raw_value(),
            () = received(&mut self.hangup) => SignalKind::hangup().as_raw_value(),
            () = received(&mut self.stop) => SIGTSTP,
        }
    }
}

async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// The signals that this process ignores, as a bit mask (bit 0: signal 1). Linux tells it; where
/// nobody does, none count as ignored.
fn ignored() -> u64 {
    // The kernel does not say how long the file is; with room for it, it is read at once.
    let mut status = String::with_capacity(4096);
    let _ = File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut status));
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
