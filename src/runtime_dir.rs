//! The directory for what lives as long as the user is logged in: `awsmfa` in the system's runtime
//! directory, else `awsmfa-UID` in a temporary one. Only the user can read and write it. It is
//! opened first, then checked, and used only through its descriptor where that is possible, so that
//! no other user can swap it in between.

use std::fs::{DirBuilder, File};
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result, ensure};
use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::geteuid;

/// The user that this process acts as. Read once: it never changes.
pub fn user() -> u32 {
    static USER: LazyLock<u32> = LazyLock::new(|| geteuid().as_raw());
    *USER
}

/// Where the directory may be, the best place first. A runtime directory is left out if it is missing
/// or another user's (as after `su`).
pub fn places<'a>(
    runtime: impl IntoIterator<Item = &'a Path>,
    temporary: &Path,
) -> impl Iterator<Item = PathBuf> {
    let user = user();
    let is_own = move |path: &&Path| {
        let status = path.metadata();
        status.is_ok_and(|status| status.is_dir() && status.uid() == user)
    };
    let in_runtime = runtime.into_iter().filter(is_own);
    let in_runtime = in_runtime.map(|path| path.join("awsmfa"));
    in_runtime.chain([temporary.join(format!("awsmfa-{user}"))])
}

/// Whether `path` is a directory, not a link to one, and belongs to the user.
pub fn is_own(path: &Path) -> bool {
    let status = path.symlink_metadata();
    status.is_ok_and(|status| status.is_dir() && status.uid() == user())
}

/// The first of the places where the directory is or can be made, and its descriptor.
///
/// # Errors
/// The directory belongs to another user, or other users can access it.
pub fn make(places: impl Iterator<Item = PathBuf>) -> Result<(PathBuf, OwnedFd)> {
    let mut path = PathBuf::new();
    for place in places {
        path = place;
        let made = rustix::fs::mkdir(&path, Mode::RWXU);
        if matches!(made, Ok(()) | Err(Errno::EXIST)) {
            break;
        }
    }
    let directory = open(&path);
    let directory = directory.with_context(|| format!("{} cannot be used", path.display()))?;
    Ok((path, directory))
}

/// Makes the directories above `path` that are missing. An error shows when `path` is made.
pub fn make_parents(path: &Path) {
    if let Some(parent) = path.parent() {
        let _ = DirBuilder::new().recursive(true).mode(0o700).create(parent);
    }
}

/// A directory that the user names, even if others can access it.
pub fn enter(path: &Path) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

/// The directory at `path`, if only this user can access it.
pub fn open(path: &Path) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = rustix::fs::open(path, flags, Mode::empty())?;
    let status = rustix::fs::fstat(&directory)?;
    ensure!(status.st_uid == user(), "it belongs to another user");
    ensure!(
        !Mode::from_raw_mode(status.st_mode).intersects(Mode::RWXG | Mode::RWXO),
        "other users can access it (mode {:04o})",
        status.st_mode & 0o7777
    );
    Ok(directory)
}

/// Gives `file` this text. It is written as `new` first and then renamed: a reader sees the old text or
/// the new one, even after a crash.
pub fn replace(directory: &OwnedFd, file: &str, new: &str, mode: Mode, text: &[u8]) -> Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW;
    let opened = rustix::fs::openat(directory, new, flags | OFlags::CLOEXEC, mode)?;
    if let Err(error) = File::from(opened).write_all(text) {
        // The disk may be full: leave no half-written file behind.
        let _ = rustix::fs::unlinkat(directory, new, AtFlags::empty());
        return Err(error.into());
    }
    Ok(rustix::fs::renameat(directory, new, directory, file)?)
}

/// Locks an empty file of this name until the descriptor is closed; `None` while another process
/// holds the lock. The file stays: if it were removed, two processes could lock it, one the old file and
/// one the new. [`PassingLock`] is for files that may not stay.
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

/// A lock whose file is removed with it.
pub struct PassingLock {
    directory: OwnedFd,
    name: String,
    _file: OwnedFd,
}

impl PassingLock {
    /// `None` while another process holds the lock.
    pub fn take(directory: OwnedFd, name: String) -> Result<Option<Self>> {
        let Some(file) = lock_file(&directory, &name)? else {
            return Ok(None);
        };
        // The last holder of the lock may have removed this file since it was opened, and another
        // process may have locked a new one.
        if rustix::fs::fstat(&file)?.st_nlink == 0 {
            return Ok(None);
        }
        Ok(Some(Self {
            directory,
            name,
            _file: file,
        }))
    }
}

/// The file is removed before its lock is released, so that no process locks a file that is about
/// to go.
impl Drop for PassingLock {
    fn drop(&mut self) {
        let _ = rustix::fs::unlinkat(&self.directory, &*self.name, AtFlags::empty());
    }
}
