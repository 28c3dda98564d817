//! The conventions of aws-mfa, reusabit's awsmfa and aws-vault: which sections belong to a profile
//! and which keys are leftovers.
//!
//! aws-mfa keeps the long-term keys in `[P-long-term]` and writes short-term ones to `[P]`.

use anyhow::{Result, anyhow};

use super::refusal::refused;
use super::section::Section;
use super::sensitive::is_about_credentials;
use super::{Files, near_names, own_process};
use crate::message::OrHint as _;
use crate::origin::Sourced;

const LONG_TERM: &str = "-long-term";

/// What aws-mfa and other tools write beside short-term keys.
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

/// What the files say about one profile.
#[derive(Debug, Default)]
pub struct ProfileSections<'a> {
    pub name: String,
    /// For keys and the MFA device: `[P-long-term]` first.
    pub for_keys: Vec<Section<'a>>,
    /// For everything else: `[P]` first, then what `include_profile` names.
    pub for_settings: Vec<Section<'a>>,
}

impl<'a> ProfileSections<'a> {
    /// `None` if there is no such profile.
    ///
    /// # Errors
    /// A profile that it includes does not exist, or includes it in turn.
    pub fn find(files: &'a Files, name: &str) -> Result<Option<Self>> {
        let Some(own) = Self::own(files, name) else {
            return Ok(None);
        };
        own.include(files)?.stand_for(files).map(Some)
    }

    /// The profile that `line`, such as `source_profile = dev`, names.
    ///
    /// # Errors
    /// It does not exist, or is one of `before`, which led to this line.
    pub fn named(files: &'a Files, line: &Sourced<&str>, before: &[&str]) -> Result<Self> {
        refuse_circle(line, before)?;
        Self::find(files, line.value)?.ok_or_else(|| no_such_profile(files, line))
    }

    /// What the files say about the profile itself, without what it includes. `None` if there is no
    /// such profile.
    pub fn own(files: &'a Files, name: &str) -> Option<Self> {
        let own = files.sections(name);
        let base = user_facing(name);
        let (for_keys, for_settings) = if base == name {
            let long_term = files.sections(&format!("{name}{LONG_TERM}"));
            (
                [long_term.clone(), own.clone()].concat(),
                [own, long_term].concat(),
            )
        } else {
            // `P-long-term` asked for by its own name: `[P]` may add settings, never keys.
            (own.clone(), [own, files.sections(base)].concat())
        };
        (!for_keys.is_empty()).then(|| Self {
            name: name.to_owned(),
            for_keys,
            for_settings,
        })
    }

    /// aws-vault's `include_profile`: settings that the profile lacks come from the included one,
    /// then from what that one includes. Keys are never taken from there.
    fn include(mut self, files: &'a Files) -> Result<Self> {
        let name = self.name.clone();
        let mut before = vec![name.as_str()];
        let mut sections = self.for_settings.clone();
        while let Some(line) = first(&sections, "include_profile") {
            refuse_circle(&line, &before)?;
            let included = Self::own(files, line.value);
            let included = included.ok_or_else(|| no_such_profile(files, &line))?;
            before.push(line.value);
            self.for_settings.extend(&included.for_settings);
            sections = included.for_settings;
        }
        Ok(self)
    }

    /// If the profile's credentials are awsmfa's for another profile, whatever it lacks comes from
    /// that one.
    fn stand_for(mut self, files: &'a Files) -> Result<Self> {
        let name = self.name.clone();
        let mut before = vec![name];
        let mut sections = [self.for_keys.clone(), self.for_settings.clone()].concat();
        while self.role_arn().is_none()
            && let Some(line) = first(&sections, "credential_process")
            && let Some(other) = own_process::named(line.value)
            && before.last().is_some_and(|last| *last != other)
        {
            let line = Sourced::new(other.as_str(), line.origin);
            let names: Vec<_> = before.iter().map(String::as_str).collect();
            refuse_circle(&line, &names)?;
            let other =
                Self::own(files, line.value).ok_or_else(|| no_such_profile(files, &line))?;
            let other = other.include(files)?;
            self.for_keys.extend(&other.for_keys);
            self.for_settings.extend(&other.for_settings);
            sections = [other.for_keys, other.for_settings].concat();
            before.push(other.name);
        }
        Ok(self)
    }

