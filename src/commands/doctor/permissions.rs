//! Modes and owners of the user's files: who else can read the secrets, or change what awsmfa and the
//! AWS CLI run; and what `sudo` has left to root.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::Setup;
use super::finding::Finding;
use super::startup::shown;
use crate::files::header::Kind;
use crate::leftovers::file;
use crate::mfa::default_secret_file;
use crate::runtime_dir::user;

const CHECK: &str = "permissions";

/// What a file may not be for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// Read or changed: it holds a secret.
    Secrets,
    /// Changed: it names commands that are run, or files that are read.
    Settings,
}

/// What the system says of a file.
#[derive(Clone, Copy, Debug)]
struct Status {
    owner: u32,
    group: u32,
    /// The twelve bits that `chmod` sets.
    mode: u32,
    is_readable: bool,
}

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let environment = setup.context.environment;
    let Some(home) = environment.home() else {
        return Vec::new();
    };
    let user_name = environment.user_name();
    let mut findings = Vec::new();
    for (path, holds) in files(setup, &home) {
        if let Some(status) = status(&path) {
            let shown = shown(&path, &home);
            let owner = owner(&shown, status, user(), &user_name);
            findings.extend(owner.filter(|_| is_below(&path, &home)));
            findings.extend(mode(&shown, status, holds));
        }
    }
    findings.extend(unwritable(&home));
    findings
}

/// What is looked at.
fn files(setup: &Setup<'_>, home: &Path) -> Vec<(PathBuf, Holds)> {
    let mut files = vec![
        (home.to_owned(), Holds::Settings),
        (home.join(".aws"), Holds::Settings),
    ];
    for file in setup.files.both() {
        let Some(path) = file.path() else { continue };
        let holds = match file.kind {
            Kind::Config if !has_secrets(path) => Holds::Settings,
            _ => Holds::Secrets,
        };
        files.push((path.to_owned(), holds));
    }
    files.extend(secret_files(setup).map(|path| (path, Holds::Secrets)));
    files
}

/// Each once: `~/.aws-mfa`, what the profiles name, and what the chosen one would use.
fn secret_files(setup: &Setup<'_>) -> impl Iterator<Item = PathBuf> {
    let environment = setup.context.environment;
    let sections = setup.sections.iter();
    let named = sections.filter_map(|section| section.get("mfa_secret_file"));
    let named = named.map(|line| environment.expand(line.value.into()));
    let profile = setup.profile.as_ref().ok();
    let chosen = profile.and_then(|profile| profile.mfa.secret_file.as_ref());
    let chosen = chosen.map(|file| file.value.clone());
    let all = named.chain(chosen).chain(default_secret_file(environment));
    all.collect::<BTreeSet<_>>().into_iter()
}

/// Whether long-term keys or a session stand in the configuration file.
fn has_secrets(config: &Path) -> bool {
    let keys = ["aws_secret_access_key", "aws_session_token"];
    file::read(config, file::LARGEST).is_some_and(|(bytes, _)| {
        let text = String::from_utf8_lossy(&bytes);
        keys.iter().any(|key| text.contains(key))
    })
}

/// `None` if there is neither a file nor a directory: modes of pipes and devices say nothing.
fn status(path: &Path) -> Option<Status> {
    let status = path.metadata().ok()?;
    let is_usual = status.is_file() || status.is_dir();
    is_usual.then(|| of_metadata(path, &status))
}

fn of_metadata(path: &Path, status: &Metadata) -> Status {
    Status {
        owner: status.uid(),
        group: status.gid(),
        mode: status.permissions().mode() & 0o7777,
        is_readable: access(path, Access::READ_OK).is_ok(),
    }
}

/// A link may lead to a file that a package manager or an administrator keeps.
fn is_below(path: &Path, home: &Path) -> bool {
    let both = path
        .canonicalize()
        .and_then(|path| Ok((path, home.canonicalize()?)));
    both.is_ok_and(|(path, home)| path.starts_with(home))
}

