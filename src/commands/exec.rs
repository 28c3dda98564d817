//! `exec`: one command with the session, and nothing left behind. This process becomes the command,
//! so its signals and its exit status are its own.

use anyhow::Result;

use super::done::Done;
use super::target::Target;
use super::{child, each, logged_in, refresh};
use crate::cli::Exec;
use crate::context::Context;
use crate::environment::Change;
use crate::login::Logins;

pub fn run(args: &Exec, context: &Context<'_>) -> Result<Done> {
    // A code is not spent for a command that is not there.
    child::find(&args.command, context.environment)?;
    if let Some(profiles) = &args.each {
        return each::run(args, profiles, context);
    }
    if args.refresh {
        return refresh::run(args, context);
    }
    let target = Target::find(&args.login, context)?;
    let changes = match target.left {
        Some(_) => target.held()?,
        None => log_in(args, &target, context)?,
    };
    let command = child::command(&args.command, &changes);
    Ok(Done::Become(Box::new(command)))
}

fn log_in(args: &Exec, target: &Target<'_>, context: &Context<'_>) -> Result<Vec<Change>> {
    let mut logins = Logins::new(&args.login, context)?;
    let made = target.log_in_now(&mut logins)?;
    let changes = target.changes(&made, None)?;
    let end = made.credentials.expiration;
    logged_in::tell(&target.profile, &made, end, &changes, context);
    Ok(changes)
}
