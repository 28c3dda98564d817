//! A process that stays beside its command. The shell knows it as the job, so what happens to the one
//! must happen to the other: it passes signals on, and stops if the command stops.
//!
//! Both are in one process group. A group of its own would give the command each signal once, but
//! `command | less` needs the whole pipeline in the terminal's foreground.

use std::fs::OpenOptions;
use std::io::{self, Write as _};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use signal_hook::consts::{
    SIGALRM, SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2,
    SIGWINCH,
};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;

use super::signals::{Signals, heard, is_a_process, stop_by};
use crate::printable::printable;

/// What a command may be sent by way of the process that it was started by.
const PASSED_ON: [i32; 10] = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGTSTP, SIGCONT,
];

/// Those that the terminal itself sends to the whole process group, the command included.
const OF_TERMINAL: [i32; 5] = [SIGHUP, SIGINT, SIGQUIT, SIGWINCH, SIGTSTP];

/// The signals of this process, and changes of its command's state.
pub struct JobSignals {
    /// Who sent them. It comes first, so that it knows of a signal before `arrived` does.
    senders: SignalsInfo<WithOrigin>,
    arrived: Signals,
}

impl JobSignals {
    /// Call it before the command is started.
    pub fn listen() -> io::Result<Self> {
        let passed_on = heard(&PASSED_ON);
        Ok(Self {
            senders: SignalsInfo::new(&passed_on)?,
            arrived: Signals::of(&[&passed_on[..], &[SIGCHLD]].concat())?,
        })
    }

    /// Waits until a signal has arrived, or the command's state has changed. Returns the signals that
    /// the command has not got by itself.
    pub async fn next(&mut self) -> Vec<i32> {
        self.arrived.next().await;
        let own = |signal, is_a_process| is_a_process || !OF_TERMINAL.contains(&signal);
        let signals = self.senders.pending();
        signals
            .filter(|origin| own(origin.signal, is_a_process(origin)))
            .map(|origin| origin.signal)
            .collect()
    }
}

/// Stops this process because its command was stopped by `signal`, so that the shell takes the
/// terminal back. Returns when it is continued; at once without a terminal: no shell would continue
/// it, and the command may be continued without it.
pub fn stop_along(signal: i32) {
    if OpenOptions::new().read(true).open(TERMINAL).is_ok() {
        let of_terminal = [Signal::SIGTTIN, Signal::SIGTTOU];
        let same = of_terminal.into_iter().find(|own| *own as i32 == signal);
        stop_by(same.unwrap_or(Signal::SIGTSTP));
    }
}

/// Shows a line on the terminal beside whatever the command shows there, even in raw mode and from
/// the background. False if there is no terminal.
pub fn announce(line: &str) -> bool {
    let Ok(mut terminal) = OpenOptions::new().write(true).open(TERMINAL) else {
        return false;
    };
    // Where `stty tostop` is set, the signal would stop this process.
    let mut unblocked = SigSet::empty();
    unblocked.add(Signal::SIGTTOU);
    let before = unblocked.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let written = write!(terminal, "\r{}\r\n", printable(line)).is_ok();
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
    written
}

const TERMINAL: &str = "/dev/tty";
