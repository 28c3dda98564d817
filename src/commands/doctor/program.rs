//! Which program the PATH has by the name of `awsmfa`: other tools are called so, too. They are told by
//! their bytes, never run.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::Setup;
use super::finding::Finding;
use super::startup::{at_end, shown};
use crate::environment::Environment;
use crate::shell::Shell;
use crate::shell::detect::{login_shell, typed_into};

const CHECK: &str = "program";

/// In every version of this program.
const MARK: &[u8] = b"AWSMFA_BASE_EXPIRES_AT";

/// Bytes. A larger program is not this one.
const MOST: u64 = 256 << 20;

/// What has the name.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// This program.
    Own,
    /// Another version of it.
    Version,
    /// Another program, in words.
    Other(&'static str),
}

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let environment = setup.context.environment;
    let home = environment.home().unwrap_or_default();
    let Ok(own) = std::env::current_exe() else {
        return Vec::new();
    };
    let all = on_path(environment);
    let shown = |path: &Path| shown(path, &home);
    let Some(first) = all.first() else {
        return vec![missing(environment, &own, &home)];
    };
    let [first_shown, own_shown] = [first, &own].map(|path| shown(path));
    match kind(first, &own) {
        Kind::Own => others(&all, &own, &home),
        Kind::Version => {
            let text = format!(
                "aws-mfa-on runs {first_shown}, which is another version than this program, {own_shown}"
            );
            let hint = "remove one of them: type -a awsmfa shows all";
            vec![Finding::warning(CHECK, text, hint)]
        }
        Kind::Other(what) => {
            let text = format!("aws-mfa-on runs {first_shown}, which is {what}, not this program");
            let hint =
                format!("remove it, or put the directory of {own_shown} before it on the PATH");
            vec![Finding::error(CHECK, text, hint)]
        }
    }
}

/// pipx and uv keep the program beside a Python of its own, and link it in `~/.local/bin`.
fn missing(environment: &Environment, own: &Path, home: &Path) -> Finding {
    let of_user = home.join(".local/bin");
    let is_linked = is_same(&of_user.join("awsmfa"), own);
    let directory = if is_linked {
        Some(&*of_user)
    } else {
        own.parent()
    };
    let directory = directory.map(|path| shown(path, home)).unwrap_or_default();
    let text = "awsmfa is not on the PATH, and aws-mfa-on runs it by its name";
    let shell = typed_into(environment).or_else(|| login_shell(environment));
    let line = at_end(shell.unwrap_or(Shell::Sh), &directory);
    let hint = format!("add to your shell's start-up file, above the line for awsmfa: {line}");
    Finding::warning(CHECK, text, hint)
}

/// Other programs of this name that the PATH has after this one: a shell with another PATH runs them.
fn others(all: &[PathBuf], own: &Path, home: &Path) -> Vec<Finding> {
    let first = shown(&all[0], home);
    let kinds = all[1..].iter().map(|path| (path, kind(path, own)));
    let finding = |(path, kind): (&PathBuf, Kind)| {
        let Kind::Other(what) = kind else {
            return None;
        };
        let text = format!("{}, {what}, is called awsmfa as well", shown(path, home));
        let hint = format!("remove it, or keep {first} before it on the PATH");
        Some(Finding::warning(CHECK, text, hint))
    };
    kinds.filter_map(finding).collect()
}

/// Every program of this name that the PATH has; a file that it has twice counts once.
pub fn on_path(environment: &Environment) -> Vec<PathBuf> {
    let path = environment.get("PATH").unwrap_or_default();
    let directories = path.split(':').map(Path::new);
    let files = directories
        .filter(|path| path.is_absolute())
        .map(|path| path.join("awsmfa"));
    let mut seen = Vec::new();
    let programs = files.filter(|file| {
        let status = file.metadata().ok();
        let status =
            status.filter(|status| status.is_file() && status.permissions().mode() & 0o111 != 0);
        let number = status.map(|status| (status.dev(), status.ino()));
        let is_new = number.is_some_and(|number| !seen.contains(&number));
        seen.extend(number);
        is_new
    });
    programs.collect()
}

fn kind(path: &Path, own: &Path) -> Kind {
    if is_same(path, own) || is_equal(path, own) {
        return Kind::Own;
    }
    if path.metadata().is_ok_and(|status| status.len() > MOST) {
        return Kind::Other("another program");
    }
    match fs::read(path) {
        Ok(bytes) => of_bytes(&bytes),
        Err(_) => Kind::Other("a program that you cannot read"),
    }
}

fn of_bytes(bytes: &[u8]) -> Kind {
    if let Some(script) = bytes.strip_prefix(b"#!") {
        let line = script
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        return Kind::Other(if contains(line, b"python") {
            "a Python script"
        } else {
            "a script"
        });
    }
    if contains(bytes, MARK) {
        Kind::Version
    } else {
        Kind::Other("another program")
    }
}

/// The same file, as a link says.
fn is_same(path: &Path, own: &Path) -> bool {
    let number = |path: &Path| {
        let status = path.metadata().ok();
        status.map(|status| (status.dev(), status.ino()))
    };
    number(path).is_some_and(|found| number(own) == Some(found))
}

fn is_equal(path: &Path, own: &Path) -> bool {
    let length = |path: &Path| path.metadata().ok().map(|status| status.len());
    length(path) == length(own) && fs::read(path).ok() == fs::read(own).ok()
}

/// Looks at every `word.len()`th byte first: most of them do not occur in the word.
fn contains(bytes: &[u8], word: &[u8]) -> bool {
    let length = word.len();
    (length - 1..bytes.len()).step_by(length).any(|at| {
        let is_here = |from: usize| bytes.get(from..from + length) == Some(word);
        word.contains(&bytes[at]) && (at + 1 - length..=at).any(is_here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_wherever_it_stands() {
        for before in 0..50 {
            for after in 0..3 {
                let text = [vec![b'A'; before], MARK.to_vec(), vec![b'_'; after]].concat();
                assert!(contains(&text, MARK), "{before} {after}");
                assert!(!contains(&text[..before + MARK.len() - 1], MARK));
            }
        }
        assert!(!contains(b"", MARK));
    }

    #[test]
    fn programs_are_told_by_their_bytes() {
        let python = b"#!/usr/bin/python3\nfrom awsmfa import main\n# AWSMFA_BASE_EXPIRES_AT\n";
        assert_eq!(of_bytes(python), Kind::Other("a Python script"));
        assert_eq!(of_bytes(b"#!/bin/sh\n"), Kind::Other("a script"));
        assert_eq!(of_bytes(b"\x7fELF awsmfa"), Kind::Other("another program"));
        assert_eq!(
            of_bytes(b"\x7fELF\0AWSMFA_BASE_EXPIRES_AT\0"),
            Kind::Version
        );
    }

    #[test]
    fn a_copy_of_this_program_is_this_program() {
        let directory = tempfile::tempdir().unwrap();
        let [own, copy, other] = ["a", "b", "c"].map(|name| directory.path().join(name));
        fs::write(&own, "x").unwrap();
        fs::write(&copy, "x").unwrap();
        fs::write(&other, "y").unwrap();
        assert_eq!(kind(&copy, &own), Kind::Own);
        assert_eq!(kind(&other, &own), Kind::Other("another program"));
    }
}