fn owner(shown: &str, status: Status, user: u32, user_name: &str) -> Option<Finding> {
    if status.owner == user || user == 0 {
        return None;
    }
    let whose = match status.owner {
        0 => "root, as sudo leaves it".to_owned(),
        other => format!("another user (number {other})"),
    };
    let hint = format!("sudo chown {user_name} {shown}");
    Some(if status.is_readable {
        Finding::warning(
            CHECK,
            format!("{shown} belongs to {whose}: you cannot change it"),
            hint,
        )
    } else {
        Finding::error(
            CHECK,
            format!("{shown} belongs to {whose}, and you cannot read it"),
            hint,
        )
    })
}

fn mode(shown: &str, status: Status, holds: Holds) -> Option<Finding> {
    const STICKY: u32 = 0o1000;
    let Status {
        mode, owner, group, ..
    } = status;
    // Many systems give each user a group of the same number.
    let others_write = mode & 0o002 != 0 && mode & STICKY == 0;
    let group_writes = mode & 0o020 != 0 && group != owner;
    if holds == Holds::Secrets && mode & 0o077 != 0 {
        let can = if mode & 0o022 == 0 {
            "read"
        } else {
            "read or change"
        };
        let text = format!("{shown} holds secrets, and other users can {can} it (mode {mode:04o})");
        return Some(Finding::warning(CHECK, text, format!("chmod 600 {shown}")));
    }
    (others_write || group_writes).then(|| {
        let text = format!(
            "other users can change {shown} (mode {mode:04o}), and thereby what runs as you"
        );
        Finding::warning(CHECK, text, format!("chmod go-w {shown}"))
    })
}

/// A home that is mounted read-only, or whose mode forbids its owner to write.
fn unwritable(home: &Path) -> Option<Finding> {
    if !home.is_dir() || access(home, Access::WRITE_OK).is_ok() {
        return None;
    }
    let home = home.display();
    let text = format!(
        "your home directory {home} is read-only: the AWS CLI cannot keep its caches there"
    );
    let hint = format!("check with: ls -ld {home}");
    Some(Finding::warning(CHECK, text, hint))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    fn status(owner: u32, group: u32, mode: u32) -> Status {
        Status {
            owner,
            group,
            mode,
            is_readable: mode & 0o004 != 0,
        }
    }

    #[test]
    fn wide_modes_are_told_from_usual_ones() {
        use Holds::{Secrets, Settings};
        for (holds, mode_bits, group, is_wide) in [
            (Secrets, 0o600, 1000, false),
            (Secrets, 0o400, 1000, false),
            (Secrets, 0o640, 1000, true),
            (Secrets, 0o604, 1000, true),
            (Settings, 0o644, 100, false),
            (Settings, 0o664, 1000, false),
            (Settings, 0o664, 100, true),
            (Settings, 0o666, 1000, true),
            (Settings, 0o755, 100, false),
            (Settings, 0o1777, 1000, false),
        ] {
            let finding = mode("~/.aws/x", status(1000, group, mode_bits), holds);
            assert_eq!(
                finding.is_some(),
                is_wide,
                "{holds:?} {mode_bits:o} {group}"
            );
        }
    }

    #[test]
    fn what_sudo_leaves_to_root_is_named() {
        let of_root = |mode| owner("~/.aws", status(0, 0, mode), 1000, "alice").unwrap();
        let unreadable = of_root(0o600);
        assert_eq!(unreadable.level, Level::Error);
        assert_eq!(unreadable.hint.as_deref(), Some("sudo chown alice ~/.aws"));
        assert_eq!(of_root(0o644).level, Level::Warning);
        assert!(owner("~/.aws", status(1000, 0, 0o644), 1000, "alice").is_none());
        assert!(owner("~/.aws", status(1000, 0, 0o644), 0, "root").is_none());
    }
}
