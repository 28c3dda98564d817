//! One of the two files, and what it says about a profile.

use std::io;
use std::path::{Path, PathBuf};

use super::contents::cause;
use super::header::{Kind, Name};
use super::ini;
use super::parsed::{Parsed, ParsedSection};
use super::section::Section;
use crate::environment::{Environment, shown};
use crate::origin::Origin;

/// One of the two files.
#[derive(Debug)]
pub struct ProfileFile {
    pub kind: Kind,
    pub(super) path: Option<PathBuf>,
    /// With `~/` for the home directory.
    pub shown: PathBuf,
    pub missing: bool,
    pub(super) parsed: Parsed,
}

impl ProfileFile {
    pub(super) fn read(
        kind: Kind,
        variable: &str,
        name: &str,
        environment: &Environment,
        read: impl Fn(&Path) -> io::Result<Vec<u8>>,
    ) -> Self {
        let home = environment.home();
        let default = || Some(home.as_ref()?.join(".aws").join(name));
        let path = environment.file_path(variable).or_else(default);
        let (missing, parsed) = match path.as_deref().map(read) {
            Some(Ok(bytes)) => (false, ini::parse(kind, &bytes)),
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => {
                (false, Parsed::refused(cause(&error)))
            }
            _ => (true, Parsed::default()),
        };
        let shown = match &path {
            None => Path::new("~/.aws").join(name),
            Some(path) => shown(path, home.as_deref()),
        };
        Self {
            kind,
            path,
            shown,
            missing,
            parsed,
        }
    }

    /// For a message: `~/.aws/config`, and whether it is there.
    pub fn in_words(&self) -> String {
        let state = if self.missing { " (not there)" } else { "" };
        format!("{}{state}", self.shown.display())
    }

    /// Links not followed; `None` if there is no home directory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(super) fn section(&self, name: &Name) -> Option<Section<'_>> {
        let sections = &self.parsed.sections;
        let (name, parsed) = sections.get_key_value(name)?;
        let name_of_defaults = match self.kind {
            Kind::Config => Name::Bare("DEFAULT".to_owned()),
            Kind::Credentials => Name::Profile("DEFAULT".to_owned()),
        };
        Some(Section {
            file: self,
            name,
            parsed,
            defaults: sections.get(&name_of_defaults),
        })
    }

    /// Every section of a profile, however its header is spelled.
    pub(super) fn sections_of(&self, profile: &str) -> Vec<&ParsedSection> {
        let names = [
            Name::Profile(profile.to_owned()),
            Name::Bare(profile.to_owned()),
        ];
        let of_name = |name| {
            let replaced = self.parsed.replaced.get(name).into_iter().flatten();
            self.parsed.sections.get(name).into_iter().chain(replaced)
        };
        names.iter().flat_map(of_name).collect()
    }

    pub(super) fn lines_with(&self, key: &str, value: &str) -> Vec<Origin> {
        let replaced = self.parsed.replaced.values().flatten();
        let sections = self.parsed.sections.values().chain(replaced);
        let lines = sections.filter_map(|section| {
            let entry = section.entries.get(key)?;
            (entry.value == value).then(|| Origin::File {
                path: self.shown.clone(),
                line: entry.line,
                section: section.header.clone(),
                key: key.to_owned(),
            })
        });
        lines.collect()
    }

    pub(super) fn problems(&self) -> impl Iterator<Item = String> {
        let path = self.shown.display();
        let Parsed {
            problems,
            further_problems,
            refused,
            ..
        } = &self.parsed;
        let mut all: Vec<_> = refused.iter().map(|why| format!("{path}: {why}")).collect();
        let lines = problems.iter();
        all.extend(lines.map(|(line, what)| format!("{path}:{line}: {what}")));
        if *further_problems > 0 {
            all.push(format!("{path}: {further_problems} more such lines"));
        }
        all.into_iter()
    }
}
