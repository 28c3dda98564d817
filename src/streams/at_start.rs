//! The standard streams as the process got them. Before `main`, the standard library opens
//! `/dev/null` in the place of each one that is closed, and what is written there seems to succeed;
//! so they are looked at before it starts.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::fd::BorrowedFd;
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::stdio::{stderr, stdin, stdout as stdout_fd};

/// One bit for each stream that was closed, by its number.
static CLOSED: AtomicU8 = AtomicU8::new(0);

/// The C library calls what stands in this section before `main`.
#[expect(
    unsafe_code,
    reason = "the section is one of pointers to such functions"
)]
#[used]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;

/// Asks the system and nothing of the standard library, which has not started yet.
extern "C" fn look() {
    for (bit, stream) in streams() {
        if fcntl_getfl(stream) == Err(Errno::BADF) {
            CLOSED.fetch_or(bit, Ordering::Relaxed);
        }
    }
}

fn streams() -> [(u8, BorrowedFd<'static>); 3] {
    [(1, stdin()), (2, stdout_fd()), (4, stderr())]
}

/// A closed stream is closed for the commands that this process starts or becomes, too.
pub fn keep_closed() {
    let closed = CLOSED.load(Ordering::Relaxed);
    for (bit, stream) in streams() {
        if closed & bit != 0 {
            let _ = fcntl_setfd(stream, FdFlags::CLOEXEC);
        }
    }
}

/// Whether stdout is open, and for writing.
pub fn stdout() -> io::Result<()> {
    if CLOSED.load(Ordering::Relaxed) & 2 != 0 {
        return Err(io::Error::other("it is closed"));
    }
    match fcntl_getfl(stdout_fd())? & OFlags::RWMODE {
        OFlags::RDONLY => Err(io::Error::other("it is open for reading only")),
        _ => Ok(()),
    }
}
