//! One command of `exec --each`, to its end: its output, and the signals that it gets.

use std::io::IsTerminal as _;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::lines::Lines;
use super::screen::Screen;
use crate::secret::Dumps;
use crate::streams::Stream;

/// How long the output of a command that has ended is read: a daemon that it left behind may keep
/// it open for ever.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// A command that is ready to run.
pub struct Ready {
    pub profile: String,
    pub command: Command,
}

/// Whose command it was, and how it ended.
pub type Ended = (String, Result<ExitStatus>);

/// Runs a command to its end. Its output is the terminal's with the profile before every line;
/// anything else gets it as it is.
pub async fn follow(
    ready: Ready,
    dumps: Dumps,
    screen: Arc<Screen>,
    forward: watch::Receiver<Option<Signal>>,
) -> Ended {
    let Ready {
        profile,
        mut command,
    } = ready;
    if std::io::stdout().is_terminal() {
        command.stdout(Stdio::piped());
    }
    if std::io::stderr().is_terminal() {
        command.stderr(Stdio::piped());
    }
    let started = dumps.allowed_for(|| command.spawn());
    let status = match started.context("could not run the command") {
        Ok(child) => to_the_end(child, &profile, &screen, forward).await,
        Err(error) => Err(error),
    };
    (profile, status)
}

async fn to_the_end(
    mut child: Child,
    profile: &str,
    screen: &Screen,
    forward: watch::Receiver<Option<Signal>>,
) -> Result<ExitStatus> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let read = async {
        tokio::try_join!(
            prefixed(profile, out, Stream::Stdout, screen),
            prefixed(profile, err, Stream::Stderr, screen)
        )
    };
    let ended = ended(&mut child, forward);
    tokio::pin!(read, ended);
    tokio::select! {
        read = &mut read => {
            let status = ended.await?;
            read?;
            Ok(status)
        }
        status = &mut ended => {
            if let Ok(read) = tokio::time::timeout(DRAIN_TIMEOUT, read).await {
                read?;
            }
            status
        }
    }
}

/// Waits for `child`, and hands on the signals meanwhile.
async fn ended(
    child: &mut Child,
    mut forward: watch::Receiver<Option<Signal>>,
) -> Result<ExitStatus> {
    loop {
        tokio::select! {
            status = child.wait() => return Ok(status?),
            Ok(()) = forward.changed() => {}
        }
        let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let signal = *forward.borrow_and_update();
        if let Some((pid, signal)) = pid.zip(signal) {
            // It may have ended by itself, or run as another user.
            let _ = kill_process(pid, signal);
        }
    }
}

/// To the end of `output`, or until the future is dropped.
async fn prefixed(
    profile: &str,
    output: Option<impl AsyncRead + Unpin>,
    stream: Stream,
    screen: &Screen,
) -> std::io::Result<()> {
    let Some(mut output) = output else {
        return Ok(());
    };
    let mut lines = Lines {
        prefix: format!("{}: ", crate::printable::printable(profile)).into_bytes(),
        pending: Vec::new(),
        write: |line: &[u8]| screen.write(stream, line),
    };
    let mut buffer = vec![0; 8192];
    loop {
        match output.read(&mut buffer).await? {
            0 => return Ok(()),
            length => lines.take(&buffer[..length]),
        }
    }
}
