//! The ledger's file in the user's runtime directory, which is used only through its descriptor.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::time::Duration;

use anyhow::{Result, bail};
use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::runtime_dir;

const FILE: &str = "used-time-steps";
const NEW_FILE: &str = "used-time-steps.new";

/// Bytes: more than a hundred lines with the longest serial numbers (256 characters).
const LONGEST: u64 = 64 * 1024;

/// The lock is held for microseconds. After 500 ms, whoever holds it has been stopped.
const LOCK_ATTEMPTS: u32 = 250;
const LOCK_PAUSE: Duration = Duration::from_millis(2);

/// Released when the directory is closed. The file cannot carry the lock: it is replaced.
pub fn lock(directory: &OwnedFd) -> Result<()> {
    for _ in 0..LOCK_ATTEMPTS {
        match rustix::fs::flock(directory, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => std::thread::sleep(LOCK_PAUSE),
            other => return Ok(other?),
        }
    }
    bail!("another process holds its lock")
}

/// The text; `None` if it cannot be read. `NONBLOCK`: a FIFO must not hold the login up.
pub fn read(directory: &OwnedFd) -> Option<String> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::openat(directory, FILE, flags, Mode::empty()).ok()?;
    // Enough for one reading, of a device or two.
    let mut text = String::with_capacity(1024);
    File::from(file)
        .take(LONGEST)
        .read_to_string(&mut text)
        .ok()?;
    Some(text)
}

pub fn replace(directory: &OwnedFd, text: &str) -> Result<()> {
    let mode = Mode::RUSR | Mode::WUSR;
    runtime_dir::replace(directory, FILE, NEW_FILE, mode, text.as_bytes())
}
