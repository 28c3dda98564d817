//! The profiles as other tools may see them: with all their settings, and with a command that
//! prints credentials in place of keys and roles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Files;
use super::conventions::user_facing;
use super::header::{Kind, Name};
use super::parsed::Entry;
use super::section::Section;
use super::sensitive::{has_secret, is_about_credentials, is_sound};
use crate::printable::is_harmful;

/// Where a tool gets the credentials of a profile from.
pub enum Source {
    /// The line `credential_process`; and the region, if the profile names none.
    Process(String, Option<String>),
    /// Elsewhere, such as IAM Identity Center: the profile keeps what it says about that.
    Own,
    /// The environment of the tool, which has the session of this profile; and its region, if the
    /// profile names none.
    Environment(String, Option<String>),
}

/// The text of a config file, and the names of the profiles that are left out of it.
pub struct Overlay {
    pub text: String,
    pub left_out: Vec<String>,
}

/// What the profiles say about their regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regions {
    /// The profiles name one region at most.
    One,
    Several,
}

impl Files {
    /// Every profile that a tool or awsmfa knows, and `default`. The text has no keys, no other
    /// recognizable secret, and no control characters.
    pub fn overlay(&self, source: impl Fn(&str) -> Source) -> Overlay {
        let (names, left_out) = self.names().into_iter().partition(|name| is_name(name));
        let names: Vec<String> = names;
        let mut text = String::new();
        for name in &names {
            self.write_profile(&mut text, name, &source(name));
        }
        self.write_other_sections(&mut text);
        Overlay { text, left_out }
    }

    /// A region in a variable would win over those of the profiles, if there are several.
    pub fn regions(&self) -> Regions {
        let names = self.names();
        let regions = names
            .iter()
            .filter_map(|name| Some(&self.settings(name).get("region")?.value));
        match regions.collect::<BTreeSet<_>>().len() {
            0 | 1 => Regions::One,
            _ => Regions::Several,
        }
    }

    /// `[dev-long-term]` is a profile for tools, and `dev` is one for awsmfa.
    fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::from(["default".to_owned()]);
        for file in self.both() {
            for (name, section) in &file.parsed.sections {
                let Some(profile) = name.profile().filter(|_| !section.is_of_all_profiles()) else {
                    continue;
                };
                names.extend([profile, user_facing(profile)].map(str::to_owned));
                // Tools take the whole header of the credentials file for the name.
                let is_header = file.kind == Kind::Credentials;
                names.extend(
                    Some(section.header.clone()).filter(|_| is_header && profile != "DEFAULT"),
                );
            }
        }
        names
    }

    fn write_profile(&self, text: &mut String, name: &str, source: &Source) {
        let _ = match name {
            "default" => writeln!(text, "[default]"),
            name => writeln!(text, "[profile {}]", quoted(name)),
        };
        let keeps_all = matches!(source, Source::Own);
        let settings = match source {
            Source::Environment(profile, _) => self.settings(profile),
            _ => self.settings(name),
        };
        let has_region = settings.contains_key("region");
        for (key, entry) in settings {
            if keeps_all && !key.starts_with("aws_") || !is_about_credentials(key) {
                write_entry(text, key, entry);
            }
        }
        if let Source::Process(_, Some(region)) | Source::Environment(_, Some(region)) = source
            && !has_region
        {
            let _ = writeln!(text, "region = {region}");
        }
        if let Source::Process(line, _) = source {
            let _ = writeln!(text, "credential_process = {line}");
        }
        text.push('\n');
    }

    /// What tools read of the profile: both files, the credentials file first. If they know no profile
    /// of this name, what awsmfa reads.
    fn settings<'a>(&'a self, name: &str) -> BTreeMap<&'a str, &'a Entry> {
        let profile = Name::Profile(name.to_owned());
        let for_tools = [&self.credentials, &self.config].map(|file| file.section(&profile));
        let mut sections: Vec<_> = for_tools.into_iter().flatten().collect();
        if sections.is_empty() {
            sections = self.sections(name);
        }
        if sections.is_empty() {
            sections = self.sections(&format!("{name}-long-term"));
        }
        let mut settings = BTreeMap::new();
        for (key, entry) in sections.iter().flat_map(entries) {
            if !(entry.value.is_empty() && entry.nested.is_empty()) {
                settings.entry(key).or_insert(entry);
            }
        }
        settings
    }

    /// `[services NAME]`, `[sso-session NAME]` and `[plugins]`.
    fn write_other_sections(&self, text: &mut String) {
        for (name, section) in &self.config.parsed.sections {
            if matches!(name, Name::Services(_) | Name::Other(_)) && is_name(&section.header) {
                let _ = writeln!(text, "[{}]", section.header);
                for (key, entry) in &section.entries {
                    write_entry(text, key, entry);
                }
                text.push('\n');
            }
        }
    }
}

fn entries<'a>(section: &Section<'a>) -> impl Iterator<Item = (&'a str, &'a Entry)> + use<'a> {
    let sections = [Some(section.parsed), section.defaults]
        .into_iter()
        .flatten();
    let entries = sections.flat_map(|section| &section.entries);
    entries.map(|(key, entry)| (key.as_str(), entry))
}

/// Leaves out what a tool cannot read, and what may be a secret.
fn write_entry(text: &mut String, key: &str, entry: &Entry) {
    if !is_sound(key) || has_secret(key, &entry.value) {
        return;
    }
    let value = entry.value.replace('\n', "\n    ");
    let _ = writeln!(text, "{}", format!("{key} = {value}").trim_end());
    for (key, entry) in &entry.nested {
        if is_sound(key) && !has_secret(key, &entry.value) {
            let _ = writeln!(text, "    {key} = {}", entry.value);
        }
    }
}

/// Whether the name can be written in a header and passed as an argument.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(is_harmful)
}

/// Quoted for `shlex`, with which botocore splits the header. Plain names stay plain: not all tools
/// understand quotes.
fn quoted(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.@+/:%".contains(c);
    if name.chars().all(is_plain) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', r"\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests;
