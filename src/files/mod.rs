//! The two files: where they are, and finding a profile's sections with the origin of every value.
//! Only [`replace`] and [`create`] write.

pub mod contents;
pub mod conventions;
pub mod create;
mod directory_entry;
pub mod edit;
pub mod header;
pub mod ini;
pub mod lines;
pub mod near_names;
pub mod overlay;
pub mod own_process;
pub mod parsed;
mod profile_file;
mod reader;
pub mod refusal;
pub mod replace;
pub mod section;
pub mod sensitive;
pub mod words;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::environment::Environment;
use crate::origin::Origin;
use contents::contents;
use header::{Kind, Name};
pub use profile_file::ProfileFile;
use section::Section;

/// `~/.aws/config` and `~/.aws/credentials`, or what `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE` name.
#[derive(Debug)]
pub struct Files {
    config: ProfileFile,
    credentials: ProfileFile,
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

    /// Every section that is about a profile.
    pub fn all_sections(&self) -> impl Iterator<Item = Section<'_>> {
        self.both().into_iter().flat_map(|file| {
            let names = file.parsed.sections.keys();
            let names = names.filter(|name| name.profile().is_some());
            names.filter_map(|name| file.section(name))
        })
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
        let [config, credentials] = self.both().map(ProfileFile::in_words);
        format!("{credentials} or {config}")
    }

    /// Where the user should put the keys.
    pub fn credentials_path(&self) -> &Path {
        &self.credentials.shown
    }

    /// The config file and the credentials file.
    pub fn both(&self) -> [&ProfileFile; 2] {
        [&self.config, &self.credentials]
    }
}
