//! The two files: where they are, and finding a profile's sections with the origin of every value.
//! Only [`replace`] and [`create`] write.

pub mod contents;
pub mod conventions;
pub mod create;
pub mod edit;
pub mod header;
pub mod ini;
pub mod lines;
pub mod near_names;
pub mod overlay;
pub mod own_process;
pub mod parsed;
mod place;
mod reader;
pub mod refusal;
pub mod replace;
pub mod section;
mod sensitive;
pub mod words;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::origin::Origin;
use contents::{cause, contents};
use header::{Kind, Name};
use parsed::{Parsed, ParsedSection};
use section::Section;

/// `~/.aws/config` and `~/.aws/credentials`, or what `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE` name.
#[derive(Debug)]
pub struct Files {
    config: ProfileFile,
    credentials: ProfileFile,
}

/// One of the two files.
#[derive(Debug)]
pub struct ProfileFile {
    kind: Kind,
    path: Option<PathBuf>,
    /// With `~/` for the home directory.
    pub shown: PathBuf,
    missing: bool,
    parsed: Parsed,
}

impl Files {
    /// A file that is missing or unreadable is not an error yet: the other one may suffice.
    pub fn read(environment: &Environment) -> Self {
        Self::read_by(environment, contents)
    }

    /// The same, if the file at `path` had these contents.
    pub fn with(environment: &Environment, path: &Path, edited: &[u8]) -> Self {
        Self::read_by(environment, |other| {
            if other == path {
                return Ok(edited.to_vec());
            }
            contents(other)
        })
    }

    fn read_by(environment: &Environment, read: impl Fn(&Path) -> io::Result<Vec<u8>>) -> Self {
        let read =
            |kind, variable, name| ProfileFile::read(kind, variable, name, environment, &read);
        Self {
            config: read(Kind::Config, "AWS_CONFIG_FILE", "config"),
            credentials: read(
                Kind::Credentials,
                "AWS_SHARED_CREDENTIALS_FILE",
                "credentials",
            ),
        }
    }

    /// Problems that did not keep the rest of the files from being read:
    /// `path:line: what; what to do`.
    pub fn problems(&self) -> impl Iterator<Item = String> {
        self.both().into_iter().flat_map(ProfileFile::problems)
    }

    /// The names of the profiles a user may ask for (`dev` for `[dev-long-term]`). Sorted.
    pub fn profile_names(&self) -> Vec<String> {
        let files = self.both().into_iter();
        let sections = files.flat_map(|file| &file.parsed.sections);
        let names: BTreeSet<_> = sections
            .filter(|(_, section)| !section.is_of_all_profiles())
            .filter_map(|(name, _)| name.profile())
            .map(conventions::user_facing)
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The sections of a profile, the one that wins first.
    pub fn sections(&self, profile: &str) -> Vec<Section<'_>> {
        let name = Name::Profile(profile.to_owned());
        let bare = Name::Bare(profile.to_owned());
        // The bare section of the credentials file is a profile whose name begins with the word
        // `profile`.
        let in_credentials = Name::in_credentials(profile);
        let bare_in_credentials = Some(&in_credentials).filter(|read| **read != name);
        let sections = [
            self.credentials.section(&name),
            self.credentials
                .section(bare_in_credentials.unwrap_or(&bare)),
            self.config.section(&name),
            self.config.section(&bare),
        ];
        sections.into_iter().flatten().collect()
    }

    /// `[services NAME]`.
    pub fn services(&self, name: &str) -> Option<Section<'_>> {
        self.config.section(&Name::Services(name.to_owned()))
    }

    /// Where a line is that a value came from: the file, links not followed, and its number.
    pub fn line_of(&self, origin: &Origin) -> Option<(&Path, Kind, usize)> {
        let Origin::File { path, line, .. } = origin else {
            return None;
        };
        let file = self.both().into_iter().find(|file| file.shown == *path)?;
        Some((file.path.as_deref()?, file.kind, *line))
    }

    /// Where a setting has this value, in whatever section.
    pub fn lines_with(&self, key: &str, value: &str) -> Vec<Origin> {
        let files = self.both().into_iter();
        files.flat_map(|file| file.lines_with(key, value)).collect()
    }

    /// Where the profiles were looked for: `~/.aws/credentials or ~/.aws/config (not there)`.
    pub fn looked_at(&self) -> String {
        let [config, credentials] = self.both().map(|file| {
            let state = if file.missing { " (not there)" } else { "" };
            format!("{}{state}", file.shown.display())
        });
        format!("{credentials} or {config}")
    }

    /// Where the user should put the keys.
    pub fn credentials_path(&self) -> &Path {
        &self.credentials.shown
    }

    fn both(&self) -> [&ProfileFile; 2] {
        [&self.config, &self.credentials]
    }
}

impl ProfileFile {
    fn read(
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
        let below_home = |path: &PathBuf| Some(path.strip_prefix(home.as_ref()?).ok()?.to_owned());
        let shown = match &path {
            None => Path::new("~/.aws").join(name),
            Some(path) => {
                below_home(path).map_or_else(|| path.clone(), |rest| Path::new("~").join(rest))
            }
        };
        Self {
            kind,
            path,
            shown,
            missing,
            parsed,
        }
    }

    fn section(&self, name: &Name) -> Option<Section<'_>> {
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
    fn sections_of(&self, profile: &str) -> Vec<&ParsedSection> {
        let replaced = self.parsed.replaced.iter();
        let replaced = replaced.map(|(name, section)| (name, section));
        let sections = self.parsed.sections.iter().chain(replaced);
        let sections = sections.filter(|(name, _)| name.profile() == Some(profile));
        sections.map(|(_, section)| section).collect()
    }

    fn lines_with(&self, key: &str, value: &str) -> Vec<Origin> {
        let replaced = self.parsed.replaced.iter().map(|(_, section)| section);
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

    fn problems(&self) -> impl Iterator<Item = String> {
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
