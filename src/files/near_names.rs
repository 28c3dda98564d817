//! What to write instead of the name of a profile that is not there.

use std::cmp::Reverse;

use super::section::{Kind, Name};
use super::{Files, ProfileFile};

/// Longer names are left out of hints: nobody has them, and comparing them takes long.
const LONGEST: usize = 64;
/// Names in a hint.
const MOST: usize = 10;

/// A hint for a name that no profile has: the names that were probably meant, or else all of them;
/// where to write the first profile if there is none.
pub fn hint(files: &Files, name: &str) -> String {
    let mut names = files.profile_names();
    names.retain(|known| known.chars().count() <= LONGEST);
    let in_files = |find: fn(&ProfileFile, &str) -> Option<String>| {
        let mut files = files.both().into_iter();
        files.find_map(|file| find(file, name))
    };
    in_files(header_ending)
        .or_else(|| did_you_mean(&names, &name.to_lowercase()))
        .or_else(|| in_files(misspelled))
        .or_else(|| of_number(name))
        .or_else(|| all(&names, &name.to_lowercase()))
        .unwrap_or_else(|| {
            let path = files.credentials_path().display();
            format!(
                "put your keys into {path}: a line [{name}], below it aws_access_key_id = … and \
                 aws_secret_access_key = …"
            )
        })
}

/// A code that was mistyped is taken for a name.
fn of_number(name: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || c == '-' || c.is_whitespace();
    let hint =
        "a number is taken for an MFA code when it has exactly six digits, as 123456 or 123 456";
    name.chars().all(is_part).then(|| hint.to_owned())
}

/// All names, those that have something in common with what was typed first.
fn all(names: &[String], typed: &str) -> Option<String> {
    let mut names: Vec<_> = names.iter().map(String::as_str).collect();
    names.sort_by_key(|known| {
        let known = known.to_lowercase();
        let pairs = known.chars().zip(typed.chars());
        let in_common = pairs.take_while(|(left, right)| left == right).count();
        Reverse((known.contains(typed), in_common))
    });
    (!names.is_empty()).then(|| format!("the profiles are: {}", listed(&names)))
}

/// Names that begin with what was typed, then those that differ from it in few letters.
fn did_you_mean(names: &[String], typed: &str) -> Option<String> {
    let length = typed.chars().count();
    let allowed = 1 + length / 4;
    let rank = |known: &str| {
        let known = known.to_lowercase();
        if !typed.is_empty() && known.starts_with(typed) {
            return Some(0);
        }
        let distance = strsim::osa_distance(&known, typed);
        Some(distance).filter(|distance| *distance <= allowed)
    };
    let names = names.iter().filter(|_| length <= LONGEST);
    let mut alike: Vec<_> = names
        .filter_map(|name| Some((rank(name)?, name.as_str())))
        .collect();
    alike.sort_unstable();
    let alike: Vec<_> = alike.into_iter().map(|(_, name)| name).collect();
    (!alike.is_empty()).then(|| format!("did you mean {}?", listed(&alike)))
}

fn listed(names: &[&str]) -> String {
    let more = if names.len() > MOST { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(MOST)].join(", "))
}

/// A line that ends like the header of this profile, which is therefore not there.
fn header_ending(file: &ProfileFile, name: &str) -> Option<String> {
    let mut lines = file
        .parsed
        .sections
        .values()
        .flat_map(|section| &section.header_endings);
    let (line, header) = lines.find(|(_, header)| {
        let header = Name::read(file.kind, header);
        header.is_ok_and(|header| header.profile() == Some(name))
    })?;
    let path = file.shown.display();
    Some(format!(
        "{path}:{line} ends in [{header}]: put [{header}] on a line of its own"
    ))
}

/// A section that ends in the name, but is no profile of that name: `[Profile dev]`.
fn misspelled(file: &ProfileFile, name: &str) -> Option<String> {
    let of_name = |c: char| c.is_alphanumeric() || "-_.@+/".contains(c);
    let mut sections = file.parsed.sections.values();
    let section = sections.find(|section| {
        let last = section.header.rsplit(|c| !of_name(c)).next();
        last.is_some_and(|last| last.eq_ignore_ascii_case(name)) && section.header != name
    })?;
    let (header, path, line) = (&section.header, file.shown.display(), section.line);
    let right = match file.kind {
        Kind::Config => format!("[profile {name}]"),
        Kind::Credentials => format!("[{name}]"),
    };
    Some(format!(
        "[{header}] in {path}:{line} is no profile of that name: a profile is written {right}"
    ))
}
