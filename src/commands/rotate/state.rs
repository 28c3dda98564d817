//! The state of a rotation: the new key, in a file beside the one that will get it. Until it is there,
//! this is its only copy; until the old key is inactive, a second run finds here what is left to do.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use crate::credentials::LongTermKeys;
use crate::files::contents::{cause, contents};
use crate::files::header::Kind;
use crate::files::section::{KEY_ID, SECRET};
use crate::files::{create, ini};
use crate::message::OrHint as _;
use crate::origin::Origin;
use crate::secret::Secret;

const ENDING: &str = ".awsmfa-rotation";
const OLD_KEY_ID: &str = "old_access_key_id";

pub struct State {
    pub path: PathBuf,
    /// The profile that was asked for.
    pub profile: String,
    pub old_key_id: String,
    pub new: LongTermKeys,
}

impl State {
    /// The state's place beside `file`, whose links have been followed.
    pub fn path_beside(file: &Path) -> PathBuf {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(ENDING);
        file.with_file_name(name)
    }

    /// `None` if no rotation is under way.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let cannot = || {
            let path = path.display();
            format!("could not read the state of a rotation in {path}")
        };
        let bytes = match contents(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let left = create::left_of(path).filter(|left| is_whole(left));
                return Ok(left.and_then(|left| Self::parse(path, &left)));
            }
            Err(error) => return Err(anyhow!(cause(&error))).with_context(cannot),
        };
        let state = Self::parse(path, &bytes);
        let state = state
            .context("something else is in it")
            .or_hint(|| "if it has a key pair, put that into its profile; then remove the file");
        state.with_context(cannot).map(Some)
    }

    /// Ends what a crash has cut short in [`State::store`].
    pub fn recover(path: &Path) -> Result<()> {
        create::recover(path, is_whole)
    }

    fn parse(path: &Path, bytes: &[u8]) -> Option<Self> {
        let mut parsed = ini::parse(Kind::Credentials, bytes);
        let (_, section) = parsed.sections.pop_first()?;
        let entry = |key| {
            section
                .entries
                .get(key)
                .filter(|entry| !entry.value.is_empty())
        };
        let id = entry(KEY_ID)?;
        Some(Self {
            path: path.to_owned(),
            profile: section.header.clone(),
            old_key_id: entry(OLD_KEY_ID)?.value.clone(),
            new: LongTermKeys {
                access_key_id: id.value.clone(),
                secret_access_key: Secret::new(entry(SECRET)?.value.clone()),
                origin: Origin::File {
                    path: path.to_owned(),
                    line: id.line,
                    section: section.header.clone(),
                    key: KEY_ID.to_owned(),
                },
            },
        })
    }

    /// Writes it, on the disk when this returns. The AWS CLI could read it, too.
    pub fn store(&self) -> Result<()> {
        let Self {
            profile,
            old_key_id,
            new,
            ..
        } = self;
        let (id, secret) = (&new.access_key_id, new.secret_access_key.expose());
        let text = format!(
            "# A new access key. To put it into its place, run: awsmfa rotate\n[{profile}]\n\
             {KEY_ID} = {id}\n{SECRET} = {secret}\n{OLD_KEY_ID} = {old_key_id}\n"
        );
        create::create(&self.path, text.as_bytes())
    }

    pub fn remove(&self) -> Result<()> {
        create::remove(&self.path)
    }
}

/// Whether all of it was written: the last line ends.
fn is_whole(bytes: &[u8]) -> bool {
    bytes.ends_with(b"\n") && State::parse(Path::new(""), bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_as_it_was_stored() {
        let directory = tempfile::tempdir().unwrap();
        let path = State::path_beside(&directory.path().join("credentials"));
        assert!(State::read(&path).unwrap().is_none());
        for profile in ["dev", "two words", "profile x", "a]b", "é"] {
            let state = State {
                path: path.clone(),
                profile: profile.to_owned(),
                old_key_id: "AKIAOLD".to_owned(),
                new: LongTermKeys {
                    access_key_id: "AKIANEW".to_owned(),
                    secret_access_key: Secret::new("s/+=".to_owned()),
                    origin: Origin::Argument,
                },
            };
            state.store().unwrap();
            assert!(
                state.store().is_err(),
                "the only copy of a key is not overwritten"
            );
            let read = State::read(&path).unwrap().unwrap();
            assert_eq!(read.profile, profile);
            assert_eq!(read.old_key_id, "AKIAOLD");
            assert_eq!(read.new.access_key_id, "AKIANEW");
            assert_eq!(read.new.secret_access_key.expose(), "s/+=");
            read.remove().unwrap();
        }
        for text in ["", "[x]\naws_access_key_id = AKIA\n", "rubbish"] {
            std::fs::write(&path, text).unwrap();
            assert!(State::read(&path).is_err(), "{text}");
        }
    }
}
