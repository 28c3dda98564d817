//! Every profile: what a login with it would refuse, or cut short.

use std::collections::HashSet;

use super::Setup;
use super::finding::{Finding, Level};
use crate::cli::Login;
use crate::files::conventions::{ProfileSections, marks_of_temporary_keys};
use crate::files::section::Section;
use crate::origin::{Origin, Sourced};
use crate::plan::Plan;
use crate::profile::{Mistakes, Profile, follow, is_of_others};

const CHECK: &str = "profile";

/// Profiles with mistakes. Nobody reads more, and the hint for each may compare all names.
const MOST: usize = 100;

/// What is wrong with the profiles that nobody asked for.
pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    if setup.is_for_one_profile {
        return Vec::new();
    }
    let mut sources = HashSet::new();
    let names = setup.files.profile_names().into_iter();
    let others = names.filter(|name| *name != setup.name.value);
    let mut findings = others.map(|name| of_profile(name, setup, &mut sources));
    let mut findings = findings.by_ref().filter(|found| !found.is_empty());
    let mut all: Vec<_> = findings.by_ref().take(MOST).flatten().collect();
    if findings.next().is_some() {
        let message = format!("more than {MOST} profiles have mistakes");
        let hint = "correct these, or check one profile: awsmfa doctor PROFILE";
        all.push(Finding::warning(CHECK, message, hint));
    }
    all
}

/// `sources` are the profiles without keys that have been reported: many roles may share one.
fn of_profile(name: String, setup: &Setup<'_>, sources: &mut HashSet<String>) -> Vec<Finding> {
    let (files, environment) = (setup.files, setup.context.environment);
    let name = Sourced::new(name, Origin::Argument);
    let login = Login::default();
    if let Ok(profile) = Profile::find(files, &name, &login, environment) {
        return of_plan(&profile);
    }
    let found = Mistakes::find(files, &name, &login, environment);
    let level = level_without_keys(setup, &name.value);
    let of_keys = found.keys.filter(|_| level != Level::Ok);
    let of_keys = of_keys.filter(|_| {
        let (profiles, _) = follow(files, &name.value, environment);
        let source = profiles.last().map(|profile| profile.name.clone());
        level == Level::Error || sources.insert(source.unwrap_or_default())
    });
    let of_keys = of_keys.map(|error| {
        let finding = Finding::of_error(CHECK, &error).about(&format!("profile {}", name.value));
        Finding { level, ..finding }
    });
    let of_settings = found.settings.iter();
    let of_settings = of_settings.map(|error| Finding::of_error(CHECK, error));
    of_keys.into_iter().chain(of_settings).collect()
}

/// Durations that AWS does not give.
pub fn of_plan(profile: &Profile) -> Vec<Finding> {
    let hint = "ask for an hour there, or let source_profile name the profile with the keys: then the \
                role is assumed with the code itself";
    match Plan::of(profile) {
        Ok(plan) => {
            let caps = plan.caps.iter();
            caps.map(|cap| Finding::warning(CHECK, cap, hint)).collect()
        }
        Err(error) => vec![Finding::of_error(CHECK, &error)],
    }
}

/// How bad it is that a profile has no usable long-term keys. It may be there for other tools, or for
/// its settings only.
pub fn level_without_keys(setup: &Setup<'_>, name: &str) -> Level {
    let environment = setup.context.environment;
    let (profiles, _) = follow(setup.files, name, environment);
    let (Some(first), Some(last)) = (profiles.first(), profiles.last()) else {
        return Level::Error;
    };
    let is_cut_off = last
        .get("source_profile")
        .is_some_and(|source| source.value != last.name);
    let sections: Vec<_> = profiles.iter().flat_map(|one| &one.for_keys).collect();
    if is_cut_off {
        Level::Error
    } else if sections.iter().any(|section| is_temporary(section)) {
        Level::Warning
    } else if is_of_others(setup.files, name, environment) {
        Level::Ok
    } else if profiles.iter().any(says_where_keys_are) {
        Level::Error
    } else if first.role_arn().is_some() || first.mfa_serial().is_some() {
        Level::Warning
    } else {
        Level::Ok
    }
}

/// Other tools write temporary keys. A mark beside an id that begins with AKIA is a mistake.
fn is_temporary(section: &Section<'_>) -> bool {
    let id = section.get("aws_access_key_id");
    id.is_some_and(|id| {
        let is_marked = !marks_of_temporary_keys(section).is_empty();
        !id.value.starts_with("AKIA") && (is_marked || id.value.starts_with("ASIA"))
    })
}

fn says_where_keys_are(profile: &ProfileSections<'_>) -> bool {
    let keys = [
        "aws_access_key_id",
        "aws_secret_access_key",
        "credential_process",
        "credential_source",
    ];
    keys.iter()
        .any(|key| profile.get_beside_keys(key).is_some())
}
