//! `doctor`: what is wrong, before it hurts. A list of small checks, each of which turns what is there
//! into findings. Runs no command of the user's and asks AWS only with `--online`.

mod agent;
mod clock;
mod commands;
mod exported_keys;
mod finding;
mod headers;
mod keys;
mod leftovers;
mod notes;
mod online;
mod permissions;
mod profile;
mod profile_files;
mod profiles;
mod program;
mod redacted;
mod secret_file;
mod settings;
mod shell;
mod smart_card;
mod startup;
mod variables;

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;

use super::done::Done;
use crate::cli;
use crate::context::Context;
use crate::files::Files;
use crate::files::section::Section;
use crate::origin::Sourced;
use crate::printable::json;
use crate::profile::{Profile, follow, name as profile_name};
use crate::shell::{Shell, detect};
use finding::{Finding, Level};

/// What the checks look at, read once: files, variables, the profile of a login.
struct Setup<'a> {
    context: &'a Context<'a>,
    /// `--online`.
    is_online: bool,
    /// Whether the command line names a profile.
    is_for_one_profile: bool,
    files: &'a Files,
    /// Those of every profile, or of the one that the command line names and its sources.
    sections: Vec<Section<'a>>,
    /// The profile that a login would use, and who chose it.
    name: Sourced<String>,
    /// The same, resolved.
    profile: Result<Profile>,
}

impl<'a> Setup<'a> {
    fn of(args: &cli::Doctor, files: &'a Files, context: &'a Context<'a>) -> Self {
        let login = args.login();
        let name = profile_name(&login, context.environment);
        let sections = match &args.profile {
            None => files.all_sections().collect(),
            Some(name) => sections_of(name, files, context),
        };
        Self {
            profile: Profile::find(files, &name, &login, context.environment),
            is_online: args.online,
            is_for_one_profile: args.profile.is_some(),
            context,
            files,
            sections,
            name,
        }
    }

    /// The line to type that removes variables from the terminal.
    fn unset(&self, names: &[&str]) -> String {
        match detect::nearest(self.context.environment) {
            Some(Shell::Fish) => format!("set --erase {}", names.join(" ")),
            Some(Shell::Nu) => format!("hide-env {}", names.join(" ")),
            Some(Shell::Elvish) => format!("unset-env {}", names.join("; unset-env ")),
            Some(Shell::Xonsh) => format!("del ${}", names.join(", $")),
            _ => format!("unset {}", names.join(" ")),
        }
    }
}

/// The sections of a profile and its sources, each once.
fn sections_of<'a>(name: &str, files: &'a Files, context: &Context<'_>) -> Vec<Section<'a>> {
    let (profiles, _) = follow(files, name, context.environment);
    let sections = profiles
        .into_iter()
        .flat_map(|profile| [profile.for_keys, profile.for_settings].concat());
    let places = sections.map(|section| ((&section.file.shown, section.parsed.line), section));
    let sections: BTreeMap<_, _> = places.collect();
    sections.into_values().collect()
}

/// In the order of the output.
const CHECKS: &[fn(&Setup<'_>) -> Vec<Finding>] = &[
    profile_files::check,
    headers::check,
    profile::check,
    profiles::check,
    keys::check,
    settings::check,
    commands::check,
    secret_file::check,
    variables::check,
    exported_keys::check,
    leftovers::check,
    permissions::check,
    shell::check,
    program::check,
    smart_card::check,
    agent::check,
    clock::check,
];

pub fn run(args: &cli::Doctor, context: &Context<'_>) -> Result<Done> {
    let files = Files::read(context.environment);
    let setup = Setup::of(args, &files, context);
    let mut findings: Vec<_> = CHECKS.iter().flat_map(|check| check(&setup)).collect();
    // Many profiles share a source, and two checks may find the same.
    let mut said = HashSet::new();
    findings.retain(|finding| said.insert(finding.line()));
    keys::without_repeats(&mut findings);
    findings.extend(online::check(&setup)?);
    let has_error = findings.iter().any(|finding| finding.level == Level::Error);
    let text = if args.json {
        json(&findings)?
    } else {
        findings.iter().map(Finding::line).collect()
    };
    Ok(Done::Print(text, u8::from(has_error)))
}
