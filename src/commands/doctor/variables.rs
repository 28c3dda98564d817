//! Variables that name a profile or a file.

use super::Sights;
use super::finding::Finding;
use crate::files::near_names;

const CHECK: &str = "variables";

pub fn check(sights: &Sights<'_>) -> Vec<Finding> {
    empty_profiles(sights)
        .chain(unknown_profiles(sights))
        .collect()
}

const PROFILES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/// awsmfa takes an empty variable for one that is not set; the AWS CLI looks for a profile without a
/// name.
fn empty_profiles<'a>(sights: &'a Sights<'_>) -> impl Iterator<Item = Finding> + 'a {
    let environment = sights.context.environment;
    let names = PROFILES.into_iter();
    let empty = names.filter(|name| environment.contains(name) && environment.get(name).is_none());
    empty.map(|name| {
        let message =
            format!("{name} is empty, and the AWS CLI looks for a profile without a name");
        Finding::warning(CHECK, message, sights.unset(&[name]))
    })
}

/// The check of the profile looks at the one that a login would use; these are for other tools.
fn unknown_profiles<'a>(sights: &'a Sights<'_>) -> impl Iterator<Item = Finding> + 'a {
    let Sights {
        context,
        files,
        name,
        ..
    } = sights;
    let others = PROFILES.into_iter().filter_map(|variable| {
        let value = context.environment.get(variable)?;
        Some((variable, value)).filter(|(_, value)| *value != name.value && *value != "default")
    });
    let unknown = others.filter(|(_, value)| files.sections(value).is_empty());
    unknown.map(|(variable, value)| {
        let looked_at = files.looked_at();
        let message =
            format!("{variable} names {value}, and there is no such profile in {looked_at}");
        Finding::error(CHECK, message, near_names::hint(files, value))
    })
}
