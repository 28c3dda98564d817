//! The two files: where they are, and finding a profile's sections with the origin of every value.
//! Never writes.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::contents::{cause, contents};
use super::conventions;
use super::ini::{self, Entry, Parsed, Section};
use super::origin::{Origin, Sourced};
use super::section::{Kind, Name};
use crate::environment::Environment;

/// `~/.aws/config` and `~/.aws/credentials`, or what `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE` name.
#[derive(Debug)]
pub struct Files {
    config: ProfileFile,
    credentials: ProfileFile,
}

/// One of the two files.
#[derive(Debug)]
struct ProfileFile {
    kind: Kind,
    /// With `~/` for the home directory.
    shown: PathBuf,
    missing: bool,
    /// Why it could not be read at all.
    unreadable: Option<String>,
    parsed: Parsed,
}

/// A section, and the file it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    path: &'a Path,
    section: &'a Section,
    /// `[DEFAULT]`, in capitals: what Python's configparser puts into every section of the file.
    defaults: Option<&'a Section>,
}

impl Files {
    /// A file that is missing or unreadable is not an error yet: the other one may say all.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "what cannot be read may become fatal here"
    )]
    pub fn read(environment: &Environment) -> Result<Self> {
        Ok(Self {
            config: ProfileFile::read(Kind::Config, "AWS_CONFIG_FILE", "config", environment),
            credentials: ProfileFile::read(
                Kind::Credentials,
                "AWS_SHARED_CREDENTIALS_FILE",
                "credentials",
                environment,
            ),
        })
    }

    /// What is wrong with the files, and did not keep the rest from being read:
    /// `path:line: what; what to do`.
    pub fn problems(&self) -> impl Iterator<Item = String> {
        self.both().into_iter().flat_map(ProfileFile::problems)
    }

    /// The names of the profiles a user may ask for, for completion and for near names
    /// (`dev` for `[dev-long-term]`). Sorted.
    pub fn profile_names(&self) -> Vec<String> {
        let sections = self
            .both()
            .into_iter()
            .flat_map(|file| file.parsed.sections.keys());
        let names: BTreeSet<_> = sections
            .filter_map(|section| match section {
                Name::Profile(name) | Name::Bare(name) => Some(conventions::user_facing(name)),
                Name::Services(_) | Name::Other(_) => None,
            })
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The sections of a profile, the one that wins first.
    pub fn sections(&self, profile: &str) -> Vec<Place<'_>> {
        let name = Name::Profile(profile.to_owned());
        let bare = Name::Bare(profile.to_owned());
        [
            self.credentials.place(&name),
            self.config.place(&name),
            self.config.place(&bare),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// `[services NAME]`.
    pub fn services(&self, name: &str) -> Option<Place<'_>> {
        self.config.place(&Name::Services(name.to_owned()))
    }

    /// Where was looked: `~/.aws/credentials and ~/.aws/config (not there)`.
    pub fn looked_at(&self) -> String {
        let [config, credentials] = self.both().map(|file| {
            let state = if file.missing { " (not there)" } else { "" };
            format!("{}{state}", file.shown.display())
        });
        format!("{credentials} and {config}")
    }

    /// Where the keys belong.
    pub fn credentials_path(&self) -> &Path {
        &self.credentials.shown
    }

    /// Whether the file is there and says nothing: a directory, no permission.
    pub fn credentials_are_unreadable(&self) -> bool {
        self.credentials.unreadable.is_some()
    }

    fn both(&self) -> [&ProfileFile; 2] {
        [&self.config, &self.credentials]
    }
}

impl ProfileFile {
    fn read(kind: Kind, variable: &str, name: &str, environment: &Environment) -> Self {
        let home = environment.home();
        let path = environment
            .file_path(variable)
            .or_else(|| Some(home.clone()?.join(".aws").join(name)));
        let Some(path) = path else {
            return Self::unread(kind, Path::new("~/.aws").join(name), true, None);
        };
        let shown = match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
            Some(rest) => Path::new("~").join(rest),
            None => path.clone(),
        };
        match contents(&path) {
            Ok(bytes) => Self {
                parsed: ini::parse(kind, &bytes),
                ..Self::unread(kind, shown, false, None)
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::unread(kind, shown, true, None)
            }
            Err(error) => {
                let cause = cause(&error);
                Self::unread(kind, shown, false, Some(cause))
            }
        }
    }

    fn unread(kind: Kind, shown: PathBuf, missing: bool, unreadable: Option<String>) -> Self {
        Self {
            kind,
            shown,
            missing,
            unreadable,
            parsed: Parsed::default(),
        }
    }

    fn place(&self, name: &Name) -> Option<Place<'_>> {
        let sections = &self.parsed.sections;
        let name_of_defaults = match self.kind {
            Kind::Config => Name::Bare("DEFAULT".to_owned()),
            Kind::Credentials => Name::Profile("DEFAULT".to_owned()),
        };
        Some(Place {
            path: &self.shown,
            section: sections.get(name)?,
            defaults: sections.get(&name_of_defaults),
        })
    }

    fn problems(&self) -> impl Iterator<Item = String> {
        let path = &self.shown;
        let whole = self
            .unreadable
            .iter()
            .map(move |cause| format!("{}: {cause}", path.display()));
        let lines = self.parsed.problems.iter();
        let lines = lines.map(move |(line, what)| format!("{}:{line}: {what}", path.display()));
        let further = Some(self.parsed.further_problems).filter(|further| *further > 0);
        let further =
            further.map(move |further| format!("{}: {further} more such lines", path.display()));
        whole.chain(lines).chain(further)
    }
}

impl<'a> Place<'a> {
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
        let outer = self.section.entries.keys();
        outer
            .filter_map(|outer| Some((outer.as_str(), self.nested(outer, key)?)))
            .collect()
    }

    /// Whether the key stands there, with or without a value.
    pub fn contains(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    fn entry(&self, key: &str) -> Option<(&'a Section, &'a Entry)> {
        let mut sections = [Some(self.section), self.defaults].into_iter().flatten();
        sections.find_map(|section| Some((section, section.entries.get(key)?)))
    }

    /// `~/.aws/credentials:3 [dev]`.
    pub fn shown(&self) -> String {
        format!(
            "{}:{} [{}]",
            self.path.display(),
            self.section.line,
            self.section.header
        )
    }

    fn sourced(
        &self,
        section: &Section,
        entry: &'a Entry,
        key: String,
    ) -> Option<Sourced<&'a str>> {
        let origin = Origin::File {
            path: self.path.to_owned(),
            line: entry.line,
            section: section.header.clone(),
            key,
        };
        Some(entry.value.as_str())
            .filter(|value| !value.is_empty())
            .map(|value| Sourced { value, origin })
    }
}
