//! The profile that a login would use.

use super::Sights;
use super::finding::{Finding, Level};
use super::{notes, profiles};
use crate::cli::Login;
use crate::origin::Origin;
use crate::profile::{Mistakes, Profile, is_of_others};

const CHECK: &str = "profile";

pub fn check(sights: &Sights<'_>) -> Vec<Finding> {
    match &sights.profile {
        Ok(profile) => {
            let mut findings = vec![Finding::ok(CHECK, summary(profile, sights))];
            findings.extend(profiles::of_plan(profile));
            findings.extend(notes::of(profile, sights));
            findings
        }
        Err(_) => mistakes(sights),
    }
}

fn mistakes(sights: &Sights<'_>) -> Vec<Finding> {
    let Sights { files, name, .. } = sights;
    let found = Mistakes::find(files, name, &Login::default(), sights.context.environment);
    let of_settings = found.settings.iter();
    let mut findings: Vec<_> = of_settings
        .map(|error| Finding::of_error(CHECK, error))
        .collect();
    if is_no_default(sights) {
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
        let level = level_without_keys(sights);
        let finding = Finding::of_error(CHECK, error).about(&about);
        findings.push(Finding { level, ..finding });
    }
    findings
}

/// Many people have none, and always name the profile.
fn is_no_default(sights: &Sights<'_>) -> bool {
    let is_default = matches!(sights.name.origin, Origin::Rule(_));
    let has_others = !sights.files.profile_names().is_empty();
    is_default && has_others && sights.files.sections(&sights.name.value).is_empty()
}

/// A profile that the user has named should be able to log in. The default profile may be there for
/// its settings only, and other tools may log in another way.
fn level_without_keys(sights: &Sights<'_>) -> Level {
    let Sights { files, name, .. } = sights;
    let is_named = sights.is_for_one_profile;
    match name.origin {
        _ if is_named => Level::Error,
        Origin::Rule(_) if files.profile_names().is_empty() => Level::Error,
        Origin::Rule(_) => match profiles::level_without_keys(sights, &name.value) {
            Level::Ok => Level::Ok,
            _ => Level::Error,
        },
        _ if is_of_others(files, &name.value, sights.context.environment) => Level::Ok,
        _ => Level::Error,
    }
}

/// What a login would use.
fn summary(profile: &Profile, sights: &Sights<'_>) -> String {
    let keys = profile.keys.origin();
    let device = match &profile.mfa_serial {
        Some(serial) => format!("MFA device from {}", serial.origin),
        None => "MFA device looked up at AWS".to_owned(),
    };
    let proven = if sights.is_online {
        ""
    } else {
        " (--online asks AWS whether they are valid)"
    };
    let name = &profile.name.value;
    format!("profile {name}: keys from {keys}{proven}, {device}")
}
