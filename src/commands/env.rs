//! `env`: logs in and prints shell code that sets the session.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::done::Done;
use super::target::Target;
use super::{choice, logged_in, renew};
use crate::base::Bases;
use crate::cli::{Env, Login};
use crate::context::Context;
use crate::duration::time_left;
use crate::environment::prefix_assignments::{self, Afterwards};
use crate::environment::{self, Change};
use crate::login::Logins;
use crate::message::hinted;
use crate::shell::detect::detect;
use crate::shell::{Dialect, Shell};

pub fn run(args: &Env, context: &Context<'_>) -> Result<Done> {
    let shell = detect(args.evaluated.shell, context.environment)?;
    if args.renew {
        return renew::run(shell, context);
    }
    refuse_terminal(args.print, shell)?;
    let for_every_profile = args.profiles || context.environment.is_for_every_profile();
    let afterwards = match shell {
        Shell::Nu => Afterwards::DropsSession,
        _ => Afterwards::RestoresVariable,
    };
    prefix_assignments::refuse(context.environment, afterwards, for_every_profile)?;
    let chosen = choice::login(&args.login, context)?;
    let login = chosen.as_ref().unwrap_or(&args.login);
    let mut target = Target::find(login, context)?;
    if for_every_profile {
        target.let_tools_use_every_profile()?;
    }
    let changes = match target.left {
        Some(left) if !target.base_ends() => keep_session(&target, left, context)?,
        _ => log_in(login, &target, context)?,
    };
    Ok(Done::print(shell.on(&changes, context.environment)?))
}

fn log_in(login: &Login, target: &Target<'_>, context: &Context<'_>) -> Result<Vec<Change>> {
    if target.left.is_some() {
        context
            .messages
            .note("the role's base session ends in ten minutes or less: awsmfa renews it, too");
    }
    let mut logins = Logins::new(login, context)?;
    let made = target.log_in_now(&mut logins)?;
    let changes = target.changes(&made, Some(&logins.bases))?;
    let end = made.credentials.expiration;
    logged_in::tell(&target.profile, &made, end, &changes, context);
    Ok(changes)
}

/// The session stays, and the region unless a flag names another. What has been set since the login
/// and would mislead other tools goes.
fn keep_session(target: &Target<'_>, left: Duration, context: &Context<'_>) -> Result<Vec<Change>> {
    target.tell_caps();
    context.messages.note(&format!(
        "the session for {} is still valid for {}; --force renews it",
        target.named(),
        time_left(left)
    ));
    if target.has_overlay() {
        let bases = Bases::read(context.environment, context.clock.local());
        return target.changes(&target.held_session()?, Some(&bases));
    }
    let mut changes = environment::unset_misleading(context.environment);
    let region = target.profile.session_region.as_ref();
    let region_changes = environment::region_by_flag(region, context.environment);
    if let Some(region) = region.filter(|_| !region_changes.is_empty()) {
        let text = format!("the region is now {}", region.value);
        context.messages.note(&text);
        changes.extend(region_changes);
    }
    Ok(changes)
}

/// The text has secrets, which would stay in a terminal's scrollback.
fn refuse_terminal(print: bool, shell: Shell) -> Result<()> {
    if print || !io::stdout().is_terminal() {
        return Ok(());
    }
    let instead = match shell.dialect() {
        Some(Dialect::Bash | Dialect::Zsh | Dialect::Sh) => "eval \"$(awsmfa env)\"",
        Some(Dialect::Fish) => "awsmfa env | source",
        None => "aws-mfa-on",
    };
    Err(hinted(
        anyhow!("could not print the session: stdout is a terminal"),
        format!("use {instead}, or pass --print to show it anyway"),
    ))
}
