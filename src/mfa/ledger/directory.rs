//! Where the ledger is kept: one file in a directory that only the user can read and write. The
//! directory is opened first, then checked, and used only through its descriptor, so that nobody can
//! swap it in between.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::geteuid;

const FILE: &str = "used-time-steps";

/// Written first and then renamed: a reader sees the old text or the new one, even after a crash.
const NEW_FILE: &str = "used-time-steps.new";

/// Bytes: more than a hundred lines with the longest serial numbers (256 characters).
const LONGEST: u64 = 64 * 1024;

/// The lock is held for microseconds. After 500 ms, whoever holds it has been stopped.
const LOCK_ATTEMPTS: u32 = 250;
const LOCK_PAUSE: Duration = Duration::from_millis(2);

/// The user's directory, made if it is missing.
pub fn open(runtime: Option<&Path>, temporary: &Path) -> Result<OwnedFd> {
    let path = place(runtime, temporary);
    open_own(&path).with_context(|| format!("{} cannot be used", path.display()))
}

/// A runtime directory is ignored if it is missing, is another user's (as after `su`), or nothing can
/// be made in it.
fn place(runtime: Option<&Path>, temporary: &Path) -> PathBuf {
    let user = geteuid().as_raw();
    let is_own = |path: &&Path| {
        let status = path.metadata();
        status.is_ok_and(|status| status.is_dir() && status.uid() == user)
    };
    let is_there = |path: &PathBuf| {
        rustix::fs::mkdir(path, Mode::RWXU).is_ok() || path.symlink_metadata().is_ok()
    };
    let in_runtime = runtime.filter(is_own).map(|path| path.join("awsmfa"));
    in_runtime
        .filter(is_there)
        .unwrap_or_else(|| temporary.join(format!("awsmfa-{user}")))
}

fn open_own(path: &Path) -> Result<OwnedFd> {
    // If this fails and the directory does not exist, opening it fails too.
    let _ = rustix::fs::mkdir(path, Mode::RWXU);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = rustix::fs::open(path, flags, Mode::empty())?;
    let status = rustix::fs::fstat(&directory)?;
    ensure!(
        status.st_uid == geteuid().as_raw(),
        "it belongs to another user"
    );
    ensure!(
        !Mode::from_raw_mode(status.st_mode).intersects(Mode::RWXG | Mode::RWXO),
        "other users can access it (mode {:04o})",
        status.st_mode & 0o7777
    );
    Ok(directory)
}

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

/// Locks an empty file of this name until the descriptor is closed; `None` while another process
/// holds the lock. The file is never removed: two processes could lock it then, one the old file and
/// one the new.
pub fn lock_file(directory: &OwnedFd, name: &str) -> Result<Option<OwnedFd>> {
    let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = flags | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::openat(directory, name, flags, Mode::RUSR | Mode::WUSR)?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The text; `None` if it cannot be read. `NONBLOCK`: a FIFO must not hold the login up.
pub fn read(directory: &OwnedFd) -> Option<String> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::openat(directory, FILE, flags, Mode::empty()).ok()?;
    let mut text = String::new();
    File::from(file)
        .take(LONGEST)
        .read_to_string(&mut text)
        .ok()?;
    Some(text)
}

pub fn replace(directory: &OwnedFd, text: &str) -> Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW;
    let mode = Mode::RUSR | Mode::WUSR;
    let file = rustix::fs::openat(directory, NEW_FILE, flags | OFlags::CLOEXEC, mode)?;
    let written = File::from(file).write_all(text.as_bytes());
    if written.is_err() {
        // The disk may be full: leave no half-written file behind.
        let _ = rustix::fs::unlinkat(directory, NEW_FILE, AtFlags::empty());
    }
    written?;
    Ok(rustix::fs::renameat(directory, NEW_FILE, directory, FILE)?)
}
