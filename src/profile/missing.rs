//! What is said when there is no such profile, or no keys for it.

use std::cmp::Reverse;

use anyhow::{Result, anyhow};

use super::chain::Hop;
use super::environment_keys;
use super::file::Files;
use super::keys::Temporary;
use crate::environment::Environment;
use crate::message::OrHint;

/// Longer names are left out of hints: nobody has them, and comparing them takes long.
const LONGEST: usize = 64;
/// Names in a hint.
const MOST: usize = 10;
/// Names in a question.
const FEW: usize = 3;

pub fn profile<T>(files: &Files, name: &str) -> Result<T> {
    let looked = files.looked_at();
    Err(anyhow!("there is no such profile in {looked}")).or_hint(|| suggestion(files, name))
}

/// Names that begin like it or are nearly the same, else those that have it as a part, else all
/// there are, the most alike first; else where to write one.
pub fn suggestion(files: &Files, name: &str) -> String {
    let mut names = files.profile_names();
    names.retain(|known| known.chars().count() <= LONGEST);
    if let Some(line) = files.glued(name) {
        return line;
    }
    let lower = name.to_lowercase();
    let longer = longer(&names, &lower);
    if longer.len() > FEW {
        return format!(
            "the profiles that begin with {name} are: {}",
            listed(&longer)
        );
    }
    let mut alike = longer;
    alike.extend(near(&names, name));
    alike.dedup();
    if !alike.is_empty() {
        return format!(
            "did you mean {}?",
            alike[..alike.len().min(FEW)].join(" or ")
        );
    }
    if let Some(section) = files.misspelled(name) {
        return section;
    }
    if is_number(name) {
        return "a number is taken for an MFA code when it has exactly six digits, as 123456 or \
                123 456"
            .to_owned();
    }
    let has_it = |known: &&str| known.to_lowercase().contains(&lower);
    let parts: Vec<_> = names.iter().map(String::as_str).filter(has_it).collect();
    if !parts.is_empty() {
        return format!(
            "the profiles with {name} in their names are: {}",
            listed(&parts)
        );
    }
    if names.is_empty() {
        return where_keys_belong(files, name);
    }
    names.sort_by_key(|known| Reverse(in_common(&known.to_lowercase(), &lower)));
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    format!("the profiles are: {}", listed(&names))
}

/// The names that begin with what was typed.
fn longer<'a>(names: &'a [String], lower: &str) -> Vec<&'a str> {
    let begins = |known: &&str| !lower.is_empty() && known.to_lowercase().starts_with(lower);
    names.iter().map(String::as_str).filter(begins).collect()
}

/// How many characters two names have in common at their beginnings.
fn in_common(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(left, right)| left == right).count()
}

/// A letter missing, added, changed or two swapped; in longer names a few.
fn near<'a>(names: &'a [String], name: &str) -> Vec<&'a str> {
    let length = name.chars().count();
    if length > LONGEST {
        return Vec::new();
    }
    let allowed = 1 + length / 4;
    let lower = name.to_lowercase();
    let alike = names
        .iter()
        .filter(|known| known.chars().count().abs_diff(length) <= allowed);
    let distance = |known: &str| strsim::osa_distance(&known.to_lowercase(), &lower);
    let mut near: Vec<_> = alike.map(|known| (distance(known), known)).collect();
    near.retain(|(distance, _)| *distance <= allowed);
    near.sort();
    near.into_iter().map(|(_, name)| name.as_str()).collect()
}

fn listed(names: &[&str]) -> String {
    let more = if names.len() > MOST { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(MOST)].join(", "))
}

/// However it is grouped.
fn is_number(name: &str) -> bool {
    let mut letters = name.chars();
    letters.all(|letter| letter.is_ascii_digit() || letter == '-' || letter.is_whitespace())
}

fn where_keys_belong(files: &Files, name: &str) -> String {
    let path = files.credentials_path().display();
    if files.credentials_are_unreadable() {
        return format!(
            "make {path} a file that you can read, or name another one in AWS_SHARED_CREDENTIALS_FILE"
        );
    }
    format!(
        "put your keys into {path}: a line [{name}], below it aws_access_key_id = … and aws_secret_access_key = …"
    )
}

/// Only temporary ones were found.
pub fn long_term_keys<T>(files: &Files, hops: &[Hop<'_>], found: Temporary) -> Result<T> {
    if let Some(hint) = found.hint {
        return Err(anyhow!(found.why)).or_hint(|| hint);
    }
    let last = hops.last().map(|hop| hop.name.as_str()).unwrap_or_default();
    let path = files.credentials_path().display();
    Err(anyhow!("{}: those keys are temporary, and long-term ones (AKIA…) are needed", found.why))
        .or_hint(|| format!("put the long-term keys into {path} as [{last}], or as [{last}-long-term] to keep what is there"))
}

pub fn keys<T>(files: &Files, hops: &[Hop<'_>], environment: &Environment) -> Result<T> {
    let last = hops.last().map(|hop| hop.name.as_str()).unwrap_or_default();
    let places: Vec<_> = hops.iter().flat_map(Hop::places).collect();
    if places.is_empty() {
        let looked = files.looked_at();
        return Err(anyhow!(
            "there is no such profile in {looked}{}",
            environment_keys::why_not(environment)
        ))
        .or_hint(|| suggestion(files, last));
    }
    Err(anyhow!(
        "no long-term keys in {}{}",
        places.join(", "),
        environment_keys::why_not(environment)
    ))
    .or_hint(|| {
        let path = files.credentials_path().display();
        format!("put aws_access_key_id and aws_secret_access_key below [{last}] in {path}")
    })
}
