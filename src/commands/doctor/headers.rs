//! Headers of sections that the AWS CLI reads in another way than they are meant, or not at all.

use super::Setup;
use super::finding::Finding;
use super::redacted::is_redacted;
use crate::files::header::{Kind, Name};
use crate::files::section::Section;
use crate::files::sensitive::is_about_credentials;

const CHECK: &str = "section";

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let sections = setup.sections.iter();
    let findings = sections.flat_map(|section| [secret(section), misread(section, setup)]);
    findings.flatten().collect()
}

/// A key that was pasted between the brackets.
fn secret(section: &Section<'_>) -> Option<Finding> {
    is_redacted(&section.parsed.header).then(|| {
        let message = format!(
            "{}: the section's name looks like a secret",
            section.shown()
        );
        let hint =
            "write the profile's name between the brackets, and the key behind its own setting";
        Finding::error(CHECK, message, hint)
    })
}

fn misread(section: &Section<'_>, setup: &Setup<'_>) -> Option<Finding> {
    let header = section.parsed.header.as_str();
    let name = name_meant(section)?;
    if !has_settings(section) || is_of_reusabit(section, setup) || is_two_words(section, setup) {
        return None;
    }
    let shown = section.shown();
    let line = section.parsed.line;
    Some(match section.file.kind {
        Kind::Config if header.trim() == "default" => Finding::warning(
            CHECK,
            format!("{shown}: the AWS CLI ignores a header with blanks in it"),
            format!("write [default] in line {line}"),
        ),
        Kind::Config => Finding::warning(
            CHECK,
            format!(
                "{shown}: the AWS CLI ignores it, because a profile's header here begins with the word profile"
            ),
            format!("write [profile {}] in line {line}", quoted(name)),
        ),
        Kind::Credentials => Finding::warning(
            CHECK,
            format!(
                "{shown}: the AWS CLI takes all of it for the profile's name, because the word profile, quotes and blanks belong in the config file"
            ),
            format!("write [{name}] in line {line}"),
        ),
    })
}

/// The profile that is meant, if the AWS CLI does not know that. `[DEFAULT]` is none: it is what
/// Python's configparser puts into every section.
fn name_meant<'a>(section: &Section<'a>) -> Option<&'a str> {
    let header = section.parsed.header.as_str();
    match section.name {
        Name::Bare(name) if name != "DEFAULT" => Some(without_the_word(name)),
        Name::Profile(name) if section.file.kind == Kind::Config => {
            let is_read = header == "default" || header.starts_with("profile");
            (!is_read).then_some(name.as_str())
        }
        _ => None,
    }
}

/// `dev` for `Profile dev` and `profile:dev`.
fn without_the_word(name: &str) -> &str {
    let parts = name.split_once([' ', ':']);
    let rest = parts.filter(|(word, _)| word.eq_ignore_ascii_case("profile"));
    rest.map_or(name, |(_, rest)| rest.trim())
}

fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

/// reusabit's awsmfa writes its profiles like this, for itself: the AWS CLI finds what it needs in the
/// credentials file. One of them has the user's ARN, the others name it as their source.
fn is_of_reusabit(section: &Section<'_>, setup: &Setup<'_>) -> bool {
    let has_user = |section: &Section<'_>| section.get("user_arn").is_some();
    let source = section.get("source_profile");
    has_user(section)
        || source.is_some_and(|source| setup.files.sections(source.value).iter().any(has_user))
}

/// The config file may have things of other tools in such a section.
fn has_settings(section: &Section<'_>) -> bool {
    let mut keys = section.parsed.entries.keys();
    keys.any(|key| ["region", "output"].contains(&key.as_str()) || is_about_credentials(key))
}

/// `[profile dev]` of the credentials file, if the profile's name is these two words: then the config
/// file has it, too.
fn is_two_words(section: &Section<'_>, setup: &Setup<'_>) -> bool {
    let named = setup.files.sections(&section.parsed.header);
    let is_same = |other: &Section<'_>| matches!(other.name, Name::Profile(_));
    section.file.kind == Kind::Credentials
        && named
            .iter()
            .any(|other| other.file.kind == Kind::Config && is_same(other))
}
