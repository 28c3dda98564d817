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
    let lines = files.both().into_iter();
    if let Some(line) = lines.clone().find_map(|file| header_ending(file, name)) {
        return line;
    }
    let alike = alike(&names, &name.to_lowercase());
    if !alike.is_empty() {
        return format!("did you mean {}?", listed(&alike));
    }
    if let Some(section) = lines.clone().find_map(|file| misspelled(file, name)) {
        return section;
    }
    let of_number = |c: char| c.is_ascii_digit() || c == '-' || c.is_whitespace();
    if name.chars().all(of_number) {
        return "a number is taken for an MFA code when it has exactly six digits, as 123456 or \
                123 456"
            .to_owned();
    }
    if names.is_empty() {
        let path = files.credentials_path().display();
        return format!(
            "put your keys into {path}: a line [{name}], below it aws_access_key_id = … and \
             aws_secret_access_key = …"
        );
    }
    let mut names: Vec<_> = names.iter().map(String::as_str).collect();
    let lower = name.to_lowercase();
    names.sort_by_key(|known| {
        let known = known.to_lowercase();
        Reverse((known.contains(&lower), in_common(&known, &lower)))
    });
    format!("the profiles are: {}", listed(&names))
}

/// Names that begin with what was typed, then those that differ from it in few letters.
fn alike<'a>(names: &'a [String], typed: &str) -> Vec<&'a str> {
    let length = typed.chars().count();
    if length > LONGEST {
        return Vec::new();
    }
    let allowed = 1 + length / 4;
    let rank = |known: &str| {
        let known = known.to_lowercase();
        if !typed.is_empty() && known.starts_with(typed) {
            return Some(0);
        }
        let distance = strsim::osa_distance(&known, typed);
        Some(distance).filter(|distance| *distance <= allowed)
    };
    let names = names.iter().map(String::as_str);
    let mut alike: Vec<_> = names.filter_map(|name| Some((rank(name)?, name))).collect();
    alike.sort_unstable();
    alike.into_iter().map(|(_, name)| name).collect()
}

/// How many characters two names have in common at their beginnings.
fn in_common(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(left, right)| left == right).count()
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
