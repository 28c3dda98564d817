//! Job control: whether this process has the terminal, and whether a shell could continue it.
//!
//! Groups and sessions have numbers, and Linux says 0 for one that this PID namespace does not know:
//! the leader is outside (`unshare --pid`, a container), or there is none (what the machine's first
//! process has started). rustix takes 0 for impossible and must not be asked for these.

use std::os::fd::AsFd;

use nix::unistd::{Pid, getpgid, getpgrp, getppid, getsid, tcgetpgrp};

use crate::processes;

/// Whether this process group is the one that the terminal listens to. One from outside of the
/// namespace counts as the terminal's where that is outside too: most likely they are the same.
pub fn is_in_foreground(terminal: impl AsFd) -> nix::Result<bool> {
    Ok(tcgetpgrp(terminal)? == getpgrp())
}

/// Whether no shell watches over this process group: the nearest ancestor outside of it belongs to
/// another session (POSIX, "orphaned process group"), or is outside of the namespace.
pub fn is_orphaned() -> bool {
    let group = getpgrp();
    let mut ancestor = getppid();
    while ancestor.as_raw() > 0 {
        match getpgid(Some(ancestor)) {
            Ok(its) if its == group => {
                ancestor = Pid::from_raw(processes::parent(ancestor.as_raw()).unwrap_or(0));
            }
            Ok(_) => return getsid(Some(ancestor)) != getsid(None),
            Err(_) => return true,
        }
    }
    true
}
