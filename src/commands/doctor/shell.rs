//! Whether the shells of this user set up `aws-mfa-on`.

use std::path::Path;

use super::Sights;
use super::finding::Finding;
use super::program;
use super::startup::places::Places;
use super::startup::{Startup, is_old_bash};
use crate::shell::Shell;
use crate::shell::detect::{login_shell, typed_into};

const SHELLS: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Sh];

/// The shell that a person types into must be set up; any other shell only if a line in its start-up
/// files names awsmfa, or if nothing sets up another. Nobody types into `sh` by accident: its files are
/// those of bash's logins.
pub fn check(sights: &Sights<'_>) -> Vec<Finding> {
    let environment = sights.context.environment;
    let Some(home) = environment.home() else {
        return Vec::new();
    };
    let variable = |name: &str| environment.get(name).map(str::to_owned);
    let places = Places {
        home: &home,
        system: Path::new("/etc"),
        environment: &variable,
    };
    let programs = program::on_path(environment);
    let directory = programs.first().and_then(|program| program.parent());
    let here = typed_into(environment);
    let login = login_shell(environment);
    let mut all: Vec<Startup<'_>> = SHELLS.map(|shell| Startup::read(shell, &places)).into();
    let is_set_up = all.iter().any(Startup::is_set_up);
    let is_unknown = here.is_none() && login.is_none() && !is_set_up;
    all.retain(|startup| {
        let shell = Some(startup.shell);
        let is_missed = login == shell && !is_set_up
            || is_unknown && places.rc_file(startup.shell).is_file() && startup.shell != Shell::Sh;
        let is_sh = startup.shell == Shell::Sh && environment.get("ENV").is_none();
        here == shell || is_missed || startup.is_concerned() && !is_sh
    });
    let is_old = || is_old_bash(environment);
    let findings = all
        .iter()
        .flat_map(|startup| startup.findings(directory, &is_old));
    findings.collect()
}
