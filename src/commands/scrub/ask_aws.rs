//! Asks AWS about the sessions whose end is not written down.

use anyhow::Result;

use crate::aws::{self, Client};
use crate::context::Context;
use crate::credentials::{Credentials, LongTermKeys};
use crate::files::Files;
use crate::leftovers::{End, Leftover};
use crate::origin::{Origin, Sourced};
use crate::profile::Profile;

/// Asks about those that are old enough to be dead, and notes what AWS says. The first failure of
/// AWS or of the way to it ends the questions: they would all take as long.
pub async fn about(leftovers: &mut [Leftover], context: &Context<'_>) {
    let files = Files::read(context.environment);
    let now = context.clock.local();
    for leftover in leftovers {
        let Some(session) = leftover.to_ask(now) else {
            continue;
        };
        match is_accepted(leftover, session, &files, context).await {
            Ok(true) => leftover.recognised.end = End::Accepted,
            Ok(false) => leftover.recognised.end = End::Refused,
            Err(error) => {
                let place = leftover.place();
                context
                    .messages
                    .failure(&format!("could not ask AWS about {place}: {error:#}"));
                return;
            }
        }
    }
}

async fn is_accepted(
    leftover: &Leftover,
    session: &Credentials,
    files: &Files,
    context: &Context<'_>,
) -> Result<bool> {
    let Context {
        environment,
        clock,
        messages,
        ..
    } = context;
    let origin = Origin::Reported(leftover.place());
    let name = leftover
        .section
        .as_ref()
        .and_then(|section| section.profile.clone());
    let name = name.unwrap_or_else(|| "default".to_owned());
    let keys = LongTermKeys {
        access_key_id: session.access_key_id.clone(),
        secret_access_key: session.secret_access_key.clone(),
        origin: origin.clone(),
    };
    let profile = Profile::with_keys(files, &Sourced::new(name, origin), &keys, environment)?;
    let client = Client::new(&profile, &keys, environment, clock, messages);
    Ok(aws::accepts(&client, session).await?)
}
