//! `exec --each`: one command, once per profile, with one code in all.

use std::collections::VecDeque;
use std::io::IsTerminal as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Stdio};

use anyhow::{Context as _, Result};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use super::exec;
use super::session::Session;
use super::{Context, Output};
use crate::cli::{Exec, Login};
use crate::environment::Base;
use crate::login;
use crate::message::hint_of;
use crate::terminal::Interrupted;

/// A command that is ready to run for a profile.
struct Run {
    profile: String,
    command: Command,
}

/// Where a line of a command's output goes.
#[derive(Clone, Copy)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// Writes a line of a command's output.
pub type WriteLine = fn(Stream, &[u8]);

/// Logs in to all of them, then runs the commands. The status is the worst one.
pub async fn run(args: &Exec, profiles: &[String], context: &Context<'_>) -> Result<Output> {
    let (mut runs, mut worst) = logins(args, profiles, context).await?;
    let mut running = JoinSet::new();
    while !runs.is_empty() || !running.is_empty() {
        while running.len() < args.parallel
            && let Some(run) = runs.pop_front()
        {
            running.spawn(follow(run, context.write_line));
        }
        let Some(ended) = running.join_next().await else {
            break;
        };
        let (profile, outcome) = ended.context("could not follow a command")?;
        let status = match outcome {
            Ok(status) => status_of(status),
            Err(error) => {
                tell(&profile, &error, context);
                exec::NOT_EXECUTABLE
            }
        };
        worst = worst.max(status);
        if status != 0 && args.fail_fast {
            runs.clear();
        }
        progress(&profile, status, running.len() + runs.len(), context);
    }
    Ok(Output {
        text: Zeroizing::default(),
        status: worst,
        replacement: None,
    })
}

/// The profiles one after the other: the session of the first serves all with the same keys.
async fn logins(
    args: &Exec,
    profiles: &[String],
    context: &Context<'_>,
) -> Result<(VecDeque<Run>, u8)> {
    let (mut runs, mut worst) = (VecDeque::new(), 0);
    let mut base = None;
    for profile in profiles {
        let login = Login {
            profile: Some(profile.clone()),
            ..args.login.clone()
        };
        match log_in(args, &login, &mut base, context).await {
            Ok(command) => runs.push_back(Run {
                profile: profile.clone(),
                command,
            }),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                tell(profile, &error, context);
                worst = 1;
                if args.fail_fast {
                    return Ok((VecDeque::new(), worst));
                }
            }
        }
    }
    Ok((runs, worst))
}

async fn log_in(
    args: &Exec,
    login: &Login,
    base: &mut Option<Base>,
    context: &Context<'_>,
) -> Result<Command> {
    let session = Session::find(login, context)?;
    let changes = if session.left.is_some() {
        session.held(context)?
    } else {
        let made = session.make(login, base.clone(), context).await?;
        *base = made.base.clone().or_else(|| base.take());
        session.changes(&login::Session { base: None, ..made }, context)?
    };
    Ok(exec::command(&args.command, &changes).into())
}

/// Runs a command to its end. Its output is the terminal's with the profile before every line;
/// anything else gets it as it is.
async fn follow(run: Run, write: WriteLine) -> (String, Result<ExitStatus>) {
    let Run {
        profile,
        mut command,
    } = run;
    if std::io::stdout().is_terminal() {
        command.stdout(Stdio::piped());
    }
    if std::io::stderr().is_terminal() {
        command.stderr(Stdio::piped());
    }
    let status = async {
        let mut child = command.spawn().context("could not run the command")?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        tokio::try_join!(
            prefixed(&profile, out, Stream::Stdout, write),
            prefixed(&profile, err, Stream::Stderr, write)
        )?;
        Ok(child.wait().await?)
    };
    let status = status.await;
    (profile, status)
}

async fn prefixed(
    profile: &str,
    output: Option<impl AsyncRead + Unpin>,
    stream: Stream,
    write: WriteLine,
) -> Result<()> {
    let Some(output) = output else { return Ok(()) };
    let mut output = BufReader::new(output);
    let prefix = format!("{}: ", crate::message::printable(profile));
    loop {
        let mut line = prefix.clone().into_bytes();
        if output.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        if line.last() != Some(&b'\n') {
            line.push(b'\n');
        }
        write(stream, &line);
    }
}

/// As a shell says it: 128 and the signal's number for a command that a signal ended.
fn status_of(status: ExitStatus) -> u8 {
    let signal = || status.signal().map(|signal| 128 + signal);
    let code = status.code().or_else(signal);
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX)
}

fn tell(profile: &str, error: &anyhow::Error, context: &Context<'_>) {
    let messages = context.messages;
    messages.failure(&format!("{profile}: {error:#}"));
    if let Some(hint) = hint_of(error) {
        messages.failure(&format!("hint: {hint}"));
    }
}

/// On a terminal, while several are to run: which one has ended, and how many are left.
fn progress(profile: &str, status: u8, left: usize, context: &Context<'_>) {
    if left > 0 && std::io::stderr().is_terminal() {
        let text = format!("{profile} has ended with status {status}, {left} to go");
        context.messages.note(&text);
    }
}
