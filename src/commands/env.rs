//! `env`: logs in and prints shell code that sets the session.

use anyhow::{Result, bail};
use zeroize::Zeroizing;

use super::session::Session;
use super::{Outcome, Output, logged_in};
use crate::cli::{Env, Login};
use crate::context::Context;
use crate::duration::time_left;
use crate::environment::{self, given};
use crate::login::Kept;
use crate::message::OrHint;
use crate::shell::Shell;

pub fn run<'a>(args: &'a Env, shell: Shell, context: &'a Context<'_>) -> Result<Outcome<'a>> {
    refuse_terminal(args.print, context)?;
    given::refuse(context.environment)?;
    let session = Session::find(&args.login, context)?;
    match session.left {
        Some(left) if !session.base_ends(context) => {
            session.tell_caps(context);
            context.messages.note(&format!(
                "the session for {} is still valid, for {}; --force renews it",
                session.named(),
                time_left(left)
            ));
            return Ok(around_the_session(&session, shell, context).into());
        }
        Some(_) => context.messages.note(
            "the session that the role was assumed with has ten minutes or less left: a new one \
             needs a code",
        ),
        None => {}
    }
    Ok(Outcome::work(log_in(&args.login, session, shell, context)))
}

async fn log_in(
    login: &Login,
    session: Session,
    shell: Shell,
    context: &Context<'_>,
) -> Result<Output> {
    let mut kept = Kept::new(login, context)?;
    let made = session.make(login, &mut kept, context).await?;
    let changes = session.changes(&made, &kept.bases, context)?;
    logged_in::tell(&session.profile, &made, &changes, context);
    Ok(shell.render_on(&changes, context.environment).into())
}

/// The session stays; the region is the terminal's, and what has been set since and misleads goes.
fn around_the_session(session: &Session, shell: Shell, context: &Context<'_>) -> Zeroizing<String> {
    let mut changes = environment::unset_misleading(context.environment);
    let region = session.profile.session_region.as_ref();
    let region_changes = environment::region_by_flag(region, context.environment);
    if let Some(region) = region.filter(|_| !region_changes.is_empty()) {
        let text = format!("the region is now {}", region.value);
        context.messages.note(&text);
        changes.extend(region_changes);
    }
    if changes.is_empty() {
        return Zeroizing::new(Shell::nothing().to_owned());
    }
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
