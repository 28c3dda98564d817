//! The command as this process's job: it gets the signals, and when it stops or ends, this process
//! does the same.

use std::process::Command;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, waitpid};

use crate::commands::child::NotRun;
use crate::secret::Dumps;
use crate::terminal::job::{JobSignals, stop_along};

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Status(u8),
    /// The number of the signal.
    Signal(i32),
}

/// The running command.
pub struct Job {
    pid: Pid,
    signals: JobSignals,
    is_stopped: bool,
}

impl Job {
    pub fn start(mut command: Command, signals: JobSignals, dumps: Dumps) -> Result<Self> {
        let started = dumps.allowed_for(|| command.spawn());
        let child = started.map_err(|error| NotRun::refused(&command, &error))?;
        let pid = Pid::from_raw(child.id().cast_signed());
        let pid = pid.context("could not follow the command: it has no process id")?;
        let is_stopped = false;
        Ok(Self {
            pid,
            signals,
            is_stopped,
        })
    }

    /// Waits for the command's end.
    pub async fn end(&mut self) -> Result<End> {
        loop {
            while let Some(status) = self.change()? {
                if let Some(status) = status.exit_status() {
                    return Ok(End::Status(status.to_le_bytes()[0]));
                }
                if let Some(signal) = status.terminating_signal() {
                    return Ok(End::Signal(signal));
                }
                self.is_stopped = status.stopped();
                if let Some(signal) = status.stopping_signal() {
                    stop_along(signal);
                }
            }
            for signal in self.signals.next().await {
                self.pass_on(signal);
            }
        }
    }

    /// The command's change of state since the last call, if any.
    fn change(&self) -> Result<Option<WaitStatus>> {
        let watched = WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
        let changed = waitpid(Some(self.pid), watched).context("could not follow the command")?;
        Ok(changed.map(|(_, status)| status))
    }

    /// A shell continues the whole job, the command included. A running command is not continued
    /// again: that could undo a stop that came in between.
    fn pass_on(&self, signal: i32) {
        let signal = Signal::from_named_raw(signal);
        if let Some(signal) = signal.filter(|signal| *signal != Signal::CONT || self.is_stopped) {
            // This fails if the command runs as another user.
            let _ = kill_process(self.pid, signal);
        }
    }
}
