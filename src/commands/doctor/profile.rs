//! The profile that a login would use.

use super::Setup;
use super::finding::{Finding, Level};
use super::{notes, profiles};
use crate::cli::Login;
use crate::origin::Origin;
use crate::profile::{Mistakes, Profile, is_of_others};

const CHECK: &str = "profile";

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    match &setup.profile {
        Ok(profile) => {
            let mut findings = vec![Finding::ok(CHECK, summary(profile, setup))];
            findings.extend(profiles::of_plan(profile));
            findings.extend(notes::of(profile, setup));
            findings
        }
        Err(_) => mistakes(setup),
    }
}

fn mistakes(setup: &Setup<'_>) -> Vec<Finding> {
    let Setup { files, name, .. } = setup;
    let found = Mistakes::find(files, name, &Login::default(), setup.context.environment);
    let of_settings = found.settings.iter();
    let mut findings: Vec<_> = of_settings
        .map(|error| Finding::of_error(CHECK, error))
        .collect();
    if is_no_default(setup) {
        let hint = "name a profile, as in aws-mfa-on PROFILE; awsmfa list shows all";
        let finding = Finding::ok(CHECK, "there is no default profile");
        findings.push(Finding {
            hint: Some(hint.to_owned()),
            ..finding
        });
    } else if let Some(error) = &found.keys {
        let by = match &name.origin {
            Origin::Variable(variable) => format!(", named by {variable}"),
            _ => String::new(),
        };
        let about = format!("profile {}{by}", name.value);
        let level = level_without_keys(setup);
        let finding = Finding::of_error(CHECK, error).about(&about);
        findings.push(Finding { level, ..finding });
    }
    findings
}

/// Many people have none, and always name the profile.
fn is_no_default(setup: &Setup<'_>) -> bool {
    let is_default = matches!(setup.name.origin, Origin::Rule(_));
    let has_others = !setup.files.profile_names().is_empty();
    is_default && has_others && setup.files.sections(&setup.name.value).is_empty()
}

/// A profile that the user has named should be able to log in. The default profile may be there for
/// its settings only, and other tools may log in another way.
fn level_without_keys(setup: &Setup<'_>) -> Level {
    let Setup { files, name, .. } = setup;
    let is_named = setup.is_for_one_profile;
    match name.origin {
        _ if is_named => Level::Error,
        Origin::Rule(_) if files.profile_names().is_empty() => Level::Error,
        Origin::Rule(_) => match profiles::level_without_keys(setup, &name.value) {
            Level::Ok => Level::Ok,
            _ => Level::Error,
        },
        _ if is_of_others(files, &name.value, setup.context.environment) => Level::Ok,
        _ => Level::Error,
    }
}

/// What a login would use.
fn summary(profile: &Profile, setup: &Setup<'_>) -> String {
    let keys = profile.keys.origin();
    let device = match &profile.mfa_serial {
        Some(serial) => format!("MFA device from {}", serial.origin),
        None => "MFA device looked up at AWS".to_owned(),
    };
    let proven = if setup.is_online {
        ""
    } else {
        " (--online asks AWS whether they are valid)"
    };
    let name = &profile.name.value;
    format!("profile {name}: keys from {keys}{proven}, {device}")
}
