//! Asks AWS about the sessions whose end is not written down.

use crate::aws::{self, Client, Failure, Kind};
use crate::context::Context;
use crate::credentials::{Credentials, LongTermKeys};
use crate::files::Files;
use crate::leftovers::{End, Leftover};
use crate::origin::{Origin, Sourced};
use crate::profile::Profile;

/// Asks about those that are old enough to be dead, and notes what AWS says. If AWS is out of reach,
/// that ends the questions: each would take as long.
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
            Err(Failure { kind, error }) => {
                context.messages.profile_failure(&leftover.place(), &error);
                if kind.may_pass() {
                    return;
                }
            }
        }
    }
}

async fn is_accepted(
    leftover: &Leftover,
    session: &Credentials,
    files: &Files,
    context: &Context<'_>,
) -> Result<bool, Failure> {
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
    let profile = Profile::with_keys(
        files,
        &Sourced::new(name, origin),
        &keys,
        context.environment,
    );
    let profile = profile.map_err(|error| Failure {
        kind: Kind::Other,
        error,
    })?;
    let client = Client::new(&profile, &keys, context);
    aws::accepts(&client, session).await
}
