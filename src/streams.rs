//! stdout and stderr: no other module writes to them.
//!
//! stdout is written to by its number: the standard library reports no failure if stdout is closed or
//! open for reading only.

mod at_start;

use std::io::{self, Write};
use std::sync::OnceLock;

use anyhow::{Context as _, Result, anyhow};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, fstat, fstatvfs};
use rustix::io::Errno;
use rustix::stdio::stdout;

pub use at_start::keep_closed;

use crate::printable::{printable, without_numbers};

/// Where a line of a command's output goes.
#[derive(Clone, Copy)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// Why a line of a command of `exec --each` did not reach stdout; the first such failure.
static LOST: OnceLock<String> = OnceLock::new();

/// A line for the user.
pub fn say(line: &str) {
    write_stderr(&format!("awsmfa: {}\n", printable(&without_numbers(line))));
}

/// If stdout is gone, the commands of `exec --each` go on, and [`check_written`] reports it at the end.
pub fn write_line(stream: Stream, line: &[u8]) {
    match stream {
        Stream::Stdout => {
            if let Err(error) = Stdout.write_all(line) {
                LOST.get_or_init(|| error.to_string());
            }
        }
        Stream::Stderr => drop(io::stderr().lock().write_all(line)),
    }
}

/// A failure is ignored: there is no other place to report it.
pub fn write_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

const NOT_WRITTEN: &str = "could not write to stdout";

/// Written once, whole, after everything has succeeded.
pub fn write_stdout(text: &str) -> Result<()> {
    Stdout.write_all(text.as_bytes()).context(NOT_WRITTEN)
}

/// Whether [`write_line`] has written every line to stdout.
pub fn check_written() -> Result<()> {
    match LOST.get() {
        Some(cause) => Err(anyhow!("{cause}").context(NOT_WRITTEN)),
        None => Ok(()),
    }
}

/// Whether stdout can be written to: checked before a code is spent on a session that could not be
/// printed.
pub fn check_stdout() -> Result<()> {
    let open = at_start::stdout().and_then(|()| Ok(takes_bytes()?));
    open.context(NOT_WRITTEN)
}

fn takes_bytes() -> Result<(), Errno> {
    let stdout = stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::OUT)];
    poll(&mut watched, Some(&Timespec::default()))?;
    // Of a pipe that nobody reads, Linux says the one, macOS and the BSDs the other.
    let is_broken = PollFlags::ERR | PollFlags::HUP;
    if watched[0].revents().intersects(is_broken) {
        return Err(Errno::PIPE);
    }
    match FileType::from_raw_mode(fstat(stdout)?.st_mode) {
        // `/dev/full` refuses even nothing.
        FileType::CharacterDevice => rustix::io::write(stdout, &[]).map(drop),
        FileType::RegularFile if fstatvfs(stdout)?.f_bavail == 0 => Err(Errno::NOSPC),
        _ => Ok(()),
    }
}

/// The descriptor itself.
struct Stdout;

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        at_start::stdout()?;
        Ok(rustix::io::write(stdout(), bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
