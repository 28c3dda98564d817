//! The limits of this process. If one is too low, awsmfa says so before it spends a code.

use std::any::Any;
use std::io;

use anyhow::{Result, anyhow};
use rustix::fd::{AsRawFd as _, OwnedFd};
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::process::{Resource, getrlimit};

use crate::message::OrHint as _;

/// Bytes. Half of it is enough.
const STACK: u64 = 1024 * 1024;

/// A login's files: the event loop, the terminal, the ledger and its lock, a name's look-up, the
/// connection.
const FILES: usize = 10;

/// If the limit is this far above the lowest number that is free, there is room: numbers are given from
/// below, so few above it are taken.
const PLENTY: u64 = 200;

/// With a smaller stack, a signal would end the process without a message.
pub fn check_stack() -> Result<()> {
    match getrlimit(Resource::Stack).current {
        Some(allowed) if allowed < STACK => Err(anyhow!(
            "could not start: the stack is limited to {} KiB, and awsmfa needs {}",
            allowed / 1024,
            STACK / 1024
        ))
        .or_hint(|| "raise the limit: ulimit -s 8192"),
        _ => Ok(()),
    }
}

/// Whether there is room for a login's files beside those that are open already.
pub fn check_files() -> Result<()> {
    match open_files() {
        Ok(_) => Ok(()),
        Err(error) => Err(anyhow!("could not start: {}", io::Error::from(error)))
            .or_hint(|| "let programs open more files: ulimit -n 256"),
    }
}

/// Opens as many as are needed, unless the first of them shows that there is plenty of room.
fn open_files() -> Result<Vec<OwnedFd>, Errno> {
    let open = || fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3);
    let mut files = vec![open()?];
    let lowest = u64::try_from(files[0].as_raw_fd()).unwrap_or_default();
    let limit = getrlimit(Resource::Nofile).current;
    if limit.is_some_and(|limit| limit < lowest + PLENTY) {
        for _ in 1..FILES {
            files.push(open()?);
        }
    }
    Ok(files)
}

/// The limit that made a library panic, if one did: some libraries panic if the system refuses a
/// thread or a file.
pub fn reached(panic: &dyn Any) -> Option<io::Error> {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())?;
    let limits = [Errno::AGAIN, Errno::NOMEM, Errno::MFILE, Errno::NFILE];
    let number = |limit: &Errno| limit.raw_os_error();
    limits.iter().map(number).find_map(|number| {
        let said = [format!("code: {number},"), format!("(os error {number})")];
        let is_it = said.iter().any(|words| text.contains(words));
        is_it.then(|| io::Error::from_raw_os_error(number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_recognised_in_a_panic() {
        let words = |text: &str| reached(&text.to_owned()).map(|error| error.to_string());
        let threads =
            "OS can't spawn worker thread: Resource temporarily unavailable (os error 11)";
        let files =
            "called `Result::unwrap()` on an `Err` value: Os { code: 24, kind: Uncategorized }";
        if cfg!(target_os = "linux") {
            assert!(words(threads).unwrap().contains("temporarily unavailable"));
        }
        assert!(words(files).unwrap().contains("open files"));
        assert_eq!(words("index out of bounds: the len is 11"), None);
        assert!(reached(&7).is_none());
    }
}
