//! Whether the shell's start-up files set up `aws-mfa-on`. They are read, never run.

mod bash;
mod code;
mod events;
mod faults;
mod files;
mod json_shells;
mod path;
pub mod places;
mod plugins;
mod reader;
mod snippet;
mod variables;
mod words;

use std::path::Path;

use super::finding::Finding;
use crate::shell::Shell;
pub use bash::hooks_are_a_string;
use events::{Event, Load, Way};
pub use files::shown;
pub use path::at_end;
use places::{Places, Start};
use reader::Step;

const CHECK: &str = "shell";

/// What one shell runs when it starts.
pub struct Startup<'a> {
    pub shell: Shell,
    pub places: &'a Places<'a>,
    pub login: Vec<Step>,
    pub plain: Vec<Step>,
}

/// A line that loads the snippet, and its place among the others.
struct Loaded<'a> {
    at: usize,
    step: &'a Step,
    load: &'a Load,
}

impl<'a> Startup<'a> {
    pub fn read(shell: Shell, places: &'a Places<'a>) -> Self {
        Self {
            shell,
            places,
            login: places.steps(shell, Start::Login),
            plain: places.steps(shell, Start::Plain),
        }
    }

    /// Whether a line of the start-up files has to do with awsmfa.
    pub fn is_concerned(&self) -> bool {
        let mut steps = self.plain.iter().chain(&self.login);
        steps.any(|step| !step.events.is_empty())
    }

    /// Whether a line of them loads the snippet.
    pub fn is_set_up(&self) -> bool {
        self.loaded(&self.plain).is_some() || self.loaded(&self.login).is_some()
    }

    /// What is wrong; what is right, if nothing is wrong.
    pub fn findings(
        &self,
        directory: Option<&Path>,
        hooks_are_a_string: &dyn Fn() -> bool,
    ) -> Vec<Finding> {
        let mut findings = self.faults();
        match (self.loaded(&self.plain), self.loaded(&self.login)) {
            (None, None) if findings.is_empty() => findings.push(self.not_loaded()),
            (None, Some(loaded)) if self.shell != Shell::Sh && !self.places.terminals_log_in => {
                findings.push(self.only_at_login(&loaded));
            }
            (Some(loaded), None) => findings.extend(self.not_at_login(&loaded)),
            _ => {}
        }
        for steps in [&self.plain, &self.login] {
            if let Some(loaded) = self.loaded(steps) {
                let after = steps[loaded.at + 1..].iter();
                findings
                    .extend(after.flat_map(|step| Self::undone(&loaded, step, hooks_are_a_string)));
            }
            findings.extend(steps.iter().filter_map(Self::renamed));
        }
        // How the others set the PATH is not known here.
        if let Some(directory) = directory.filter(|_| self.shell.dialect().is_some()) {
            findings.extend(path::findings(self, directory));
        }
        // What a login shell reads, another may read as well.
        let mut distinct: Vec<Finding> = Vec::new();
        for finding in findings {
            if !distinct.contains(&finding) {
                distinct.push(finding);
            }
        }
        if distinct.is_empty() {
            distinct.extend(self.fine());
        }
        distinct
    }

    fn fine(&self) -> Option<Finding> {
        let loaded = self
            .loaded(&self.plain)
            .or_else(|| self.loaded(&self.login))?;
        let place = loaded.step.place();
        let text = format!("{} sets up aws-mfa-on for {}", place, self.shell.name());
        Some(Finding::ok(CHECK, text))
    }

    /// The line by which the snippet is loaded at last.
    fn loaded<'s>(&self, steps: &'s [Step]) -> Option<Loaded<'s>> {
        let steps = steps.iter().enumerate().rev();
        let mut reached = steps.filter(|(_, step)| step.ended_at.is_none());
        reached.find_map(|(at, step)| {
            let load = step.events.iter().find_map(|event| match event {
                Event::Load(load) if self.works(&load.way) => Some(load),
                _ => None,
            })?;
            Some(Loaded { at, step, load })
        })
    }

    /// The snippet for sh works in bash and zsh.
    fn works(&self, way: &Way) -> bool {
        match way {
            Way::Init(Some(Shell::Sh)) => {
                matches!(self.shell, Shell::Bash | Shell::Zsh | Shell::Sh)
            }
            Way::Init(Some(shell)) => *shell == self.shell,
            Way::Init(None) | Way::Copy { .. } | Way::Plugin => true,
            Way::Ineffective(_) | Way::Missing(_) | Way::NoProgram(_) => false,
        }
    }
}

fn warning(message: impl AsRef<str>, hint: impl AsRef<str>) -> Finding {
    Finding::warning(CHECK, message, hint)
}

/// The line that loads the snippet.
fn line(shell: Shell) -> String {
    match shell {
        Shell::Fish => "awsmfa init fish | source".to_owned(),
        Shell::Nu => {
            let below = |path| format!("($nu.data-dir | path join {path})");
            let directory = below("vendor/autoload");
            let file = below("vendor/autoload/awsmfa.nu");
            let new = below("$\"awsmfa.($nu.pid)\"");
            format!("mkdir {directory}; awsmfa init nu | save -f {new}; mv -f {new} {file}")
        }
        Shell::Elvish => "eval (awsmfa init elvish | slurp)".to_owned(),
        Shell::Xonsh => "execx($(awsmfa init xonsh))".to_owned(),
        _ => format!("eval \"$(awsmfa init {})\"", shell.name()),
    }
}

#[cfg(test)]
mod tests;
