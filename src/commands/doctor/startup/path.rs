//! Whether a line that runs `awsmfa` finds it: the directory must be on the PATH by then.
//!
//! A login shell starts with the system's PATH. Any other inherits what the login shell has made of
//! it.

use std::path::Path;

use super::super::finding::Finding;
use super::files::{shown, text};
use super::reader::Step;
use super::{Startup, warning};
use crate::shell::Shell;

/// What every login has.
const OF_SYSTEM: [&str; 7] = [
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/bin",
    "/sbin",
    "/snap/bin",
];

/// `brew shellenv` adds one of these.
const OF_HOMEBREW: [&str; 2] = ["/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin"];

/// `directory` is where the PATH of this terminal has awsmfa.
pub fn findings(startup: &Startup<'_>, directory: &Path) -> Option<Finding> {
    let directory = directory
        .to_str()
        .filter(|path| !OF_SYSTEM.contains(path))?;
    let files = startup.places.files_of_every_login();
    let mut texts = files.iter().filter_map(|file| text(file));
    let adds = |line: &str| mentions(&at_home(line, startup), directory);
    if texts.any(|text| text.lines().any(adds)) {
        return None;
    }
    at_login(startup, directory)
        .or_else(|| in_plain_shell(startup, directory))
        .or_else(|| only_while_active(startup, directory))
}

fn at_login(startup: &Startup<'_>, directory: &str) -> Option<Finding> {
    let (line, after) = not_found(startup, &startup.login, directory)?;
    let later = after.map(|step| format!("later, in {}", step.place()));
    let place = later.or_else(|| {
        let files = startup.places.all_files();
        files
            .iter()
            .find_map(|file| unread(startup, file, directory))
    });
    Some(too_late(startup, line, directory, &place?))
}

/// The line of a file that this shell does not read.
fn unread(startup: &Startup<'_>, file: &Path, directory: &str) -> Option<String> {
    let shown = shown(file, startup.places.home);
    let mut steps = startup.login.iter().chain(&startup.plain);
    if steps.any(|step| *step.file == *shown) {
        return None;
    }
    let text = text(file)?;
    let lines = (1..).zip(text.lines());
    let lines = lines.map(|(number, line)| (number, at_home(line, startup)));
    let adds: Vec<_> = lines
        .filter(|(_, line)| mentions(line, directory))
        .collect();
    let (number, _) = plainest(&adds, |(_, line)| line)?;
    Some(format!(
        "in {shown}:{number}, which {} does not read",
        startup.shell.name()
    ))
}

/// In a shell that is no login shell, only what a line below adds is certain to be missing.
fn in_plain_shell(startup: &Startup<'_>, directory: &str) -> Option<Finding> {
    let (line, after) = not_found(startup, &startup.plain, directory)?;
    let is_inherited = startup
        .login
        .iter()
        .any(|step| mentions(&step.text, directory));
    let place = format!("later, in {}", after.filter(|_| !is_inherited)?.place());
    Some(too_late(startup, line, directory, &place))
}

/// The program of a Python environment that is active here, and in no new terminal.
fn only_while_active(startup: &Startup<'_>, directory: &str) -> Option<Finding> {
    let active = (startup.places.environment)("VIRTUAL_ENV")?;
    if Path::new(&active).join("bin") != Path::new(directory) {
        return None;
    }
    let loaded = startup
        .loaded(&startup.plain)
        .or_else(|| startup.loaded(&startup.login))?;
    let mut steps = startup.plain.iter().chain(&startup.login);
    if steps.any(|step| mentions(&step.text, directory) || is_unclear(&step.text)) {
        return None;
    }
    let shown = shown(Path::new(directory), startup.places.home);
    let text = format!(
        "{} sets up aws-mfa-on, but new terminals do not find awsmfa: {shown} is on the PATH only \
         while the virtual environment is active",
        loaded.step.place()
    );
    let add = at_end(startup.shell, &shown);
    Some(warning(text, format!("put above it: {add}")))
}

/// The line that adds a directory at the end of the PATH, where it hides nothing.
pub fn at_end(shell: Shell, directory: &str) -> String {
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("PATH=$PATH:{directory}"),
        Shell::Fish => format!("fish_add_path --append {directory}"),
        Shell::Nu => {
            format!("$env.PATH = ($env.PATH | append (\"{directory}\" | path expand))")
        }
        Shell::Elvish => format!("set paths = [$@paths {directory}]"),
        Shell::Xonsh => format!("$PATH.append('{directory}')"),
    }
}

/// The line that runs `awsmfa` before any other has added the directory, and the one that adds it
/// later.
fn not_found<'s>(
    startup: &Startup<'_>,
    steps: &'s [Step],
    directory: &str,
) -> Option<(&'s Step, Option<&'s Step>)> {
    let loaded = startup
        .loaded(steps)
        .filter(|loaded| loaded.load.looks_up)?;
    let (before, after) = steps.split_at(loaded.at + 1);
    let adds = |step: &&Step| step.ended_at.is_none() && mentions(&step.text, directory);
    let may_add = |step: &Step| adds(&step) || is_unclear(&step.text);
    let later: Vec<&Step> = after.iter().filter(adds).collect();
    let later = plainest(&later, |step| &step.text).copied();
    (!before.iter().any(may_add)).then_some((loaded.step, later))
}

/// The first line that names the PATH, else the first: `if [ -d ~/bin ]` may stand above it.
fn plainest<T>(lines: &[T], text: impl Fn(&T) -> &str) -> Option<&T> {
    let adds = |line: &&T| text(line).contains("PATH") || text(line).contains("path");
    lines.iter().find(adds).or_else(|| lines.first())
}

fn too_late(startup: &Startup<'_>, line: &Step, directory: &str, place: &str) -> Finding {
    let directory = shown(Path::new(directory), startup.places.home);
    let text = format!(
        "{} does not find awsmfa in a new login: {directory} is added to PATH {place}",
        line.place()
    );
    let add = match startup.shell {
        Shell::Fish => format!("fish_add_path {directory}"),
        _ => format!("PATH={directory}:$PATH"),
    };
    warning(text, format!("put above it: {add}"))
}

/// Whether the text names the directory itself, not a file in it.
fn mentions(text: &str, directory: &str) -> bool {
    if OF_HOMEBREW.contains(&directory) && text.contains("brew shellenv") {
        return true;
    }
    let plain = text.replace(['"', '\''], "");
    let is_comment = plain.trim_start().starts_with('#');
    let mut places = plain.match_indices(directory);
    let ends = |rest: &str| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        !rest.starts_with(|c: char| c.is_alphanumeric() || "/._-".contains(c))
    };
    !is_comment && places.any(|(at, _)| ends(&plain[at + directory.len()..]))
}

/// Whether the line adds a directory to the PATH that only a shell could name.
fn is_unclear(text: &str) -> bool {
    let adds = [
        "PATH=",
        "path=(",
        "path+=(",
        "fish_add_path",
        "set -gx PATH",
        "set -x PATH",
    ];
    let known = ["$PATH", "${PATH", "$path", "$fish_user_paths"];
    let rest = known
        .iter()
        .fold(text.to_owned(), |text, name| text.replace(name, ""));
    adds.iter().any(|form| text.contains(form)) && rest.contains(['$', '`'])
}

/// A line of a file that the shell does not read, with the home directory's path.
fn at_home(line: &str, startup: &Startup<'_>) -> String {
    let home = startup.places.home.display().to_string();
    let line = line.replace("${HOME}", &home).replace("$HOME", &home);
    line.replace("~/", &format!("{home}/"))
}
