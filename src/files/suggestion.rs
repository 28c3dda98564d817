//! What to write instead of the name of a profile that is not there.

use std::cmp::Reverse;

use crate::files::Files;

/// Longer names are left out of hints: nobody has them, and comparing them takes long.
const LONGEST: usize = 64;
/// Names in a hint.
const MOST: usize = 10;
/// Names in a question.
const FEW: usize = 3;

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
