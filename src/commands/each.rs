//! `exec --each`: one command, once per profile, with one code in all.

mod follow;
mod lines;
mod pattern;
mod runs;
mod screen;

use std::collections::VecDeque;

use anyhow::Result;
use tokio::process::Command;

use super::child;
use super::done::{Done, wait_uninterrupted};
use super::target::Target;
use crate::cli::{Exec, Login};
use crate::context::Context;
use crate::files::Files;
use crate::login::Logins;
use crate::terminal::{Interrupted, is_question_open, until_interrupted};
use follow::Ready;
use runs::RunState;

/// Logs in to all profiles, then runs the commands.
pub fn run(args: &Exec, profiles: &[String], context: &Context<'_>) -> Result<Done> {
    let profiles = pattern::profiles(profiles, &Files::read(context.environment))?;
    let worst = wait_uninterrupted(async {
        let (ready, worst) = until_interrupted(log_in_to_all(args, &profiles, context)).await?;
        // A signal does not end this part at once: the commands are children, and waited for.
        RunState::new(ready, worst, args, context).finish().await
    });
    worst.map(Done::Ran)
}

/// The commands that are ready to run, and 1 if a login has failed. The profiles come one after the
/// other: the session of the first serves all with the same keys.
async fn log_in_to_all(
    args: &Exec,
    profiles: &[String],
    context: &Context<'_>,
) -> Result<(VecDeque<Ready>, u8)> {
    let (mut ready, mut worst) = (VecDeque::new(), 0);
    let mut logins = Logins::new(&args.login, context)?;
    for profile in profiles {
        let mut login = args.login.clone();
        login.who.profile = Some(profile.clone());
        match log_in(args, &login, &mut logins, context).await {
            Ok(command) => ready.push_back(Ready {
                profile: profile.clone(),
                command,
            }),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            // What is typed would go to that question, and not to the next one or to a command.
            Err(error) if is_question_open() => return Err(error.context(profile.clone())),
            Err(error) => {
                context.messages.profile_failure(profile, &error);
                worst = 1;
                if args.fail_fast {
                    return Ok((VecDeque::new(), worst));
                }
            }
        }
    }
    Ok((ready, worst))
}

async fn log_in(
    args: &Exec,
    login: &Login,
    logins: &mut Logins<'_>,
    context: &Context<'_>,
) -> Result<Command> {
    let target = Target::find(login, context)?;
    let changes = if target.left.is_some() {
        target.held()?
    } else {
        let made = target.log_in(logins).await?;
        target.changes(&made, None)?
    };
    Ok(child::command(&args.command, &changes).into())
}
