//! A leftover as `scrub` shows it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};

use super::holders::Holders;
use crate::dates::utc;
use crate::duration::roughly;
use crate::leftovers::{End, Leftover, Section, State};

/// A leftover; `--json`.
#[derive(Serialize)]
pub struct Row<'a> {
    #[serde(serialize_with = "path")]
    path: &'a Path,
    line: Option<usize>,
    /// The header of the section; null for a whole file.
    section: Option<&'a str>,
    what: &'a str,
    access_key_id: Option<&'a str>,
    /// RFC 3339, UTC; null if the tool did not write it.
    expiration: Option<String>,
    /// Since the file was written.
    age_seconds: u64,
    pub state: State,
    dead: bool,
    pub removed: bool,
    /// Whether `scrub` removes it if it is told to.
    removable: bool,
    /// Why it does not.
    kept_because: Option<&'a str>,
    /// What uses the session now.
    in_use_by: Vec<String>,
    /// The tool's own command for it.
    better: Option<&'a str>,
    #[serde(skip)]
    summary: String,
}

impl<'a> Row<'a> {
    pub fn of(leftover: &'a Leftover, holders: &Holders, now: SystemTime) -> Self {
        let section = leftover.section.as_ref();
        let state = leftover.state(now);
        Self {
            path: &leftover.path,
            line: section.map(|section| section.line),
            section: section.map(|Section { header, .. }| header.as_str()),
            what: leftover.recognised.what,
            access_key_id: leftover.access_key_id(),
            expiration: match leftover.recognised.end {
                End::At(end) => Some(utc(end)),
                _ => None,
            },
            age_seconds: leftover.age(now).as_secs(),
            state,
            dead: state == State::Dead,
            removed: false,
            removable: leftover.kept.is_none(),
            kept_because: leftover.kept.as_deref(),
            in_use_by: holders.who_use(leftover),
            better: leftover.recognised.better,
            summary: leftover.summary(now),
        }
    }

    /// `dead     ~/.aws/credentials:12 [dev]: …`.
    pub fn line(&self) -> String {
        let word = if self.removed {
            "removed"
        } else {
            self.state.word()
        };
        format!("{word:<8} {}", self.description())
    }

    /// Where and what it is, how old, and what a person should know before it goes.
    pub fn description(&self) -> String {
        let age = roughly(Duration::from_secs(self.age_seconds));
        let used = (!self.in_use_by.is_empty()).then(|| self.in_use_by.join(", "));
        let better = self.better.filter(|_| self.state != State::Dead);
        let parts = [
            used.map(|by| format!("; in use by {by}")),
            self.kept_because.map(|why| format!("; not removed: {why}")),
            better.map(|command| format!("; better: {command}")),
        ];
        let more: String = parts.into_iter().flatten().collect();
        format!("{}, {age} old{more}", self.summary)
    }
}

fn path<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}
