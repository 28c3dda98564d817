//! What commands need that ask IAM about a user: the profile, and the user's long-term keys.

use anyhow::{Context as _, Result};

use crate::cli::Login;
use crate::context::Context;
use crate::credentials::LongTermKeys;
use crate::files::Files;
use crate::message::OrHint as _;
use crate::profile::{self, Profile};

/// The profile, and the files that it is in. Notes say what is wrong with them.
pub fn profile(login: &Login, context: &Context<'_>) -> Result<(Profile, Files)> {
    let files = Files::read(context.environment);
    let name = profile::name(login, context.environment);
    let profile = Profile::resolve(&files, &name, login, context.environment)?;
    context.messages.notes(files.problems());
    Ok((profile, files))
}

/// # Errors
/// The terminal has nothing but a session.
pub async fn keys(profile: &Profile, context: &Context<'_>) -> Result<LongTermKeys> {
    let keys = profile.keys.long_term(context.environment).await?;
    keys.context("there are no long-term keys")
        .or_hint(|| "a profile with the long-term keys (AKIA…) of an IAM user is needed")
}
