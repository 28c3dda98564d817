//! What the environment tells of the terminal's base session: the session without a role that is
//! exported, with which a command can assume roles too, and the end of the one that only the shell
//! has.

use std::time::SystemTime;

use super::kept::Maker;
use crate::base::Base;
use crate::cli::Login;
use crate::context::Context;
use crate::environment::{Held, RENEWAL};
use crate::files::Files;
use crate::origin::{Origin, Sourced};
use crate::profile::{Keys, Profile};

/// The exported session as a base session, if it is one of `maker`, whose keys `profile` has. The
/// device must be known, for no variable names the keys, and other files may have other keys for the
/// profile of the same name.
pub fn base(maker: &Maker<'_>, profile: &Profile, context: &Context<'_>) -> Option<Base> {
    maker.mfa_serial?;
    let held = of_same_keys(profile, context).filter(|held| held.role_arn.is_none())?;
    Some(Base {
        credentials: context.environment.credentials()?,
        long_term_key_id: Some(maker.key_id.to_owned()),
        mfa_serial: held.mfa_serial,
        of_this_run: false,
    })
}

/// The end of the base session that the held role was assumed with, if the roles of `profile` can be
/// assumed with it too.
pub fn end_of_base_in_shell(profile: &Profile, context: &Context<'_>) -> Option<SystemTime> {
    let held = of_same_keys(profile, context).filter(|held| held.role_arn.is_some())?;
    let configured = profile.mfa_serial.as_ref().map(|serial| &serial.value);
    let same_device = configured.is_none_or(|serial| held.mfa_serial.as_ref() == Some(serial));
    let end = held.base_expires_at.filter(|_| same_device)?;
    (end > context.clock.local() + RENEWAL).then_some(end)
}

/// The held session, if the profile that it was made for has the long-term keys of `profile`.
fn of_same_keys(profile: &Profile, context: &Context<'_>) -> Option<Held> {
    let environment = context.environment;
    let held = Held::read(environment)?;
    let files = Files::read(environment);
    let name = Sourced::new(held.profile.clone(), Origin::Variable("AWSMFA_PROFILE"));
    let made_for = Profile::resolve(&files, name, &Login::default(), environment).ok()?;
    are_the_same(&made_for.keys, &profile.keys).then_some(held)
}

/// Runs no command: the same one prints the same keys.
fn are_the_same(one: &Keys, other: &Keys) -> bool {
    match (one, other) {
        (Keys::Static(one), Keys::Static(other)) => one.access_key_id == other.access_key_id,
        (Keys::Process(one), Keys::Process(other)) => one.value == other.value,
        _ => false,
    }
}
