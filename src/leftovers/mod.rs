//! Secrets that other tools have left on disk: sessions in the two profile files and in caches, tokens
//! of sign-ins. Each is recognised by its format, wherever it lies. Reads, and writes nothing.
//!
//! What has long-term keys is no leftover: it is reported ([`Remains`]) and never offered for removal.
//! The formats are those of the tools' own source code (aws-mfa, awsume, botocore, saml2aws, gsts,
//! keyring, aws-sso-cli).

mod caches;
mod end;
mod exports;
pub mod file;
mod json;
mod profile_files;
mod remains;
mod removal;
mod sealed;
mod sections;

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::origin::place;
pub use end::End;
pub use file::Status;
pub use remains::Remains;
pub use removal::remove;

/// A session lasts 36 hours at most (`DurationSeconds` of `GetSessionToken`). One without an expiry
/// that was written longer ago cannot be valid, unless the file's time is wrong.
pub const LONGEST_SESSION: Duration = Duration::from_hours(36);

/// Whether a leftover is of use to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Dead,
    Valid,
    /// It has no expiry, and nobody has asked AWS.
    Unclear,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Valid => "valid",
            Self::Unclear => "unclear",
        }
    }
}

/// What was recognised.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// For a person: `session of aws-mfa`.
    pub what: &'static str,
    /// The session's keys. Without a known end, `expiration` is [`end::far`].
    pub session: Option<Credentials>,
    pub end: End,
    /// The command of the tool itself that does more than to remove the file.
    pub better: Option<&'static str>,
    /// Whether the file is the tool's to change: it has other things in it.
    pub is_of_tool: bool,
}

/// What a file or section holds.
enum Content {
    Leftover(Recognised),
    /// The id of a long-term access key.
    LongTerm(String),
}

impl Recognised {
    /// Several sessions in one file: it ends with the last of them, if all ends are known.
    fn and(self, other: &Self) -> Self {
        let end = match (self.end, other.end) {
            (End::At(one), End::At(other)) => End::At(one.max(other)),
            _ => End::Unknown,
        };
        Self {
            session: None,
            end,
            ..self
        }
    }

    fn without_keys(what: &'static str) -> Self {
        Self {
            what,
            session: None,
            end: End::Unknown,
            better: None,
            is_of_tool: false,
        }
    }
}

/// A section of one of the two profile files.
#[derive(Clone, Debug)]
pub struct Section {
    /// What stands between the brackets.
    pub header: String,
    /// Of the header, from 1.
    pub line: usize,
    pub profile: Option<String>,
}

/// A secret that a tool has left behind.
#[derive(Clone, Debug)]
pub struct Leftover {
    pub path: PathBuf,
    /// The path with `~/` for the home directory.
    pub shown: PathBuf,
    /// `None`: the whole file.
    pub section: Option<Section>,
    pub recognised: Recognised,
    pub file: Status,
    /// Why awsmfa does not remove it.
    pub kept: Option<String>,
}

/// What a search has found.
#[derive(Default)]
pub struct Found {
    pub leftovers: Vec<Leftover>,
    pub remains: Vec<Remains>,
    /// The profile files that are there and cannot be read.
    pub unreadable: Vec<PathBuf>,
    /// The profile files that were looked into.
    profile_files: Vec<Status>,
    /// The long-term keys of the two profile files, and the headers of their sections.
    long_term: Vec<(String, String)>,
}

impl Found {
    /// Looks into the profile files and where the tools keep theirs. What cannot be read is left out.
    pub fn search(environment: &Environment) -> Self {
        let mut found = Self::default();
        profile_files::search(environment, &mut found);
        caches::search(environment, &mut found);
        remains::search(environment, &mut found);
        found
    }
}

impl Leftover {
    /// `~/.aws/credentials:12 [dev]`, `~/.aws/cli/cache/….json`.
    pub fn place(&self) -> String {
        match &self.section {
            Some(Section { header, line, .. }) => place(&self.shown, *line, header),
            None => self.shown.display().to_string(),
        }
    }

    /// Where and what it is, and why it is in its state.
    pub fn summary(&self, now: SystemTime) -> String {
        let (place, what) = (self.place(), self.recognised.what);
        let id = self.access_key_id();
        let id = id.map_or_else(String::new, |id| format!(" {id}"));
        format!("{place}: {what}{id}, {}", self.recognised.end.in_words(now))
    }

    pub fn access_key_id(&self) -> Option<&str> {
        let session = self.recognised.session.as_ref()?;
        Some(&session.access_key_id)
    }

    /// How long ago the file was written.
    pub fn age(&self, now: SystemTime) -> Duration {
        self.file.age(now)
    }

    pub fn state(&self, now: SystemTime) -> State {
        match self.recognised.end {
            End::Refused => State::Dead,
            End::At(end) if end <= now => State::Dead,
            End::At(_) | End::Accepted => State::Valid,
            End::Unknown => State::Unclear,
        }
    }

    /// The session to ask AWS about, if only AWS knows: without an expiry, and older than any session.
    pub fn to_ask(&self, now: SystemTime) -> Option<&Credentials> {
        let is_old = self.age(now) > LONGEST_SESSION;
        let session = self.recognised.session.as_ref();
        session.filter(|_| is_old && self.recognised.end == End::Unknown)
    }
}
