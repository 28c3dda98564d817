//! The session without a role that the terminal has exported: roles can be assumed with it, in a
//! command and in a script too, which the shell does not hand its base sessions.

use crate::cli::Login;
use crate::commands::Context;
use crate::environment::{Base, Held};
use crate::profile::{Files, Keys, LongTermKeys, Origin, Profile, Sourced};

/// The exported session as a base session, if it was made with the long-term keys of `profile`,
/// which are `keys`. Only the profile that it was made for says so: no variable names its keys.
pub fn base(profile: &Profile, keys: &LongTermKeys, context: &Context<'_>) -> Option<Base> {
    let environment = context.environment;
    let held = Held::read(environment).filter(|held| held.role_arn.is_none())?;
    let files = Files::read(environment).ok()?;
    let name = Sourced::new(held.profile, Origin::Variable("AWSMFA_PROFILE"));
    let made_for = Profile::resolve(&files, name, &Login::default(), environment).ok()?;
    are_the_same(&made_for.keys, &profile.keys).then_some(())?;
    Some(Base {
        credentials: environment.held_credentials()?,
        long_term_key_id: Some(keys.access_key_id.clone()),
        mfa_serial: held.mfa_serial,
        of_this_run: false,
    })
}

/// Runs no command: the same one prints the same keys.
fn are_the_same(one: &Keys, other: &Keys) -> bool {
    match (one, other) {
        (Keys::Static(one), Keys::Static(other)) => one.access_key_id == other.access_key_id,
        (Keys::Process(one), Keys::Process(other)) => one.value == other.value,
        _ => false,
    }
}
