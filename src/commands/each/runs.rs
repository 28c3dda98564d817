//! The commands of all profiles, from the first start to the last end.

use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rustix::process::Signal;
use signal_hook::consts::SIGTSTP;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::follow::{Ended, Ready, follow};
use super::screen::Screen;
use crate::cli::Exec;
use crate::commands::child::NOT_EXECUTABLE;
use crate::context::Context;
use crate::terminal::Interrupted;
use crate::terminal::signals::{Senders, Signals, stop};

pub struct RunState<'a> {
    args: &'a Exec,
    context: &'a Context<'a>,
    waiting: VecDeque<Ready>,
    running: JoinSet<Ended>,
    screen: Arc<Screen>,
    /// The signal that all running commands get.
    forward: watch::Sender<Option<Signal>>,
    /// The first signal that ended the run.
    interrupted: Option<i32>,
    /// The worst exit status so far.
    worst: u8,
}

impl<'a> RunState<'a> {
    pub fn new(
        waiting: VecDeque<Ready>,
        worst: u8,
        args: &'a Exec,
        context: &'a Context<'a>,
    ) -> Self {
        Self {
            args,
            context,
            screen: Arc::new(Screen::new(waiting.len(), context.messages)),
            waiting,
            running: JoinSet::new(),
            forward: watch::Sender::new(None),
            interrupted: None,
            worst,
        }
    }

    /// Runs the commands and returns the worst status. After a signal that ends the run it starts no
    /// more, and waits for those that are running.
    pub async fn finish(mut self) -> Result<u8> {
        let listening = Signals::listen().and_then(|signals| Ok((signals, Senders::listen()?)));
        let (mut signals, mut senders) =
            listening.context("could not set up the handling of signals")?;
        loop {
            self.start();
            tokio::select! {
                // The same Ctrl-C may have ended a command: the next one is not started.
                biased;
                signal = signals.next() => self.signal(signal, &mut senders),
                ended = self.running.join_next() => {
                    let Some(ended) = ended else { break };
                    self.ended(ended.context("could not follow a command")?);
                }
            }
        }
        match self.interrupted {
            None => Ok(self.worst),
            signal => Err(Interrupted { signal }.into()),
        }
    }

    /// As many as may run at the same time.
    fn start(&mut self) {
        while self.running.len() < self.args.parallel
            && let Some(ready) = self.waiting.pop_front()
        {
            self.screen.started(&ready.profile);
            let (screen, forward) = (self.screen.clone(), self.forward.subscribe());
            self.running
                .spawn(follow(ready, self.context.dumps, screen, forward));
        }
    }

    fn signal(&mut self, signal: i32, senders: &mut Senders) {
        if signal == SIGTSTP {
            self.screen.pause(stop);
            return;
        }
        self.waiting.clear();
        self.interrupted.get_or_insert(signal);
        let forwarded = forwarded(signal, senders.is_a_process(signal));
        self.forward.send_replace(forwarded);
    }

    fn ended(&mut self, (profile, outcome): Ended) {
        let messages = self.context.messages;
        let status = outcome
            .as_ref()
            .map_or(NOT_EXECUTABLE, |status| status_of(*status));
        self.screen.ended(&profile, || match &outcome {
            Err(error) => messages.profile_failure(&profile, error),
            // Success needs no message.
            Ok(_) if status == 0 => {}
            Ok(_) => messages.note(&format!(
                "{profile}: the command ended with status {status}"
            )),
        });
        self.worst = self.worst.max(status);
        if status != 0 && self.args.fail_fast {
            self.waiting.clear();
        }
    }
}

/// The signal that the commands do not get by themselves. Ctrl-C and Ctrl-\ reach them too, and many
/// programs end at once if an interrupt comes twice.
fn forwarded(signal: i32, sent_by_a_process: bool) -> Option<Signal> {
    let forwarded = Signal::from_named_raw(signal)?;
    let is_a_key = [Signal::INT, Signal::QUIT].contains(&forwarded);
    (sent_by_a_process || !is_a_key).then_some(forwarded)
}

/// As a shell says it: 128 and the signal's number for a command that a signal ended.
fn status_of(status: ExitStatus) -> u8 {
    let signal = || status.signal().map(|signal| 128 + signal);
    let code = status.code().or_else(signal);
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX)
}
