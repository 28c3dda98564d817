//! The ledger of used time steps. AWS accepts the code of a time step once per device, so terminals
//! tell each other which time step was used last.
//!
//! One line per MFA device: its serial number, and when the last used time step began, in seconds
//! since the Unix epoch. (The number of a time step would depend on the steps' length.) Nothing in
//! it is secret. The ledger only saves refused requests: no trouble with it stops a login.

mod directory;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use crate::environment::Environment;
use crate::runtime_dir;

/// Devices in the ledger; the ones that were used longest ago are dropped.
const MOST: usize = 100;

/// Seconds by which a last use may lie in the future without a clock being wrong.
const NEAR: u64 = 30;

/// Where the ledger is kept. It is opened for each access, because other terminals change it.
pub struct Ledger {
    /// `$XDG_RUNTIME_DIR`, if that is an absolute path.
    runtime: Option<PathBuf>,
    /// If `runtime` cannot be used.
    temporary: PathBuf,
}

/// A time step of RFC 6238: when it begins (seconds since the Unix epoch) and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeStep {
    pub start: u64,
    pub seconds: u64,
}

/// A claimed time step, and what the ledger said before.
#[derive(Debug, PartialEq, Eq)]
pub struct Claim {
    serial: String,
    start: u64,
    before: Option<u64>,
}

/// When the last used time step of each device began.
pub type LastUses = BTreeMap<String, u64>;

impl Ledger {
    /// Relative paths are ignored
    /// (<https://specifications.freedesktop.org/basedir-spec/latest/>).
    pub fn of(environment: &Environment) -> Self {
        let absolute = |name| environment.path(name).filter(|path| path.is_absolute());
        Self {
            runtime: absolute("XDG_RUNTIME_DIR"),
            temporary: environment.temporary(),
        }
    }

    /// Marks a time step of the device as used; `None` if it, or the one after it, was used before.
    /// If several terminals ask at the same time, one of them gets it.
    ///
    /// A last use far in the future is no reason to wait: this computer's clock is wrong now, or it
    /// was then. If it is wrong now, AWS's answer shows it, and [`Ledger::release`] restores the line.
    pub fn claim(&self, serial: &str, step: TimeStep) -> Result<Option<Claim>> {
        let (directory, mut starts) = self.open(serial)?;
        let before = starts.insert(serial.to_owned(), step.start);
        if before.is_some_and(|last| step.is_spent_by(last)) {
            return Ok(None);
        }
        write(&directory, starts)?;
        Ok(Some(Claim {
            serial: serial.to_owned(),
            start: step.start,
            before,
        }))
    }

    /// Takes a claim back, unless another terminal has claimed a time step since: the code was not
    /// sent, or AWS did not look at it.
    pub fn release(&self, claim: &Claim) -> Result<()> {
        let (directory, mut starts) = self.open(&claim.serial)?;
        if starts.get(&claim.serial) != Some(&claim.start) {
            return Ok(());
        }
        match claim.before {
            Some(before) => starts.insert(claim.serial.clone(), before),
            None => starts.remove(&claim.serial),
        };
        write(&directory, starts)
    }

    /// When the time step began in which a code of the device was last used.
    pub fn last_use(&self, serial: &str) -> Result<Option<u64>> {
        let (_directory, starts) = self.open(serial)?;
        Ok(starts.get(serial).copied())
    }

    /// The same of every device, for a person: makes nothing, and does not wait for a lock.
    pub fn last_uses(&self) -> Result<LastUses> {
        let mut places = runtime_dir::places(self.runtime.as_deref(), &self.temporary);
        let Some(path) = places.find(|path| path.symlink_metadata().is_ok()) else {
            return Ok(LastUses::new());
        };
        let directory = runtime_dir::open(&path);
        let directory = directory.with_context(|| path.display().to_string())?;
        Ok(read(&directory))
    }

    /// A lock for sending a typed code of the device, held until the descriptor is closed; `None`
    /// while another process holds it.
    pub fn lock_sending(&self, serial: &str) -> Result<Option<OwnedFd>> {
        runtime_dir::lock_file(&self.directory()?, &lock_name(serial))
    }

    /// The directory, locked until it is dropped, and the contents of the file. A file that cannot be
    /// read counts as empty.
    fn open(&self, serial: &str) -> Result<(OwnedFd, LastUses)> {
        ensure!(
            !serial.contains(|letter: char| letter.is_whitespace() || letter.is_control()),
            "this is no MFA device's serial number"
        );
        let directory = self.directory()?;
        directory::lock(&directory)?;
        let starts = read(&directory);
        Ok((directory, starts))
    }

    fn directory(&self) -> Result<OwnedFd> {
        let places = runtime_dir::places(self.runtime.as_deref(), &self.temporary);
        Ok(runtime_dir::make(places)?.1)
    }
}

impl TimeStep {
    /// The one at `now`; both in seconds, `seconds` not 0.
    pub fn at(now: u64, seconds: u64) -> Self {
        let start = now - now % seconds;
        Self { start, seconds }
    }

    /// Whether this time step is spent if the last used one began at `last`. That may be the step
    /// after this one, if this process was stopped for a while or another terminal knows AWS's time
    /// better. Anything later comes from a wrong clock.
    pub fn is_spent_by(self, last: u64) -> bool {
        let next = self.start.saturating_add(self.seconds.max(NEAR));
        (self.start..=next).contains(&last)
    }
}

/// At most 208 bytes. Devices with similar names may share a lock; that only makes them take turns.
fn lock_name(serial: &str) -> String {
    let words = serial.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    format!("sending-{words:.200}")
}

fn read(directory: &OwnedFd) -> LastUses {
    let text = directory::read(directory).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.rsplit_once(' '));
    let starts = lines.filter_map(|(serial, start)| Some((serial.to_owned(), start.parse().ok()?)));
    starts.collect()
}

fn write(directory: &OwnedFd, starts: LastUses) -> Result<()> {
    let mut lines: Vec<_> = starts.into_iter().collect();
    lines.sort_by_key(|(_, start)| Reverse(*start));
    lines.truncate(MOST);
    let lines = lines
        .iter()
        .map(|(serial, start)| format!("{serial} {start}\n"));
    directory::replace(directory, &lines.collect::<String>())
}

#[cfg(test)]
mod tests;
