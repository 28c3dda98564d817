//! The two profile files, which have sessions beside long-term keys.

use std::path::Path;

use super::file::{self, LARGEST, Status};
use super::{Content, Found, Leftover, sections};
use crate::environment::{Environment, shown};
use crate::files::header::Kind;

/// What each of the two is, the variable that names it, and its usual name.
const FILES: [(Kind, &str, &str); 2] = [
    (
        Kind::Credentials,
        "AWS_SHARED_CREDENTIALS_FILE",
        "credentials",
    ),
    (Kind::Config, "AWS_CONFIG_FILE", "config"),
];

/// Looks into those that are read here, and into those that would be read without the variables.
pub fn search(environment: &Environment, found: &mut Found) {
    let home = environment.home();
    for (kind, variable, name) in FILES {
        let usual = home.as_ref().map(|home| home.join(".aws").join(name));
        let paths = [environment.file_path(variable), usual];
        for path in paths.into_iter().flatten() {
            let shown = shown(&path, home.as_deref());
            match file::read(&path, LARGEST) {
                Some((bytes, status)) if !found.is_profile_file(&status) => {
                    found.profile_files.push(status);
                    found.add_sections(kind, &bytes, status, &path, &shown);
                }
                None if path.is_file() => found.unreadable.push(shown),
                _ => {}
            }
        }
    }
}

impl Found {
    /// Whether a file is one of the two, however it was reached.
    pub fn is_profile_file(&self, status: &Status) -> bool {
        let mut known = self.profile_files.iter();
        known.any(|known| known.is_same_file(status))
    }

    fn add_sections(
        &mut self,
        kind: Kind,
        bytes: &[u8],
        status: Status,
        path: &Path,
        shown: &Path,
    ) {
        for section in sections::sections(bytes) {
            match section.content() {
                Some(Content::Leftover(recognised)) => self.leftovers.push(Leftover {
                    shown: shown.to_owned(),
                    path: path.to_owned(),
                    section: Some(section.named(kind)),
                    recognised,
                    file: status,
                    kept: status.of_another_user(),
                }),
                Some(Content::LongTerm(id)) => {
                    let header = section.named(kind).header;
                    self.long_term.push((id, header));
                }
                None => {}
            }
        }
    }
}
