//! The two files: where they are, and finding a profile's sections with the origin of every value.
//! Never writes.

pub mod contents;
pub mod conventions;
pub mod ini;
pub mod place;
mod reader;
pub mod section;
pub mod stray;
pub mod suggestion;
pub mod words;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::environment::Environment;
use contents::{cause, contents};
use ini::{Parsed, Section};
use place::Place;
use section::{Kind, Name};

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
    /// With `~/` for the home directory.
    pub shown: PathBuf,
    missing: bool,
    /// Why it could not be read at all.
    unreadable: Option<String>,
    parsed: Parsed,
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
            .filter_map(Name::profile)
            .map(conventions::user_facing)
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The sections of a profile, the one that wins first.
    pub fn sections(&self, profile: &str) -> Vec<Place<'_>> {
        let name = Name::Profile(profile.to_owned());
        let bare = Name::Bare(profile.to_owned());
        // A profile whose name begins with the word `profile` is meant here by the bare section.
        let in_credentials = Name::in_credentials(profile);
        let bare_in_credentials = Some(in_credentials).filter(|read| *read != name);
        [
            self.credentials.place(&name),
            self.credentials
                .place(bare_in_credentials.as_ref().unwrap_or(&bare)),
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

    /// A section that ends in the name, but is no profile of that name: `[Profile dev]`.
    pub fn misspelled(&self, name: &str) -> Option<String> {
        let ends_in_it = |section: &&Section| {
            let mut words = section.header.rsplit(|c: char| !of_name(c));
            let last = words.next().unwrap_or_default();
            last.eq_ignore_ascii_case(name) && section.header != name
        };
        self.both().into_iter().find_map(|file| {
            let section = file.parsed.sections.values().find(ends_in_it)?;
            let (header, path) = (&section.header, file.shown.display());
            let write = match file.kind {
                _ if header.starts_with("sso-session") => {
                    format!("a login for several profiles: aws sso login --sso-session {name}")
                }
                Kind::Config => format!("no profile of that name: write [profile {name}]"),
                Kind::Credentials => format!("no profile of that name: write [{name}]"),
            };
            Some(format!("[{header}] in {path}:{} is {write}", section.line))
        })
    }

    /// A line that ends like the header of this profile, which is therefore not there.
    pub fn glued(&self, name: &str) -> Option<String> {
        self.both().into_iter().find_map(|file| {
            let sections = file.parsed.sections.values();
            let glued = sections.flat_map(|section| &section.glued).find(|glued| {
                let header = Name::read(file.kind, &glued.header);
                header.is_ok_and(|header| header.profile() == Some(name))
            })?;
            let (path, line, header) = (file.shown.display(), glued.line, &glued.header);
            Some(format!(
                "{path}:{line} ends in [{header}]: put [{header}] on a line of its own"
            ))
        })
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

fn of_name(c: char) -> bool {
    c.is_alphanumeric() || "-_.@+/".contains(c)
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
            Ok(bytes) => {
                let parsed = ini::parse(kind, &bytes);
                let refused = parsed.refused.clone();
                Self {
                    parsed,
                    ..Self::unread(kind, shown, false, refused)
                }
            }
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
        let (name, section) = sections.get_key_value(name)?;
        let defaults = sections.get(&name_of_defaults);
        Some(Place::new(self, name, section, defaults))
    }

    /// Every section of a profile, however its header is spelled.
    pub fn sections_of(&self, profile: &str) -> impl Iterator<Item = &Section> {
        let read = [Name::Profile, Name::Bare].map(|kind| kind(profile.to_owned()));
        let read = read
            .into_iter()
            .filter_map(|name| self.parsed.sections.get(&name));
        let replaced = self.parsed.replaced.iter();
        let of_profile = move |name: &Name| name.profile() == Some(profile);
        read.chain(replaced.filter_map(move |(name, section)| of_profile(name).then_some(section)))
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
