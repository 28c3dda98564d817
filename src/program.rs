//! A program of the user's that prints a secret: a code, a password, keys. It has our stdin, stderr
//! and terminal, so that it can ask.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::process::{ExitStatus, Stdio};

use rustix::io::ioctl_fionbio;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdout, Command};

use crate::environment::{self, Environment};
use crate::secret::Secret;
use crate::terminal::{Modes, Terminal, yield_to_signals};

/// Ctrl-Z would stop the command and leave the shell that waits for us hanging. An ignored signal
/// stays ignored in the programs that a shell starts.
const IGNORE_STOP: &str = r#"trap '' TSTP; exec /bin/sh -c "$1""#;

/// Bytes of output that [`feed`] drops.
const MOST_DROPPED: usize = 64 * 1024;

/// Why a program gave no output. What it printed is in none of these.
#[derive(Debug)]
pub enum Error {
    Start(io::Error),
    Read(io::Error),
    /// It printed more than the limit and was killed.
    TooMuch,
    Failed(ExitStatus),
}

/// The command of a setting, for `/bin/sh -c`.
pub fn shell_command(line: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", IGNORE_STOP, "sh", line]);
    shell
}

/// All that the program prints until it succeeds, `most` bytes at most. A process that it leaves in
/// the background may keep its stdout open and is not waited for.
///
/// If this is dropped, the program is killed, and the terminal gets the modes back that the program
/// may have changed to ask for a password.
///
/// # Errors
/// The program cannot be started or read, prints more, or fails.
pub async fn output(command: &mut Command, most: usize) -> Result<Vec<u8>, Error> {
    run(command, None, most).await
}

/// Runs the command of a setting with a line on its stdin. What it prints may repeat that line, and is
/// dropped.
///
/// # Errors
/// The program cannot be started, prints far too much, or fails.
pub async fn feed(line: &str, input: &Secret) -> Result<(), Error> {
    let mut command = shell_command(line);
    let fed = run(command.stdin(Stdio::piped()), Some(input), MOST_DROPPED);
    fed.await.map(drop)
}

async fn run(command: &mut Command, input: Option<&Secret>, most: usize) -> Result<Vec<u8>, Error> {
    let _modes = Terminal::open().ok().and_then(Modes::keep);
    let mut child = start(command).map_err(Error::Start)?;
    let stdin = child.stdin.take().zip(input);
    let written = async {
        if let Some((mut stdin, input)) = stdin {
            // A program may end before it has read all.
            let line = format!("{}\n", input.expose());
            let _ = stdin.write_all(line.as_bytes()).await;
        }
    };
    let ((), printed) = tokio::join!(written, printed(&mut child, most));
    let (status, output) = printed.map_err(Error::Read)?.ok_or(Error::TooMuch)?;
    yield_to_signals().await;
    if status.success() {
        Ok(output)
    } else {
        Err(Error::Failed(status))
    }
}

fn start(command: &mut Command) -> io::Result<Child> {
    for (name, path) in Environment::read().own_files() {
        match path {
            Some(path) => command.env(name, path),
            None => command.env_remove(name),
        };
    }
    command
        // What the shell keeps to itself is for this program only.
        .env_remove(environment::BASE)
        .env_remove(environment::REQUEST)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// How the program ended, and all that it printed; `None` if that is more than `most` bytes.
async fn printed(child: &mut Child, most: usize) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
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
    Ok(Some((status, output)))
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

    fn printed(line: &str, most: usize) -> Result<Vec<u8>, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut command = shell_command(line);
            let output = output(&mut command, most);
            let output = tokio::time::timeout(Duration::from_secs(20), output);
            output.await.unwrap()
        })
    }

    #[test]
    fn all_that_is_printed_before_the_end_is_read() {
        for line in [
            "printf one; printf two",
            "printf one; sleep 30 & printf two",
            "(sleep 0.1; printf one; sleep 0.1; printf two)",
            "{ sleep 30 & } ; sleep 0.1; printf onetwo",
            "kill -TSTP $$; printf onetwo",
        ] {
            assert_eq!(printed(line, 6).unwrap(), b"onetwo", "{line}");
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
            let error = printed(line, 6).unwrap_err();
            assert!(matches!(error, Error::TooMuch), "{line}");
        }
    }

    #[test]
    fn a_failure_has_the_status_and_not_the_output() {
        let error = printed("echo 999999; exit 3", 20).unwrap_err();
        let text = format!("{error:?}");
        assert!(!text.contains("9999"), "{text}");
        assert!(matches!(error, Error::Failed(status) if status.code() == Some(3)));
    }
}
