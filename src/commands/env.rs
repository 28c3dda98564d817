//! `env`: logs in and prints shell code that sets the session.

use anyhow::{Result, bail};
use zeroize::Zeroizing;

use super::Context;
use crate::cli::Env;
use crate::duration::in_words;
use crate::environment::{self, Held};
use crate::login;
use crate::message::OrHint;
use crate::plan::Plan;
use crate::profile::{self, Files, Profile};
use crate::shell::Shell;

pub async fn run(args: &Env, shell: Shell, context: &Context<'_>) -> Result<Zeroizing<String>> {
    refuse_terminal(args.print, context)?;
    let name = profile::name(&args.login, context.environment);
    if !args.login.forced(context.environment) && still_valid(&name.value, context) {
        return Ok(Zeroizing::new(Shell::nothing().to_owned()));
    }
    let files = Files::read(context.environment)?;
    let profile = Profile::resolve(&files, name, &args.login, context.environment)?;
    for problem in files.problems() {
        context.messages.note(&problem);
    }
    let plan = Plan::of(&profile)?;
    let login = login::run(&profile, &plan, &args.login, context).await?;
    let session = environment::Session {
        credentials: &login.credentials,
        profile: &profile.name.value,
        role_arn: None,
        mfa_serial: Some(&login.mfa_serial),
        region: profile.session_region.as_ref(),
    };
    let changes = environment::on(&session, context.environment)?;
    Ok(shell.render_on(&changes, context.environment))
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
        in_words(held.left(now).as_secs())
    ));
    true
}
