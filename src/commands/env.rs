//! `env`: logs in and prints shell code that sets the session.

use anyhow::{Result, bail};
use zeroize::Zeroizing;

use super::Context;
use crate::cli::Env;
use crate::environment::{self, Held};
use crate::login;
use crate::message::OrHint;
use crate::plan::Plan;
use crate::profile::{self, Files, Profile};
use crate::shell::Shell;

pub async fn run(args: &Env, shell: Shell, context: &Context<'_>) -> Result<Zeroizing<String>> {
    refuse_terminal(args.print, context)?;
    let name = profile::name(&args.login, context.environment);
    if !args.login.force && still_valid(&name.value, context) {
        return Ok(Zeroizing::new(shell.nothing().to_owned()));
    }
    let files = Files::read(context.environment)?;
    let profile = Profile::resolve(&files, name, &args.login, context.environment)?;
    let plan = Plan::of(&profile)?;
    let session = login::run(&profile, &plan, &args.login, context).await?;
    let changes = environment::on(&session, &profile, context.environment)?;
    shell.render_on(&changes, context.environment)
}

/// The text holds secrets: on a terminal they would stay in the scrollback.
fn refuse_terminal(print: bool, context: &Context<'_>) -> Result<()> {
    if !context.stdout_is_terminal || print {
        return Ok(());
    }
    let refused: Result<()> = (|| bail!("could not print the session: stdout is a terminal"))();
    refused.or_hint(|| "use eval \"$(awsmfa env)\", or --print to see it all the same".to_owned())
}

/// More than five minutes left for the same profile: nothing to do but to say so.
fn still_valid(name: &str, context: &Context<'_>) -> bool {
    let now = context.clock.local();
    let Some(held) = Held::read(context.environment).filter(|held| held.serves(name, now)) else {
        return false;
    };
    context.messages.note(&format!(
        "the session for profile {name} is still valid, for {}; --force renews it",
        held.time_left(now)
    ));
    true
}
