//! What is hidden from the command: SDKs would prefer the keys of `[default]` to the endpoint, and
//! sign without MFA.

use crate::context::Context;
use crate::files::Files;
use crate::origin::Sourced;
use crate::profile::Profile;

/// Says what is hidden, if anything.
pub fn tell(profile: &Profile, context: &Context<'_>) {
    let files = Files::read(context.environment);
    let sections = files.sections("default");
    let keys = ["aws_access_key_id", "credential_process", "role_arn"];
    let found = |key: &str| {
        let mut values = sections.iter().filter_map(|section| section.get(key));
        values.find(|value| !value.value.is_empty())
    };
    if let Some(Sourced { origin, .. }) = keys.into_iter().find_map(found) {
        let name = &profile.name.value;
        context.messages.note(&format!(
            "{origin} is hidden from the command, which gets sessions of profile {name}"
        ));
    }
}
