//! What can be wrong with the lines that set up `aws-mfa-on`.

use super::super::finding::Finding;
use super::events::{Event, Way};
use super::files::shown;
use super::reader::Step;
use super::{Loaded, Startup, line, warning};
use crate::shell::Shell;

impl Startup<'_> {
    /// Lines that should load the snippet and do not, or load another version's.
    pub(super) fn faults(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for step in self.plain.iter().chain(&self.login) {
            for event in &step.events {
                if let Event::Load(load) = event {
                    let finding = self.fault(step, &load.way);
                    findings.extend(finding.filter(|finding| !findings.contains(finding)));
                }
            }
        }
        findings
    }

    fn fault(&self, step: &Step, way: &Way) -> Option<Finding> {
        let (shell, place) = (self.shell.name(), step.place());
        if let Some(end) = step.ended_at {
            let what = format!("{place} is never reached: line {end} ends the file");
            return Some(warning(what, "move it above that line"));
        }
        let (what, instead) = match way {
            // `~/.profile` may read `~/.bashrc` if bash runs it.
            Way::Init(Some(_)) if self.shell == Shell::Sh => return None,
            Way::Init(Some(other)) if !self.works(way) => (
                format!("loads the functions of {} into {shell}", other.name()),
                "write",
            ),
            Way::Ineffective(why) => ((*why).to_owned(), "write"),
            Way::Missing(file) => (
                format!("reads {file}, which does not exist"),
                "write in its place",
            ),
            // A line for another computer, if a line that works stands beside it.
            Way::NoProgram(_) if self.is_set_up() => return None,
            Way::NoProgram(path) => (
                format!("runs {path}, which does not exist"),
                "write in its place",
            ),
            Way::Copy { is_current: false } => (
                "loads the shell functions of another version of awsmfa".to_owned(),
                "update that copy, or load them in your start-up file with",
            ),
            _ => return None,
        };
        let hint = format!("{instead}: {}", line(self.shell));
        Some(warning(format!("{place} {what}"), hint))
    }

    pub(super) fn not_loaded(&self) -> Finding {
        let shell = self.shell.name();
        let file = shown(&self.places.rc_file(self.shell), self.places.home);
        let hint = format!("add to the end of {file}: {}", line(self.shell));
        let mut steps = self.plain.iter().chain(&self.login);
        let other = steps.find_map(|step| {
            let mut events = step.events.iter();
            let defines =
                |event: &&Event| matches!(event, Event::Define { name, .. } if name != "awsmfa");
            events.find(defines).map(|event| (step, event))
        });
        match other {
            Some((step, Event::Define { name, is_alias })) => {
                let what = if *is_alias { "an alias" } else { "a function" };
                let place = step.place();
                warning(
                    format!(
                        "{place} defines {name} as {what} of its own, and nothing loads awsmfa's"
                    ),
                    hint,
                )
            }
            _ => warning(
                format!("no start-up file of {shell} sets up aws-mfa-on"),
                hint,
            ),
        }
    }

    pub(super) fn only_at_login(&self, loaded: &Loaded<'_>) -> Finding {
        let file = shown(&self.places.rc_file(self.shell), self.places.home);
        let place = loaded.step.place();
        let text = format!(
            "{place} sets up aws-mfa-on in login shells only: other terminals do not have it"
        );
        warning(text, format!("move the line to {file}"))
    }

    /// bash reads `~/.bashrc` at a login only if the login file says so. Debian's and Fedora's does;
    /// without one, only the terminals of macOS start login shells.
    pub(super) fn not_at_login(&self, loaded: &Loaded<'_>) -> Option<Finding> {
        if self.shell != Shell::Bash {
            return None;
        }
        let place = loaded.step.place();
        let line = "[ -f ~/.bashrc ] && . ~/.bashrc";
        let Some(login) = self.places.login_file_of_bash() else {
            let text =
                format!("{place} sets up aws-mfa-on, but login shells do not read that file");
            let hint = format!("put into ~/.bash_profile: {line}");
            return Some(warning(text, hint)).filter(|_| self.places.terminals_log_in);
        };
        let mut own = self.login.iter().filter(|step| step.file.starts_with("~/"));
        if own.any(|step| step.text.contains("bashrc")) {
            return None;
        }
        let login = shown(&login, self.places.home);
        let text = format!(
            "{place} sets up aws-mfa-on, but {login} does not read that file, so login shells (ssh, tmux) do not have it"
        );
        Some(warning(text, format!("add to {login}: {line}")))
    }

    /// What a line below the one that loads the snippet takes away from it.
    pub(super) fn undone(
        loaded: &Loaded<'_>,
        step: &Step,
        hooks_are_a_string: &dyn Fn() -> bool,
    ) -> Vec<Finding> {
        let (place, below) = (step.place(), loaded.step.place());
        let hint = format!("remove it, or move it above {below}");
        let events = step.events.iter().filter(|_| step.ended_at.is_none());
        let finding = |event: &Event| match event {
            Event::Define { name, is_alias } if name != "awsmfa" => {
                let what = if *is_alias { "an alias" } else { "a function" };
                let text = format!("{place} replaces awsmfa's {name} with {what} of its own");
                Some(warning(text, hint.clone()))
            }
            Event::RemoveHooks(variable) | Event::ReplaceHook(variable)
                if loaded.load.has_hook
                    && (matches!(event, Event::RemoveHooks(_)) || hooks_are_a_string()) =>
            {
                let text = format!(
                    "{place} overwrites {variable}, so nothing warns you before a session expires"
                );
                Some(warning(text, hint.clone()))
            }
            _ => None,
        };
        events.filter_map(finding).collect()
    }

    /// A line that takes the program's own name.
    pub(super) fn renamed(step: &Step) -> Option<Finding> {
        let mut events = step.events.iter().filter(|_| step.ended_at.is_none());
        let takes =
            |event: &&Event| matches!(event, Event::Define { name, .. } if name == "awsmfa");
        events.find(takes)?;
        let text = format!("{} gives the name awsmfa to something else", step.place());
        Some(warning(text, "rename it"))
    }
}
