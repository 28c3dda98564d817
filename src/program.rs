//! A program of the user's that prints a secret: a code, a password, keys. It has our stdin, stderr
//! and terminal, so that it can ask.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::process::{ExitStatus, Stdio};

use rustix::io::ioctl_fionbio;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout, Command};

use crate::environment::{self, Environment};
use crate::terminal::{Modes, Terminal, yield_to_signals};

/// How a program ended, and all that it printed.
pub struct Printed {
    pub status: ExitStatus,
    pub output: Vec<u8>,
}

/// A program that runs. Dropping it kills it and puts the terminal's modes back, which it may have
/// changed to ask for a password.
pub struct Program {
    child: Child,
    _modes: Option<Modes>,
}

pub fn start(command: &mut Command) -> io::Result<Program> {
    let modes = Terminal::open().ok().and_then(Modes::keep);
    for (name, path) in Environment::read().own_files() {
        match path {
            Some(path) => command.env(name, path),
            None => command.env_remove(name),
        };
    }
    let child = command
        // The terminal's base session is for this program only.
        .env_remove(environment::BASE)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    Ok(Program {
        child,
        _modes: modes,
    })
}

/// What the program prints until it ends; `None` if that is more than `most` bytes. A process that
/// it leaves in the background may keep its stdout open and is not waited for.
pub async fn output(mut program: Program, most: usize) -> io::Result<Option<Printed>> {
    let child = &mut program.child;
    // Its room is the limit.
    let mut output = Vec::with_capacity(most + 1);
    let mut stdout = child.stdout.take().ok_or(ErrorKind::BrokenPipe)?;
    let ended = tokio::select! {
        biased;
        read = read(&mut stdout, &mut output) => { read?; None }
        status = child.wait() => Some(status?),
    };
    if ended.is_some() {
        read_rest(stdout, &mut output)?;
    } else {
        drop(stdout);
    }
    if output.len() > most {
        return Ok(None);
    }
    let status = match ended {
        Some(status) => status,
        None => child.wait().await?,
    };
    yield_to_signals().await;
    Ok(Some(Printed { status, output }))
}

/// Until the pipe is closed or the buffer is full. What was read stays if this is dropped.
async fn read(stdout: &mut ChildStdout, output: &mut Vec<u8>) -> io::Result<()> {
    while output.len() < output.capacity() && stdout.read_buf(output).await? > 0 {}
    Ok(())
}

/// What the program wrote before it ended is in the pipe already.
fn read_rest(stdout: ChildStdout, output: &mut Vec<u8>) -> io::Result<()> {
    let mut pipe = File::from(stdout.into_owned_fd()?);
    ioctl_fionbio(&pipe, true)?;
    let room = output.capacity() - output.len();
    match pipe.by_ref().take(room as u64).read_to_end(output) {
        Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn printed(line: &str, most: usize) -> Option<Printed> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let program = start(Command::new("/bin/sh").args(["-c", line])).unwrap();
            let output = tokio::time::timeout(Duration::from_secs(20), output(program, most));
            output.await.unwrap().unwrap()
        })
    }

    #[test]
    fn all_that_is_printed_before_the_end_is_read() {
        for line in [
            "printf one; printf two",
            "printf one; sleep 30 & printf two",
            "(sleep 0.1; printf one; sleep 0.1; printf two)",
            "{ sleep 30 & } ; sleep 0.1; printf onetwo",
        ] {
            let printed = printed(line, 6).unwrap();
            assert_eq!(printed.output.as_slice(), b"onetwo", "{line}");
            assert!(printed.status.success(), "{line}");
        }
    }

    #[test]
    fn more_than_the_limit_is_nothing() {
        for line in [
            "printf 1234567",
            "printf 1234567; sleep 30 &",
            "yes",
            "yes & sleep 0.1",
        ] {
            assert!(printed(line, 6).is_none(), "{line}");
        }
    }
}
