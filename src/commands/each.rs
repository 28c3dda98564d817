//! `exec --each`: one command, once per profile, with one code in all.

mod follow;
mod lines;

use std::collections::VecDeque;
use std::io::IsTerminal as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use anyhow::{Context as _, Result};
use rustix::process::Signal;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use super::exec;
use super::session::Session;
use super::{Context, Output};
use crate::cli::{Exec, Login};
use crate::login;
use crate::message::hint_of;
use crate::terminal::signals::Signals;
use crate::terminal::{Interrupted, is_question_open};
use follow::follow;

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

/// The commands of all profiles, ready to run.
pub struct Runs {
    waiting: VecDeque<Run>,
    /// At the same time.
    parallel: usize,
    fail_fast: bool,
    /// The worst status so far: a login may have failed.
    worst: u8,
}

/// Logs in to all of them; what remains is to run the commands.
pub async fn run(args: &Exec, profiles: &[String], context: &Context<'_>) -> Result<Output> {
    let (waiting, worst) = logins(args, profiles, context).await?;
    Ok(Output {
        text: Zeroizing::default(),
        status: worst,
        replacement: None,
        each: Some(Runs {
            waiting,
            parallel: args.parallel,
            fail_fast: args.fail_fast,
            worst,
        }),
    })
}

impl Runs {
    /// Runs them; the worst status. After a signal that ends a run no more are started, and those
    /// that run are waited for.
    pub async fn finish(mut self, context: &Context<'_>) -> Result<u8> {
        let mut signals = Signals::listen().context("could not set up the handling of signals")?;
        let forward = watch::Sender::new(None);
        let mut interrupted = None;
        let mut running = JoinSet::new();
        loop {
            while running.len() < self.parallel
                && let Some(run) = self.waiting.pop_front()
            {
                running.spawn(follow(run, context.write_line, forward.subscribe()));
            }
            let ended = tokio::select! {
                // The same Ctrl-C may have ended a command: the next one is not started.
                biased;
                signal = signals.next_end_or_stop() => {
                    self.waiting.clear();
                    interrupted.get_or_insert(signal);
                    forward.send_replace(forwarded(signal));
                    continue;
                }
                ended = running.join_next() => ended,
            };
            let Some(ended) = ended else { break };
            let (profile, outcome) = ended.context("could not follow a command")?;
            let status = outcome.map_or_else(
                |error| {
                    tell(&profile, &error, context);
                    exec::NOT_EXECUTABLE
                },
                status_of,
            );
            self.worst = self.worst.max(status);
            if status != 0 && self.fail_fast {
                self.waiting.clear();
            }
            let left = running.len() + self.waiting.len();
            progress(&profile, status, left, context);
        }
        match interrupted {
            Some(signal) => Err(Interrupted {
                signal: Some(signal),
            }
            .into()),
            None => Ok(self.worst),
        }
    }
}

/// What the commands do not get by themselves: the terminal's keys reach them too.
fn forwarded(signal: i32) -> Option<Signal> {
    [Signal::TERM, Signal::HUP]
        .into_iter()
        .find(|forwarded| forwarded.as_raw() == signal)
}

/// The profiles one after the other: the session of the first serves all with the same keys.
async fn logins(
    args: &Exec,
    profiles: &[String],
    context: &Context<'_>,
) -> Result<(VecDeque<Run>, u8)> {
    let (mut runs, mut worst) = (VecDeque::new(), 0);
    let mut kept = login::Kept::new(None, &args.login, context)?;
    for profile in profiles {
        let login = Login {
            profile: Some(profile.clone()),
            ..args.login.clone()
        };
        match log_in(args, &login, &mut kept, context).await {
            Ok(command) => runs.push_back(Run {
                profile: profile.clone(),
                command,
            }),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            // What is typed would go to that question, and not to the next one or to a command.
            Err(error) if is_question_open() => return Err(error.context(profile.clone())),
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
    kept: &mut login::Kept,
    context: &Context<'_>,
) -> Result<Command> {
    let session = Session::find(login, context)?;
    let changes = if session.left.is_some() {
        session.held(context)?
    } else {
        let made = session.make(login, kept, context).await?;
        session.changes(&login::Session { base: None, ..made }, context)?
    };
    Ok(exec::command(&args.command, &changes).into())
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
