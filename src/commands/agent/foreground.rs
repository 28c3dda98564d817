//! The agent itself. It ends on a signal, on `stop`, or on its own when it is no longer needed.

use std::io;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::net::UnixListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::LocalSet;
use tokio::time::sleep;

use super::listening::Listening;
use crate::agent::{Agent, Forget};
use crate::cli;
use crate::cli::agent::Lifetime;
use crate::commands::done::{Done, wait_uninterrupted};
use crate::commands::serve::{Supply, socket};
use crate::context::Context;
use crate::message::{Level, Messages};
use crate::streams;

/// How often the agent checks that it is still needed and that clients can still find it.
const LOOK: Duration = Duration::from_secs(5);

/// An agent that ends with its last session waits this long for the first one.
const FIRST_SESSION: Duration = Duration::from_mins(1);

/// How long another agent may take to come up, or to notice that its socket is gone.
const OTHER: u32 = 80;
const PAUSE: Duration = Duration::from_millis(100);

pub fn run(args: &cli::Agent, context: &Context<'_>) -> Result<Done> {
    let Some((listening, listener)) = open(context)? else {
        return Ok(Done::print(""));
    };
    if args.detached {
        rustix::process::setsid().context("could not leave the terminal")?;
        streams::write_stdout("\n")?;
    }
    let level = if args.detached {
        Level::Quiet
    } else {
        Level::Normal
    };
    let messages = Messages::new(streams::say, level);
    let supply = Supply::new(context.clock.clone(), messages);
    let work = serve(listener, &supply, &listening, args.lifetime);
    // Dropping the tasks wipes what they hold.
    wait_uninterrupted(LocalSet::new().run_until(work))?;
    Ok(Done::print(""))
}

/// `None` if another agent is running; a note says so.
fn open(context: &Context<'_>) -> Result<Option<(Listening, std::os::unix::net::UnixListener)>> {
    for _ in 0..OTHER {
        if let Some(opened) = Listening::open(context.environment)? {
            return Ok(Some(opened));
        }
        let other = Agent::find(context.environment).and_then(|agent| agent.status());
        if let Ok(status) = other {
            let text = format!("an agent is already running, process {}", status.pid);
            context.messages.note(&text);
            return Ok(None);
        }
        std::thread::sleep(PAUSE);
    }
    bail!("could not start: another agent is running but does not answer")
}

async fn serve(
    listener: std::os::unix::net::UnixListener,
    supply: &Rc<Supply>,
    listening: &Listening,
    lifetime: Lifetime,
) -> Result<()> {
    listener.set_nonblocking(true)?;
    let listener = UnixListener::from_std(listener)?;
    let mut signals = Signals::listen().context("could not set up the handling of signals")?;
    tokio::select! {
        () = socket::serve(listener, supply.clone()) => (),
        () = signals.heed(supply) => (),
        () = supply.stopped.notified() => (),
        () = tend(supply, listening, lifetime) => (),
    }
    Ok(())
}

/// Returns when the agent is no longer needed, or cannot be found.
async fn tend(supply: &Supply, listening: &Listening, lifetime: Lifetime) {
    loop {
        sleep(LOOK).await;
        let (idle, is_empty) = (supply.idle(), supply.held().is_empty());
        let is_too_idle = lifetime
            .idle
            .is_some_and(|most| idle >= Duration::from_secs(most));
        let is_done = lifetime.until_empty && is_empty && idle >= FIRST_SESSION;
        if is_too_idle || is_done || !listening.is_there() {
            return;
        }
    }
}

struct Signals {
    ends: [Signal; 4],
    forget: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            ends: [
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::hangup())?,
                signal(SignalKind::quit())?,
            ],
            forget: signal(SignalKind::user_defined1())?,
        })
    }

    /// Returns when a signal ends the agent.
    async fn heed(&mut self, supply: &Supply) {
        let [terminate, interrupt, hangup, quit] = &mut self.ends;
        loop {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = interrupt.recv() => return,
                _ = hangup.recv() => return,
                _ = quit.recv() => return,
                _ = self.forget.recv() => supply.forget(&Forget::default()),
            }
        }
    }
}
