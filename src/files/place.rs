//! One section of a profile: what it says, and in which lines.

use super::ini::{Contradiction, Entry, Glued, Section};
use super::section::Name;
use crate::files::ProfileFile;
use crate::origin::{Origin, Sourced};

/// A section, and the file it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    file: &'a ProfileFile,
    name: &'a Name,
    section: &'a Section,
    /// `[DEFAULT]`, in capitals: what Python's configparser puts into every section of the file.
    defaults: Option<&'a Section>,
}

impl<'a> Place<'a> {
    pub fn new(
        file: &'a ProfileFile,
        name: &'a Name,
        section: &'a Section,
        defaults: Option<&'a Section>,
    ) -> Self {
        Self {
            file,
            name,
            section,
            defaults,
        }
    }

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

    fn entry(&self, key: &str) -> Option<(&'a Section, &'a Entry)> {
        let mut sections = [Some(self.section), self.defaults].into_iter().flatten();
        sections.find_map(|section| Some((section, section.entries.get(key)?)))
    }

    /// Every indented line of this key, with what it is indented below: `s3`'s `endpoint_url`.
    pub fn all_nested(&self, key: &str) -> Vec<(&'a str, Sourced<&'a str>)> {
        let outer = self.section.entries.keys();
        outer
            .filter_map(|outer| Some((outer.as_str(), self.nested(outer, key)?)))
            .collect()
    }

    /// `~/.aws/credentials:3 [dev]`.
    pub fn shown(&self) -> String {
        self.line(self.section.line)
    }

    /// Every section of this file that is about the same profile.
    pub fn of_same_profile(&self) -> Vec<Place<'a>> {
        let profile = self.name.profile().unwrap_or_default();
        let sections = self.file.sections_of(profile);
        sections
            .map(|section| Place {
                section,
                defaults: None,
                ..*self
            })
            .collect()
    }

    /// `~/.aws/credentials:7 [dev]`, for any line of the section.
    pub fn line(&self, number: usize) -> String {
        let path = self.file.shown.display();
        format!("{path}:{number} [{}]", self.section.header)
    }

    /// The line of a key that stands in this very section.
    pub fn own_line(&self, key: &str) -> Option<usize> {
        Some(self.section.entries.get(key)?.line)
    }

    /// The keys to which this section gives two values, with the lines of both.
    pub fn contradictions(&self) -> &'a [Contradiction] {
        &self.section.contradictions
    }

    /// The last line between these two that ends like a section's header.
    pub fn glued(&self, lines: std::ops::Range<usize>) -> Option<&'a Glued> {
        let mut glued = self.section.glued.iter();
        glued.rfind(|glued| lines.contains(&glued.line))
    }

    fn sourced(
        &self,
        section: &Section,
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
}
