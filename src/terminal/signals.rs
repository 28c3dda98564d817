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
use nix::sys::signal::SigSet;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::Origin;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::job::is_orphaned;

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

/// To be awaited before a child's end is judged: the Ctrl-C that killed it is meant for this process
/// too, and the child's end can be noticed first. What has come by then ends the run.
pub async fn let_signals_come_first() {
    // The runtime goes on with this after it has looked for events, those of signals included.
    tokio::task::yield_now().await;
}

/// Ends this process by `signal`, as if it had never been caught. A shell that sees its child die
/// of SIGINT drops the rest of the line, which no exit status makes it do. To be called when
/// stdout is written and every secret is dropped; it returns only where the system refuses.
pub fn end_by(signal: i32) {
    // What remains after a refusal is to end with status 130, which the caller does anyway.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

/// Stops this process as Ctrl-Z does one that does not catch it; returns when it is continued, or at
/// once where nobody could continue it. (There the system ignores Ctrl-Z too; the SIGSTOP that stands
/// for it here would stop the process for ever.)
pub fn stop() {
    if !is_orphaned() {
        // Where the system refuses, this process goes on.
        let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
    }
}

/// Who sent the signals that end a run. A key of the terminal reaches every process of the job;
/// what a process sends may be for this one alone.
pub struct Senders(SignalsInfo<WithOrigin>);

impl Senders {
    pub fn listen() -> std::io::Result<Self> {
        let kinds = [SIGINT, SIGQUIT, SIGTERM, SIGHUP];
        let ignored = ignored();
        let heard = kinds.into_iter().filter(|kind| !is_in(ignored, *kind));
        Ok(Self(SignalsInfo::new(heard.collect::<Vec<_>>())?))
    }

    /// Whether a process has sent `signal` since the last question.
    pub fn is_a_process(&mut self, signal: i32) -> bool {
        let sent = |origin: &Origin| origin.signal == signal && origin.process.is_some();
        self.0.pending().filter(sent).count() > 0
    }
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
            let is_ignored = is_in(ignored, kind.as_raw_value());
            (!is_ignored).then(|| signal(kind)).transpose()
        };
        let signals = Self {
            interrupt: listen(SignalKind::interrupt())?,
            quit: listen(SignalKind::quit())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
            stop: listen(SignalKind::from_raw(SIGTSTP))?,
        };
        unblock()?;
        Ok(signals)
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

    /// The number of the next signal: one that ends a run, or SIGTSTP.
    pub async fn next(&mut self) -> i32 {
        tokio::select! {
            () = received(&mut self.interrupt) => SignalKind::interrupt().as_raw_value(),
            () = received(&mut self.quit) => SignalKind::quit().as_raw_value(),
            () = received(&mut self.terminate) => SignalKind::terminate().as_raw_value(),
            () = received(&mut self.hangup) => SignalKind::hangup().as_raw_value(),
            () = received(&mut self.stop) => SIGTSTP,
        }
    }
}

/// Who starts this program may have signals blocked: ksh93 now and then has SIGINT, and Ctrl-C would
/// have no effect.
fn unblock() -> std::io::Result<()> {
    use nix::sys::signal::Signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    let heard = SigSet::from_iter([SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP]);
    heard.thread_unblock().map_err(Into::into)
}

async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

fn is_in(mask: u64, signal: i32) -> bool {
    mask & (1 << (signal - 1)) != 0
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
