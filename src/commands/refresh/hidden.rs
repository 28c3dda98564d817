//! What is kept from the command: SDKs would take the keys of `[default]` before they ask the
//! endpoint, and sign with them without MFA.

use crate::context::Context;
use crate::files::Files;
use crate::origin::Sourced;
use crate::profile::Profile;

/// Says so, if there is something.
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
