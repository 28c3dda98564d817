//! Signals: what ends a run early, and what must not stop it.
//!
//! Ctrl-C, Ctrl-\, SIGTERM and SIGHUP end the run wherever it is. Ctrl-Z has no effect: a stopped
//! program inside `$(…)` leaves fish, zsh and mksh waiting for ever. While the commands of
//! `exec --each` run, they are waited for, and Ctrl-Z stops this process along with them: the shell
//! would not come back otherwise.

use std::future::{Future, poll_fn};
use std::mem::MaybeUninit;
use std::ptr;
use std::task::Poll;

use anyhow::{Context, Result};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, raise, sigaction};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::Origin;
use tokio::signal::unix::{SignalKind, signal};

/// Without a handler, these would end or stop this process before a shell has got its `false`. Ctrl-C
/// may: the shell drops its line.
const PUT_OFF: [Signal; 4] = [
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGTSTP,
];

/// The signals that end a run.
const ENDS: [i32; 4] = [SIGINT, SIGQUIT, SIGTERM, SIGHUP];

/// The user ended the run, by a signal or (at a prompt) by Ctrl-D.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted {
    /// The signal's number; `None` for Ctrl-D.
    pub signal: Option<i32>,
}

/// Keeps signals until [`Signals::listen`]: for what is done before there is an event loop. If nothing
/// listens before the process ends, they have no effect.
pub fn put_off() {
    let signals: SigSet = PUT_OFF.into_iter().collect();
    // If the system refuses, signals do what they always do.
    let _ = signals.thread_block();
}

/// Runs `work` to its end, or drops it at the first signal that ends a run: then the error is
/// [`Interrupted`], and whatever `work` held (the terminal's modes, a child process) has been put
/// back or ended. The handlers stay until the process ends or becomes another program.
pub async fn until_interrupted<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut signals = Signals::listen().context("could not set up the handling of signals")?;
    let work = async {
        // A signal may have been put off.
        yield_to_signals().await;
        work.await
    };
    tokio::select! {
        // A child that the same Ctrl-C killed must not be reported as a failure of its own.
        biased;
        signal = signals.next_end() => Err(Interrupted { signal: Some(signal) }.into()),
        outcome = work => outcome,
    }
}

/// Lets a signal that has arrived end the run before the end of a child is judged: the Ctrl-C that
/// killed the child is meant for this process too, and the child's end may be noticed first.
pub async fn yield_to_signals() {
    // The runtime looks for events, signals among them, before it goes on with this task.
    tokio::task::yield_now().await;
}

/// Ends this process by `signal`, as if it had never been caught. A shell that sees its child die
/// of SIGINT drops the rest of the line, which no exit status makes it do. Call it once stdout is
/// written and every secret is dropped. It returns only if the system refuses.
pub fn end_by(signal: i32) {
    // If the system refuses, the caller ends with status 130.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

/// Stops this process as Ctrl-Z does one that does not catch it; returns when it is continued, or at
/// once if no shell could continue it (an orphaned process group).
pub fn stop() {
    stop_by(Signal::SIGTSTP);
}

/// The same with another signal of the terminal: SIGTTIN, SIGTTOU.
#[expect(unsafe_code, reason = "replaces a signal's action")]
pub fn stop_by(signal: Signal) {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: the default action runs no code, and the one that is put back was there before.
    if let Ok(before) = unsafe { sigaction(signal, &default) } {
        let _ = raise(signal);
        // SAFETY: as above.
        let _ = unsafe { sigaction(signal, &before) };
    }
}

/// Who sent the signals that end a run. Those of a key such as Ctrl-C reach every process of the job;
/// those of another process may be for this one alone.
pub struct Senders(SignalsInfo<WithOrigin>);

impl Senders {
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self(SignalsInfo::new(heard(&ENDS))?))
    }

    /// Whether a process has sent `signal` since the last question.
    pub fn is_a_process(&mut self, signal: i32) -> bool {
        let sent = |origin: &Origin| origin.signal == signal && is_a_process(origin);
        self.0.pending().filter(sent).count() > 0
    }
}

/// Whether a process has sent the signal, and no key.
#[cfg(not(target_os = "macos"))]
pub(super) fn is_a_process(origin: &Origin) -> bool {
    origin.process.is_some()
}

/// macOS names a sender for a key, too: the process that ran at that moment (`psignal_internal`).
/// There, what arrives while this process is in the terminal's foreground counts as a key, or a command
/// would get each Ctrl-C twice.
#[cfg(target_os = "macos")]
pub(super) fn is_a_process(origin: &Origin) -> bool {
    let is_in_foreground = std::fs::OpenOptions::new()
        .read(true)
        .open("/dev/tty")
        .is_ok_and(|device| nix::unistd::tcgetpgrp(device) == Ok(nix::unistd::getpgrp()));
    origin.process.is_some() && !is_in_foreground
}

/// Signals as they come: those that end a run, and SIGTSTP, which stops this process if it is not
/// caught.
pub struct Signals(Vec<(i32, tokio::signal::unix::Signal)>);

impl Signals {
    pub fn listen() -> std::io::Result<Self> {
        Self::of(&heard(&[&ENDS[..], &[SIGTSTP]].concat()))
    }

    pub(super) fn of(kinds: &[i32]) -> std::io::Result<Self> {
        let listen = |&kind| Ok((kind, signal(SignalKind::from_raw(kind))?));
        let signals = kinds.iter().map(listen);
        let signals = signals.collect::<std::io::Result<_>>()?;
        // A program that starts this one may have blocked signals: ksh93 now and then has SIGINT,
        // and Ctrl-C would have no effect.
        let kinds = kinds.iter().copied().flat_map(Signal::try_from);
        kinds.collect::<SigSet>().thread_unblock()?;
        Ok(Self(signals))
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

    /// The number of the next signal.
    pub async fn next(&mut self) -> i32 {
        poll_fn(|context| {
            for (kind, signal) in &mut self.0 {
                if signal.poll_recv(context).is_ready() {
                    return Poll::Ready(*kind);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// Those of `kinds` that this process does not ignore. What was ignored when it started stays so
/// (`nohup`), for a command that it becomes too.
pub(super) fn heard(kinds: &[i32]) -> Vec<i32> {
    let is_heard = |kind: &i32| !is_ignored(*kind);
    kinds.iter().copied().filter(is_heard).collect()
}

#[expect(unsafe_code, reason = "reads a signal's action")]
fn is_ignored(signal: i32) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action, the call changes nothing; it fills in the present one.
    let has_action = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) } == 0;
    // SAFETY: it has been filled in.
    has_action && unsafe { action.assume_init() }.sa_sigaction == libc::SIG_IGN
}
