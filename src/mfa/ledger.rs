//! The ledger of used time steps. AWS accepts the code of a time step once per device, so
//! terminals that compute codes from the same secret tell each other which one was the last.
//!
//! One line per MFA device: its serial number, and when the last used time step began, in seconds
//! since the Unix epoch (not the step's number, which means another time where the steps are not
//! 30 seconds long). Nothing in it is secret. It only saves refused requests: no trouble with it
//! may ever stop a login.

mod directory;

use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::environment::Environment;
pub use directory::Taken;

/// Devices that are remembered; whoever has more forgets the one that was used the longest ago.
const MOST: usize = 100;

/// A file's name may have 255 bytes, a serial number 256 characters.
const LONGEST_NAME: usize = 200;

/// Seconds that a last use can well be in the future.
const NEAR: u64 = 30;

/// Where the ledger is kept. It is looked for when it is first needed, and opened anew each time:
/// terminals share it, and a wait lies between two looks.
pub struct Ledger {
    /// `$XDG_RUNTIME_DIR`, where that is an absolute path.
    runtime: Option<PathBuf>,
    /// `$TMPDIR`, else `/tmp`.
    temporary: PathBuf,
}

/// A time step of RFC 6238: when it begins (seconds since the Unix epoch) and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeStep {
    pub start: u64,
    pub seconds: u64,
}

/// A time step that was granted, and what stood in its place.
#[derive(Debug, PartialEq, Eq)]
pub struct Claim {
    serial: String,
    start: u64,
    /// Whether it stands in the ledger.
    noted: bool,
    before: Option<u64>,
}

impl Ledger {
    /// Relative paths are ignored
    /// (<https://specifications.freedesktop.org/basedir-spec/latest/>).
    pub fn of(environment: &Environment) -> Self {
        let absolute = |name| environment.path(name).filter(|path| path.is_absolute());
        Self {
            runtime: absolute("XDG_RUNTIME_DIR"),
            temporary: absolute("TMPDIR").unwrap_or_else(|| "/tmp".into()),
        }
    }

    /// Whether nobody has used the device's time step, nor the one after it.
    pub fn is_free(&self, serial: &str, step: TimeStep) -> Result<bool> {
        let (_directory, lines) = self.open(serial)?;
        Ok(last(&lines, serial).is_none_or(|last| !step.is_spent_by(last)))
    }

    /// Marks a time step of the device as used; nothing where it, or the one after it, was used
    /// before. Of terminals that ask at the same time, one gets it.
    ///
    /// A last use that lies in the future is no reason to wait: this clock, or the one that it was
    /// noted by, was wrong. It is written over where AWS's time is known (`sure`); else it may be
    /// the right one.
    pub fn claim(&self, serial: &str, step: TimeStep, sure: bool) -> Result<Option<Claim>> {
        let (directory, lines) = self.open(serial)?;
        let before = last(&lines, serial);
        if before.is_some_and(|last| step.is_spent_by(last)) {
            return Ok(None);
        }
        let future = before.is_some_and(|last| last > step.start);
        let noted = sure || !future;
        if noted {
            write(&directory, &lines, serial, Some(step.start))?;
        }
        Ok(Some(Claim {
            serial: serial.to_owned(),
            start: step.start,
            noted,
            before: before.filter(|_| !future),
        }))
    }

    /// Takes a claim back: the code of the time step was not sent, or was of no time of AWS's. What
    /// others have used since stays used.
    pub fn release(&self, claim: &Claim) -> Result<()> {
        if !claim.noted {
            return Ok(());
        }
        let (directory, lines) = self.open(&claim.serial)?;
        if last(&lines, &claim.serial) != Some(claim.start) {
            return Ok(());
        }
        write(&directory, &lines, &claim.serial, claim.before)
    }

    /// When the time step began in which a code of the device was last used.
    pub fn last_use(&self, serial: &str) -> Result<Option<u64>> {
        let (_directory, lines) = self.open(serial)?;
        Ok(last(&lines, serial))
    }

    /// A lock of the device's own, until the descriptor is closed; nothing while another process has
    /// it.
    pub fn lock_device(&self, serial: &str) -> Result<Option<OwnedFd>> {
        let directory = directory::open(self.runtime.as_deref(), &self.temporary)?;
        directory::lock_file(&directory, &lock_name(serial))
    }

    /// The directory, locked until it is dropped, and the lines. A ledger that cannot be read
    /// counts as one that says nothing.
    fn open(&self, serial: &str) -> Result<(OwnedFd, Vec<(String, u64)>)> {
        ensure!(
            !serial.contains(|letter: char| letter.is_whitespace() || letter.is_control()),
            "this is no MFA device's serial number"
        );
        let directory = directory::open(self.runtime.as_deref(), &self.temporary)?;
        directory::lock(&directory)?;
        let lines = parsed(&directory::read(&directory).unwrap_or_default());
        Ok((directory, lines))
    }
}

impl Claim {
    /// Whether others can see it.
    pub fn is_noted(&self) -> bool {
        self.noted
    }
}

impl TimeStep {
    /// The one at `now`; both in seconds, `seconds` not 0.
    pub fn at(now: u64, seconds: u64) -> Self {
        let start = now - now % seconds;
        Self { start, seconds }
    }

    /// Whether `last`, the start of the last used time step, speaks against this one. The step after
    /// this one can have been used already, where this process was stopped for a while or two
    /// terminals know AWS's time differently well; anything later is a wrong clock's.
    fn is_spent_by(self, last: u64) -> bool {
        let next = self.start.saturating_add(self.seconds.max(NEAR));
        (self.start..=next).contains(&last)
    }
}

/// Devices whose names differ in odd characters only share a lock, which does no harm.
fn lock_name(serial: &str) -> String {
    let letter = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '-'
        }
    };
    let name: String = serial.chars().map(letter).take(LONGEST_NAME).collect();
    format!("sending-{name}")
}

/// Lines that say nothing are dropped.
fn parsed(text: &str) -> Vec<(String, u64)> {
    text.lines()
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(serial, start)| Some((serial.to_owned(), start.parse().ok()?)))
        .collect()
}

fn last(lines: &[(String, u64)], serial: &str) -> Option<u64> {
    let of_device = lines.iter().filter(|(device, _)| device == serial);
    of_device.map(|(_, start)| *start).max()
}

/// Puts `start` in the place of the device's line.
fn write(
    directory: &OwnedFd,
    lines: &[(String, u64)],
    serial: &str,
    start: Option<u64>,
) -> Result<()> {
    let mut others: Vec<_> = lines
        .iter()
        .filter(|(device, _)| device != serial)
        .map(|(device, start)| (device.as_str(), *start))
        .collect();
    others.sort_by_key(|(_, start)| std::cmp::Reverse(*start));
    others.truncate(MOST - 1);
    let own = start.map(|start| (serial, start));
    let mut text = Vec::new();
    for (device, start) in own.into_iter().chain(others) {
        writeln!(text, "{device} {start}")?;
    }
    directory::replace(directory, &text)
}

#[cfg(test)]
mod tests;
