//! Whether the shells of this user set up `aws-mfa-on`.

use std::path::Path;

use super::Setup;
use super::finding::Finding;
use super::program;
use super::startup::places::Places;
use super::startup::{Startup, hooks_are_a_string};
use crate::environment::Environment;
use crate::shell::Shell;
use crate::shell::detect::{login_shell, typed_into};

const SHELLS: [Shell; 7] = [
    Shell::Bash,
    Shell::Zsh,
    Shell::Fish,
    Shell::Sh,
    Shell::Nu,
    Shell::Elvish,
    Shell::Xonsh,
];

/// The shell that a person types into must be set up; any other shell only if a line in its start-up
/// files names awsmfa, or if nothing sets up another. Nobody types into `sh` by accident: its files are
/// those of bash's logins.
pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let environment = setup.context.environment;
    let Some(home) = environment.home() else {
        return Vec::new();
    };
    let variable = |name: &str| environment.get(name).map(str::to_owned);
    let places = Places {
        home: &home,
        system: Path::new("/etc"),
        terminals_log_in: cfg!(target_os = "macos"),
        environment: &variable,
    };
    let here = typed_into(environment);
    let login = login_shell(environment);
    let has_sh = [here, login].contains(&Some(Shell::Sh)) || environment.get("ENV").is_some();
    let shells = SHELLS
        .into_iter()
        .filter(|shell| *shell != Shell::Sh || has_sh);
    let mut all: Vec<Startup<'_>> = shells.map(|shell| Startup::read(shell, &places)).collect();
    let is_set_up = all.iter().any(Startup::is_set_up);
    let is_unknown = here.is_none() && login.is_none() && !is_set_up;
    all.retain(|startup| {
        let shell = Some(startup.shell);
        let is_missed =
            login == shell && !is_set_up || is_unknown && places.rc_file(startup.shell).is_file();
        here == shell || is_missed || startup.is_concerned()
    });
    findings(&all, environment)
}

fn findings(all: &[Startup<'_>], environment: &Environment) -> Vec<Finding> {
    let programs = program::on_path(environment);
    let directory = programs.first().and_then(|program| program.parent());
    let is_a_string = || hooks_are_a_string(environment);
    let of_each = all
        .iter()
        .map(|startup| startup.findings(directory, &is_a_string));
    of_each.flatten().collect()
}
