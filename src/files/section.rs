//! One section of a profile: what it says and in which lines.

use anyhow::{Result, anyhow};

use super::ProfileFile;
use super::header::Name;
use super::parsed::{Entry, ParsedSection};
use crate::message::OrHint as _;
use crate::origin::{Origin, Sourced, place};

/// The two settings that make a key pair.
pub const KEY_ID: &str = "aws_access_key_id";
pub const SECRET: &str = "aws_secret_access_key";

/// A section and the file that it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    pub file: &'a ProfileFile,
    pub name: &'a Name,
    pub parsed: &'a ParsedSection,
    /// `[DEFAULT]`, in capitals: what Python's configparser puts into every section of the file.
    pub defaults: Option<&'a ParsedSection>,
}

impl<'a> Section<'a> {
    /// A value that is there and not empty. The key is in lower case.
    pub fn get(&self, key: &str) -> Option<Sourced<&'a str>> {
        let (section, entry) = self.entry(key)?;
        self.sourced(section, entry, key.to_owned())
    }

    /// The value of an indented line: `sts` and `endpoint_url`.
    pub fn nested(&self, outer: &str, key: &str) -> Option<Sourced<&'a str>> {
        let (section, entry) = self.entry(outer)?;
        self.sourced(section, entry.nested.get(key)?, format!("{outer}.{key}"))
    }

    /// Every indented line of this key, with what it is indented below: `s3`'s `endpoint_url`.
    pub fn all_nested(&self, key: &str) -> Vec<(&'a str, Sourced<&'a str>)> {
        let outer = self.parsed.entries.keys();
        outer
            .filter_map(|outer| Some((outer.as_str(), self.nested(outer, key)?)))
            .collect()
    }

    fn entry(&self, key: &str) -> Option<(&'a ParsedSection, &'a Entry)> {
        let mut sections = [Some(self.parsed), self.defaults].into_iter().flatten();
        sections.find_map(|section| Some((section, section.entries.get(key)?)))
    }

    fn sourced(
        &self,
        section: &ParsedSection,
        entry: &'a Entry,
        key: String,
    ) -> Option<Sourced<&'a str>> {
        let origin = Origin::File {
            path: self.file.shown.clone(),
            line: entry.line,
            section: section.header.clone(),
            key,
        };
        Some(entry.value.as_str())
            .filter(|value| !value.is_empty())
            .map(|value| Sourced { value, origin })
    }

    /// Where it begins: `~/.aws/credentials:3 [dev]`.
    pub fn shown(&self) -> String {
        self.line(self.parsed, self.parsed.line)
    }

    fn line(&self, section: &ParsedSection, number: usize) -> String {
        place(&self.file.shown, number, &section.header)
    }

    /// Makes sure that a value is this profile's own. For keys that decide whose session it is: a
    /// wrong value could be another user's.
    ///
    /// # Errors
    /// The key has two different values, or stands below a line that ends like the header of another
    /// section.
    pub fn check(&self, key: &str) -> Result<()> {
        if let Some([first, second]) = self.two_values(key) {
            return Err(anyhow!(
                "{key} has two different values for one profile, in {first} and {second}"
            ))
            .or_hint(|| {
                "keep one of the two; if the other one is another profile's, put its [section] on \
                 a line of its own"
            });
        }
        let Some(line) = self.parsed.entries.get(key).map(|entry| entry.line) else {
            return Ok(());
        };
        let mut headers = self.parsed.header_endings.iter();
        let Some((above, header)) = headers.rfind(|(above, _)| *above < line) else {
            return Ok(());
        };
        Err(anyhow!(
            "{} is below line {above}, which ends like the header [{header}], so {key} may belong \
             to {header}",
            self.line(self.parsed, line)
        ))
        .or_hint(|| {
            format!(
                "put [{header}] on a line of its own, or move line {above} to the end of its \
                 section if it is right"
            )
        })
    }

    /// The lines of two different values. Those of a key pair are looked for in every section of the
    /// file that is about this profile, however its header is spelled.
    fn two_values(&self, key: &str) -> Option<[String; 2]> {
        let sections = match self.name.profile() {
            Some(profile) if [KEY_ID, SECRET].contains(&key) => self.file.sections_of(profile),
            _ => vec![self.parsed],
        };
        let mut values = Vec::new();
        for section in sections {
            let Some(entry) = section.entries.get(key) else {
                continue;
            };
            let line = |number| self.line(section, number);
            if let Some(former) = entry.line_of_other_value {
                return Some([line(former), line(entry.line)]);
            }
            if !entry.value.is_empty() {
                values.push((&entry.value, line(entry.line)));
            }
        }
        let (first, line) = values.first()?;
        let (_, other) = values.iter().find(|(value, _)| value != first)?;
        Some([line.clone(), other.clone()])
    }
}