    /// The command that prints keys. awsmfa itself is none.
    pub fn credential_process(&self) -> Option<Sourced<&'a str>> {
        let mut sections = self.for_keys.iter().chain(&self.for_settings);
        sections.find_map(|section| {
            let line = section.get("credential_process");
            line.filter(|line| !own_process::is_own(line.value))
        })
    }

    /// The line that gives tools awsmfa's session for the profile.
    pub fn own_process(&self) -> Option<Sourced<&'a str>> {
        let line = self.get_beside_keys("credential_process");
        line.filter(|line| own_process::is_own(line.value))
    }

    /// Whether it says anything about keys, a role or another source of credentials.
    pub fn is_about_credentials(&self) -> bool {
        let sections = self.for_keys.iter().chain(&self.for_settings);
        let mut keys = sections.flat_map(|section| section.parsed.entries.keys());
        keys.any(|key| is_about_credentials(key))
    }

    /// A setting.
    pub fn get(&self, key: &str) -> Option<Sourced<&'a str>> {
        first(&self.for_settings, key)
    }

    /// A setting that may also stand beside the keys; there it wins.
    pub fn get_beside_keys(&self, key: &str) -> Option<Sourced<&'a str>> {
        first(&self.for_keys, key).or_else(|| self.get(key))
    }

    /// The role this profile stands for; `assume_role` is aws-mfa's word for it.
    pub fn role_arn(&self) -> Option<Sourced<&'a str>> {
        self.get("role_arn").or_else(|| self.get("assume_role"))
    }

    /// The MFA device; `aws_mfa_device` is aws-mfa's word for it.
    pub fn mfa_serial(&self) -> Option<Sourced<&'a str>> {
        self.get_beside_keys("mfa_serial")
            .or_else(|| self.get_beside_keys("aws_mfa_device"))
    }
}

fn first<'a>(sections: &[Section<'a>], key: &str) -> Option<Sourced<&'a str>> {
    sections.iter().find_map(|section| section.get(key))
}

/// Profiles that may lead to one another: far more than anybody has.
const LONGEST_CHAIN: usize = 32;

fn refuse_circle(line: &Sourced<&str>, before: &[&str]) -> Result<()> {
    let (name, origin) = (line.value, &line.origin);
    if before.len() > LONGEST_CHAIN {
        return Err(anyhow!(
            "{origin} names one more after {LONGEST_CHAIN} other profiles"
        ))
        .or_hint(|| "name the profile with the keys or the settings itself");
    }
    if !before.contains(&name) {
        return Ok(());
    }
    let before = before.join(", ");
    Err(anyhow!("{origin} goes in a circle: {before}, {name}"))
        .or_hint(|| "remove the line, or let it name another profile")
}

fn no_such_profile(files: &Files, line: &Sourced<&str>) -> anyhow::Error {
    let name = line.value;
    let why = format!("names a profile that does not exist: {name}");
    refused(line, why, &near_names::hint(files, name))
}

/// The lines that show that the section's keys are temporary. One without a value shows nothing:
/// `aws_session_token =` and `assumed_role = False` are what tools leave of an older session.
pub fn marks_of_temporary_keys<'a>(section: &Section<'a>) -> Vec<(&'static str, Sourced<&'a str>)> {
    let marks = MARKS_OF_TEMPORARY_KEYS.into_iter();
    let marks = marks.filter_map(|mark| Some((mark, section.get(mark)?)));
    marks
        .filter(|(_, mark)| {
            let value = mark.value.trim_matches(['"', '\'']).to_lowercase();
            !["", "false", "none", "null", "no", "0"].contains(&value.as_str())
        })
        .collect()
}
