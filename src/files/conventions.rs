//! The conventions of aws-mfa, reusabit's awsmfa and aws-vault: which sections belong to a profile
//! and which keys are leftovers.
//!
//! aws-mfa keeps the long-term keys in `[P-long-term]` and writes short-term ones to `[P]`.

use anyhow::{Result, anyhow};

use super::place::Place;
use super::stray;
use super::suggestion::suggestion;
use crate::files::Files;
use crate::message::OrHint;
use crate::origin::Sourced;

const LONG_TERM: &str = "-long-term";

const INCLUDE: &str = "include_profile";

/// What aws-mfa writes beside short-term keys, and what any tool writes beside them.
const MARKS_OF_TEMPORARY_KEYS: [&str; 5] = [
    "aws_session_token",
    "aws_security_token",
    "assumed_role",
    "assumed_role_arn",
    "expiration",
];

/// `dev` for `dev-long-term`.
pub fn user_facing(name: &str) -> &str {
    name.strip_suffix(LONG_TERM)
        .filter(|base| !base.is_empty())
        .unwrap_or(name)
}

/// The sections of a profile.
#[derive(Debug, Default)]
pub struct Sections<'a> {
    /// For keys and the MFA device: `[P-long-term]` first.
    pub for_keys: Vec<Place<'a>>,
    /// For everything else: `[P]` first, then what `include_profile` names.
    pub for_settings: Vec<Place<'a>>,
}

impl<'a> Sections<'a> {
    /// aws-vault's `include_profile`: what the profile does not say, the included one does, and
    /// what that one includes. Keys are never taken from there.
    pub fn include(mut self, files: &'a Files, name: &str) -> Result<Self> {
        let mut names = vec![name.to_owned()];
        let mut lines = Vec::new();
        let mut places = self.for_settings.clone();
        while let Some(included) = places.iter().find_map(|place| place.get(INCLUDE)) {
            let (name, origin) = (included.value, included.origin);
            lines.push(format!("{origin} = {name}"));
            if names.iter().any(|known| known == name) {
                return Err(anyhow!(
                    "the included profiles go in a circle: {}",
                    lines.join(", ")
                ))
                .or_hint(|| format!("take one of these {INCLUDE} lines out"));
            }
            let Some(next) = sections(files, name) else {
                return Err(anyhow!(
                    "{origin} names a profile that does not exist: {name}"
                ))
                .or_hint(|| stray::hint(name, || suggestion(files, name)));
            };
            names.push(name.to_owned());
            self.for_settings.extend(next.for_settings.iter().copied());
            places = next.for_settings;
        }
        Ok(self)
    }
}

/// `None` when there is no such profile.
pub fn sections<'a>(files: &'a Files, name: &str) -> Option<Sections<'a>> {
    let own = files.sections(name);
    let base = user_facing(name);
    if base == name {
        let long_term = files.sections(&format!("{name}{LONG_TERM}"));
        let for_keys = [long_term.clone(), own.clone()].concat();
        return (!for_keys.is_empty()).then(|| Sections {
            for_keys,
            for_settings: [own, long_term].concat(),
        });
    }
    // `P-long-term` asked for by its own name: `[P]` may add settings, never keys.
    (!own.is_empty()).then(|| Sections {
        for_settings: [own.clone(), files.sections(base)].concat(),
        for_keys: own,
    })
}

/// The lines that show that the section's keys are temporary. One without a value shows nothing:
/// `aws_session_token =` and `assumed_role = False` are what tools leave of an older session.
pub fn marks_of_temporary_keys<'a>(place: &Place<'a>) -> Vec<(&'static str, Sourced<&'a str>)> {
    let marks = MARKS_OF_TEMPORARY_KEYS.into_iter();
    let marks = marks.filter_map(|mark| Some((mark, place.get(mark)?)));
    marks
        .filter(|(_, mark)| {
            let value = mark.value.trim_matches(['"', '\'']).to_lowercase();
            !["", "false", "none", "null", "no", "0"].contains(&value.as_str())
        })
        .collect()
}
