//! `exec --each`: one command, once per profile, with one code in all.

mod follow;
mod lines;
mod pattern;
mod runs;
mod screen;

use std::collections::VecDeque;

use anyhow::Result;
use tokio::process::Command;

use super::Output;
use super::exec;
use super::session::Session;
use crate::cli::{Exec, Login};
use crate::context::Context;
use crate::files::Files;
use crate::login;
use crate::message::hint_of;
use crate::terminal::{Interrupted, is_question_open};
pub use runs::Runs;

/// A command that is ready to run for a profile.
pub struct Run {
    profile: String,
    command: Command,
}

/// Logs in to all of them; what remains is to run the commands.
pub async fn run(args: &Exec, profiles: &[String], context: &Context<'_>) -> Result<Output> {
    let profiles = pattern::profiles(profiles, &Files::read(context.environment)?)?;
    let (waiting, worst) = logins(args, &profiles, context).await?;
    Ok(Output {
        status: worst,
        each: Some(Runs::new(waiting, args, worst)),
        ..Output::default()
    })
}

/// The profiles one after the other: the session of the first serves all with the same keys.
async fn logins(
    args: &Exec,
    profiles: &[String],
    context: &Context<'_>,
) -> Result<(VecDeque<Run>, u8)> {
    let (mut runs, mut worst) = (VecDeque::new(), 0);
    let mut kept = login::Kept::new(&args.login, context)?;
    for profile in profiles {
        let mut login = args.login.clone();
        login.who.profile = Some(profile.clone());
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
        session.changes_for_command(made, context)?
    };
    Ok(exec::command(&args.command, &changes).into())
}

fn tell(profile: &str, error: &anyhow::Error, context: &Context<'_>) {
    let messages = context.messages;
    messages.failure(&format!("{profile}: {error:#}"));
    if let Some(hint) = hint_of(error) {
        messages.failure(&format!("hint: {hint}"));
    }
}
