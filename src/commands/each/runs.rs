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

use super::follow::{Ended, follow};
use super::screen::Screen;
use super::{Run, exec, tell};
use crate::cli::Exec;
use crate::context::Context;
use crate::secret::Dumps;
use crate::terminal::Interrupted;
use crate::terminal::signals::{Senders, Signals, stop};

/// The commands of all profiles, ready to run.
pub struct Runs {
    waiting: VecDeque<Run>,
    /// At the same time.
    parallel: usize,
    fail_fast: bool,
    /// The worst status so far: a login may have failed.
    worst: u8,
}

/// What they have in common while they run.
struct Course<'a> {
    context: &'a Context<'a>,
    dumps: Dumps,
    screen: Arc<Screen>,
    /// The signal that all are handed.
    forward: watch::Sender<Option<Signal>>,
    running: JoinSet<Ended>,
    /// The first signal that ended the run.
    interrupted: Option<i32>,
}

impl Runs {
    pub fn new(waiting: VecDeque<Run>, args: &Exec, worst: u8) -> Self {
        Self {
            waiting,
            parallel: args.parallel,
            fail_fast: args.fail_fast,
            worst,
        }
    }

    /// Runs them; the worst status. After a signal that ends a run no more are started, and those
    /// that run are waited for.
    pub async fn finish(mut self, context: &Context<'_>, dumps: &Dumps) -> Result<u8> {
        let listening = Signals::listen().and_then(|signals| Ok((signals, Senders::listen()?)));
        let (mut signals, mut senders) =
            listening.context("could not set up the handling of signals")?;
        let mut course = Course {
            context,
            dumps: *dumps,
            screen: Arc::new(Screen::new(self.waiting.len(), context)),
            forward: watch::Sender::new(None),
            running: JoinSet::new(),
            interrupted: None,
        };
        loop {
            self.start(&mut course);
            tokio::select! {
                // The same Ctrl-C may have ended a command: the next one is not started.
                biased;
                signal = signals.next() => self.signal(signal, &mut senders, &mut course),
                ended = course.running.join_next() => {
                    let Some(ended) = ended else { break };
                    self.ended(ended.context("could not follow a command")?, &course);
                }
            }
        }
        let signal = course.interrupted.map(Some);
        signal.map_or(Ok(self.worst), |signal| Err(Interrupted { signal }.into()))
    }

    /// As many as may run at the same time.
    fn start(&mut self, course: &mut Course<'_>) {
        while course.running.len() < self.parallel
            && let Some(run) = self.waiting.pop_front()
        {
            course.screen.started(&run.profile);
            let (screen, forward) = (course.screen.clone(), course.forward.subscribe());
            course
                .running
                .spawn(follow(run, course.dumps, screen, forward));
        }
    }

    fn signal(&mut self, signal: i32, senders: &mut Senders, course: &mut Course<'_>) {
        if signal == SIGTSTP {
            course.screen.pause(stop);
            return;
        }
        self.waiting.clear();
        course.interrupted.get_or_insert(signal);
        let forwarded = forwarded(signal, senders.is_a_process(signal));
        course.forward.send_replace(forwarded);
    }

    fn ended(&mut self, (profile, outcome): Ended, course: &Course<'_>) {
        let (context, screen) = (course.context, &course.screen);
        // A command that succeeds has said what there is to say.
        let status = outcome
            .as_ref()
            .map_or(exec::NOT_EXECUTABLE, |status| status_of(*status));
        screen.ended(&profile, || match &outcome {
            Err(error) => tell(&profile, error, context),
            Ok(_) if status == 0 => {}
            Ok(_) => context.messages.note(&format!(
                "{profile}: the command ended with status {status}"
            )),
        });
        self.worst = self.worst.max(status);
        if status != 0 && self.fail_fast {
            self.waiting.clear();
        }
    }
}

/// What the commands do not get by themselves: a key of the terminal reaches them too, and an
/// interrupt that comes twice ends many a program at once.
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
