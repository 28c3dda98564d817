//! The socket that an agent listens at, and the lock that makes it the only one there.

use std::fs;
use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::fs::Mode;
use rustix::process::{geteuid, umask};

use crate::agent::place;
use crate::environment::Environment;
use crate::runtime_dir;

/// Where an agent listens. Dropping this removes the socket and releases the lock.
pub struct Listening {
    path: PathBuf,
    /// Device and number of the socket's file.
    file: (u64, u64),
    _lock: OwnedFd,
}

impl Listening {
    /// The socket, or `None` if another agent has the lock. Replaces the socket that a killed agent
    /// left behind.
    ///
    /// # Errors
    /// The directory is not the user's own, or something else has the socket's name.
    pub fn open(environment: &Environment) -> Result<Option<(Self, UnixListener)>> {
        let path = place(environment).context("could not listen")?;
        let could_not = || format!("could not listen at {}", path.display());
        let Some(lock) = lock(&path).with_context(could_not)? else {
            return Ok(None);
        };
        remove_dead(&path).with_context(could_not)?;
        umask(Mode::RWXG | Mode::RWXO | Mode::XUSR);
        let listener = UnixListener::bind(&path).with_context(could_not)?;
        let file = file(&path).with_context(could_not)?;
        let listening = Self {
            path,
            file,
            _lock: lock,
        };
        Ok(Some((listening, listener)))
    }

    /// Whether clients can still find this socket.
    pub fn is_there(&self) -> bool {
        file(&self.path).is_ok_and(|file| file == self.file)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if self.is_there() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn place(environment: &Environment) -> Result<PathBuf> {
    if let Some(path) = place::named(environment) {
        return Ok(path);
    }
    let (directory, _) = runtime_dir::make(place::directories(environment).into_iter())?;
    Ok(directory.join(place::SOCKET))
}

fn lock(path: &Path) -> Result<Option<OwnedFd>> {
    let directory = path.parent().context("it does not name a file")?;
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.context("it does not name a file")?;
    let directory = runtime_dir::enter(directory)?;
    runtime_dir::lock_file(&directory, &format!("{name}.lock"))
}

/// No agent listens there: it would hold the lock.
fn remove_dead(path: &Path) -> Result<()> {
    let status = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        status => status?,
    };
    if !status.file_type().is_socket() {
        bail!("it is not a socket");
    }
    let user = geteuid().as_raw();
    ensure!(status.uid() == user, "it belongs to another user");
    Ok(fs::remove_file(path)?)
}

fn file(path: &Path) -> std::io::Result<(u64, u64)> {
    let status = fs::symlink_metadata(path)?;
    Ok((status.dev(), status.ino()))
}
