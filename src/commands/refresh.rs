//! `exec --refresh`: one command, and this process beside it, which gives it credentials that renew
//! themselves. The base session stays in this process's memory; the long-term keys sign only the login.

mod hidden;
mod job;
mod source;
mod watch;

use std::rc::Rc;

use anyhow::{Context as _, Result, bail};
use tokio::task::LocalSet;

use super::done::{Done, wait_uninterrupted};
use super::serve::endpoint::Endpoint;
use super::serve::overlay::{Listener, Overlay};
use super::serve::socket;
use super::target::Target;
use super::{child, logged_in};
use crate::agent::place;
use crate::cli::Exec;
use crate::context::Context;
use crate::environment::{self, Change, Served};
use crate::login::Logins;
use crate::terminal::job::JobSignals;
use crate::terminal::until_interrupted;
use job::{End, Job};
use source::Source;

pub fn run(args: &Exec, context: &Context<'_>) -> Result<Done> {
    let target = Target::find(&args.login, context)?;
    let end = wait_uninterrupted(LocalSet::new().run_until(async {
        // Signals that arrive before the command has started are passed on to it, too.
        let signals = JobSignals::listen().context("could not set up the handling of signals")?;
        let endpoint = Endpoint::open().await?;
        let overlay = Overlay::of_command(&target.profile, context)?;
        let listener = overlay.listen()?;
        let changes = changes(&target, &endpoint, &overlay, context)?;
        let source = until_interrupted(log_in(args, &target, &changes, context)).await?;
        let command = child::command(&args.command, &changes);
        let job = Job::start(command, signals, context.dumps)?;
        supply(job, source, (endpoint, listener), context).await
    }))?;
    Ok(match end {
        End::Status(status) => Done::Ran(status),
        End::Signal(signal) => Done::EndedBy(signal),
    })
}

async fn log_in(
    args: &Exec,
    target: &Target<'_>,
    changes: &[Change],
    context: &Context<'_>,
) -> Result<Source> {
    let mut logins = Logins::new(&args.login, context)?.renewing();
    let session = target.log_in(&mut logins).await?;
    let source = Source::new(&target.profile, &session, &logins, context)?;
    hidden::tell(&target.profile, context);
    logged_in::tell(&target.profile, &session, source.end, changes, context);
    Ok(source)
}

/// Gives the command credentials until it ends.
async fn supply(
    mut job: Job,
    source: Source,
    (endpoint, listener): (Endpoint, Listener),
    context: &Context<'_>,
) -> Result<End> {
    let source = Rc::new(source);
    let answers = Rc::clone(&source);
    tokio::select! {
        end = job.end() => end,
        never = endpoint.serve(async move || answers.answer().await) => match never {},
        () = socket::serve(listener, source.supply.clone()) => bail!("could not serve the command"),
        never = watch::watch(&source, context) => match never {},
    }
}

/// The environment of the command.
fn changes(
    target: &Target<'_>,
    endpoint: &Endpoint,
    overlay: &Overlay,
    context: &Context<'_>,
) -> Result<Vec<Change>> {
    let [uri, token] = endpoint.variables();
    let socket = overlay.socket().display().to_string();
    let (agent, in_use) = place::IN_USE;
    let profile = &target.profile;
    // Tools read the other settings of each profile in the overlay.
    let settings = profile.tool_settings.variables.iter();
    let settings = settings.filter(|setting| setting.name == "AWS_CA_BUNDLE");
    let served = Served {
        places: &[
            uri,
            token,
            (place::VARIABLE, socket),
            (agent, in_use.to_owned()),
        ],
        overlay: overlay.path(),
        region: overlay.exported_region(profile),
        settings: &settings.cloned().collect::<Vec<_>>(),
    };
    environment::served(&served, context.environment)
}
