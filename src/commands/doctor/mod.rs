//! `doctor`: what is wrong, before it hurts. A list of small checks, each of which turns what is there
//! into findings. Runs no command of the user's and asks AWS only with `--online`.

mod agent;
mod clock;
mod exported_keys;
mod finding;
mod leftovers;
mod permissions;
mod profile;
mod profile_files;
mod program;
mod redacted;
mod shell;
mod smart_card;
mod startup;
mod variables;

use anyhow::Result;

use super::done::Done;
use crate::cli;
use crate::context::Context;
use crate::files::Files;
use crate::origin::Sourced;
use crate::printable::json;
use crate::profile::{self as profiles, Profile};
use crate::shell::{Shell, detect};
use finding::{Finding, Level};

/// What the checks look at, read once.
struct Sights<'a> {
    context: &'a Context<'a>,
    /// `--online`.
    is_online: bool,
    files: Files,
    /// The profile that a login would use, and who chose it.
    name: Sourced<String>,
    /// The same, resolved.
    profile: Result<Profile>,
}

impl Sights<'_> {
    /// The line to type that removes variables from the terminal.
    fn unset(&self, names: &[&str]) -> String {
        let command = match detect::detect(None, self.context.environment) {
            Ok(Shell::Fish) => "set --erase",
            _ => "unset",
        };
        format!("{command} {}", names.join(" "))
    }
}

/// In the order of the output.
const CHECKS: [fn(&Sights<'_>) -> Vec<Finding>; 11] = [
    profile_files::check,
    profile::check,
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
    let login = args.login();
    let files = Files::read(context.environment);
    let name = profiles::name(&login, context.environment);
    let sights = Sights {
        profile: Profile::find(&files, &name, &login, context.environment),
        context,
        is_online: args.online,
        files,
        name,
    };
    let findings: Vec<_> = CHECKS.iter().flat_map(|check| check(&sights)).collect();
    let has_error = findings.iter().any(|finding| finding.level == Level::Error);
    let text = if args.json {
        json(&findings)?
    } else {
        findings.iter().map(Finding::line).collect()
    };
    Ok(Done::Print(text, u8::from(has_error)))
}
