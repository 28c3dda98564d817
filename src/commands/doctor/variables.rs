//! Variables that name a profile or a file.

use super::Setup;
use super::finding::Finding;
use crate::environment::PROFILE_NAMES;
use crate::files::near_names;
use crate::mfa::{CodeOrigin, TokenCode};

const CHECK: &str = "variables";

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    empty_profiles(setup)
        .chain(unknown_profiles(setup))
        .chain(two_profiles(setup))
        .chain(files(setup))
        .chain(token_code(setup))
        .collect()
}

const FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
const TOKEN_CODE: &str = "AWSMFA_TOKEN_CODE";

/// awsmfa takes an empty variable for one that is not set; the AWS CLI looks for a profile without a
/// name.
fn empty_profiles<'a>(setup: &'a Setup<'_>) -> impl Iterator<Item = Finding> + 'a {
    let environment = setup.context.environment;
    let names = PROFILE_NAMES.into_iter();
    let empty = names.filter(|name| environment.contains(name) && environment.get(name).is_none());
    empty.map(|name| {
        let message =
            format!("{name} is empty, and the AWS CLI looks for a profile without a name");
        Finding::warning(CHECK, message, setup.unset(&[name]))
    })
}

/// The check of the profile looks at the one that a login would use; these are for other tools.
fn unknown_profiles<'a>(setup: &'a Setup<'_>) -> impl Iterator<Item = Finding> + 'a {
    let Setup {
        context,
        files,
        name,
        ..
    } = setup;
    let others = PROFILE_NAMES.into_iter().filter_map(|variable| {
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

/// The AWS CLI prefers the old variable, most SDKs the other.
fn two_profiles(setup: &Setup<'_>) -> Option<Finding> {
    let environment = setup.context.environment;
    let [new, old] = PROFILE_NAMES.map(|name| environment.get(name));
    let (new, old) = new.zip(old).filter(|(new, old)| new != old)?;
    let message = format!(
        "AWS_PROFILE names {new} and AWS_DEFAULT_PROFILE {old}: the AWS CLI uses {old}, most SDKs {new}"
    );
    Some(Finding::warning(
        CHECK,
        message,
        setup.unset(&["AWS_DEFAULT_PROFILE"]),
    ))
}

/// Files that other tools may not find, either.
fn files(setup: &Setup<'_>) -> impl Iterator<Item = Finding> {
    let environment = setup.context.environment;
    let files = FILES.into_iter().zip(setup.files.both());
    files.filter_map(|(variable, file)| {
        let path = environment.file_path(variable)?;
        let shown = file.shown.display();
        let why = if file.missing {
            "and there is no such file"
        } else if path.is_relative() {
            "which depends on the directory that a tool runs in"
        } else {
            return None;
        };
        let message = format!("{variable} names {shown}, {why}");
        let hint = format!(
            "set it to the whole path of the file, or {}",
            setup.unset(&[variable])
        );
        Some(Finding::warning(CHECK, message, hint))
    })
}

/// A code works once.
fn token_code(setup: &Setup<'_>) -> Option<Finding> {
    let code = setup.context.environment.get(TOKEN_CODE)?;
    let message = match TokenCode::parse(code, CodeOrigin::Given) {
        Ok(_) => format!("{TOKEN_CODE} is set, and a code works only once"),
        Err(error) => format!("{TOKEN_CODE}: {error:#}"),
    };
    Some(Finding::warning(CHECK, message, setup.unset(&[TOKEN_CODE])))
}
