//! Keys in the files: cut off, empty, in the wrong place, in each other's way.

use super::Setup;
use super::finding::Finding;
use super::redacted::is_redacted;
use crate::files::own_process::is_own;
use crate::files::section::{KEY_ID, SECRET, Section};
use crate::origin::{Sourced, place};
use crate::profile::checked_keys;

const CHECK: &str = "keys";

/// Behind the place of a secret.
const MISPLACED: &str = " looks like a secret";

/// Characters of AWS's access key ids and secret access keys. AWS promises no length, but has never
/// had another.
const ID_LENGTH: usize = 20;
const SECRET_LENGTH: usize = 40;

/// Settings that messages show.
const SHOWN: [&str; 10] = [
    "aws_mfa_device",
    "include_profile",
    "mfa_secret_file",
    "mfa_serial",
    "mfa_yubikey_account",
    "output",
    "region",
    "role_arn",
    "role_session_name",
    "source_profile",
];

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in &setup.sections {
        findings.extend(misplaced(section));
        findings.extend(odd(section));
        findings.extend(odd_blanks(section));
        findings.extend(empty(section));
        findings.extend(shadowed(section, setup));
    }
    findings
}

/// A secret in a setting that is none. A path may look like one.
fn misplaced(section: &Section<'_>) -> Vec<Finding> {
    let settings = SHOWN.iter().filter_map(|key| section.get(key));
    let secrets = settings.filter(|setting| {
        is_redacted(setting.value) && !setting.value.starts_with(['/', '~', '.'])
    });
    let finding = |setting: Sourced<&str>| {
        let message = format!("{}{MISPLACED}", setting.origin);
        let hint = "a secret access key belongs in aws_secret_access_key, the secret of an MFA device \
                    in a file that mfa_secret_file names; replace it if others have seen it";
        Finding::error(CHECK, message, hint)
    };
    secrets.map(finding).collect()
}

/// Leaves out what else is wrong with a setting whose value is a secret.
pub fn without_repeats(findings: &mut Vec<Finding>) {
    let of_keys = findings.iter().filter(|finding| finding.check == CHECK);
    let places = of_keys.filter_map(|finding| finding.message.strip_suffix(MISPLACED));
    let places: Vec<_> = places.map(|place| format!("{place} ")).collect();
    let repeats = |finding: &Finding| {
        places
            .iter()
            .any(|place| finding.message.starts_with(place))
    };
    findings.retain(|finding| finding.check == CHECK || !repeats(finding));
}

/// Keys that no program refuses, but AWS does. What [`checked_keys`] refuses is said with the profile.
fn odd(section: &Section<'_>) -> Vec<Finding> {
    let (Some(id), Some(secret)) = (section.get(KEY_ID), section.get(SECRET)) else {
        return Vec::new();
    };
    let is_of_aws = ["AKIA", "ASIA"]
        .iter()
        .any(|kind| id.value.starts_with(kind));
    if !is_of_aws || checked_keys(id.clone(), &secret).is_err() {
        return Vec::new();
    }
    let in_id = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let in_secret = |c: char| c.is_ascii_alphanumeric() || "/+=".contains(c);
    let of_id = why_odd(&id, ID_LENGTH, in_id);
    let of_secret = why_odd(&secret, SECRET_LENGTH, in_secret);
    let hint = "copy the key again, with nothing else on its line";
    let findings = of_id.into_iter().chain(of_secret);
    findings
        .map(|message| Finding::warning(CHECK, message, hint))
        .collect()
}

fn why_odd(
    value: &Sourced<&str>,
    expected: usize,
    is_sound: impl Fn(char) -> bool,
) -> Option<String> {
    let length = value.value.chars().count();
    if let Some(odd) = value.value.chars().find(|c| !is_sound(*c)) {
        return Some(format!(
            "{} has the character {odd:?}, and AWS's keys do not",
            value.origin
        ));
    }
    (length != expected).then(|| {
        format!(
            "{} has {length} characters, and AWS's have {expected}",
            value.origin
        )
    })
}

/// Copied from a web page or a document.
fn odd_blanks(section: &Section<'_>) -> Option<Finding> {
    let line = section.parsed.odd_blanks.first()?;
    let place = place(&section.file.shown, *line, &section.parsed.header);
    Some(Finding::warning(
        CHECK,
        format!(
            "{place} has a no-break space beside the value, and some tools read it as part of the value"
        ),
        "retype the line",
    ))
}

/// Some tools write a section without values if a code was wrong. It hides the keys that other files
/// have for the profile.
fn empty(section: &Section<'_>) -> Option<Finding> {
    let entries = &section.parsed.entries;
    let is_empty =
        |value: &str| matches!(value.to_lowercase().as_str(), "" | "none" | "null" | "\"\"");
    let mut keys = [KEY_ID, SECRET]
        .into_iter()
        .filter_map(|key| Some((key, entries.get(key)?)));
    let (key, entry) = keys.find(|(_, entry)| is_empty(&entry.value) && entry.nested.is_empty())?;
    let place = place(&section.file.shown, entry.line, &section.parsed.header);
    Some(Finding::warning(
        CHECK,
        format!("{place} {key} has no value"),
        format!(
            "write the key there, or delete the section that begins in line {}",
            section.parsed.line
        ),
    ))
}

/// Keys win over a `credential_process`, in every tool.
fn shadowed(section: &Section<'_>, setup: &Setup<'_>) -> Option<Finding> {
    let id = section.get(KEY_ID)?;
    let name = section.name.profile()?;
    let sections = setup.files.sections(name);
    let process = sections
        .iter()
        .find_map(|other| other.get("credential_process"))?;
    let what = match (id.value.starts_with("ASIA"), is_own(process.value)) {
        (true, _) => "is a temporary key, and tools use it",
        (false, true) => "is a long-term key, and tools use it without MFA",
        (false, false) => "is a key, and tools use it",
    };
    Some(Finding::warning(
        CHECK,
        format!("{} {what} instead of {}", id.origin, process.origin),
        format!(
            "delete the keys below {}, or move them to a profile of another name",
            section.shown()
        ),
    ))
}
