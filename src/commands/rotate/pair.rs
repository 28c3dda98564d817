//! The key pair of a profile, and the two lines of the file that it stands in.

use std::path::PathBuf;

use anyhow::{Context as _, Error, Result, anyhow};

use super::command;
use crate::cli::Login;
use crate::credentials::LongTermKeys;
use crate::environment::Environment;
use crate::files::edit::with_values;
use crate::files::header::Kind;
use crate::files::section::{KEY_ID, SECRET};
use crate::files::{Files, ini};
use crate::message::hinted;
use crate::origin::Sourced;
use crate::profile::{Keys, Profile};
use crate::secret::Secret;

/// Where a profile has its long-term keys.
#[derive(Clone)]
pub struct Pair {
    pub keys: LongTermKeys,
    /// Links not followed.
    pub file: PathBuf,
    kind: Kind,
    /// Of the key id.
    line: usize,
}

impl Pair {
    /// # Errors
    /// The profile's keys are not in a file, so that only the user can replace them.
    pub fn find(profile: &Profile, files: &Files) -> Result<Self> {
        let name = &profile.name.value;
        let place = match &profile.keys {
            Keys::Static(keys) => files.line_of(&keys.origin).map(|place| (keys, place)),
            _ => None,
        };
        let Some((keys, (file, kind, line))) = place else {
            let cannot = format!("could not rotate the access key of {name}");
            return Err(not_in_a_file(&profile.keys, name).context(cannot));
        };
        Ok(Self {
            keys: keys.clone(),
            file: file.to_owned(),
            kind,
            line,
        })
    }

    /// `~/.aws/credentials:3 [dev]`
    pub fn place(&self) -> String {
        self.keys.origin.place()
    }

    /// Whether these are its two values.
    pub fn is(&self, keys: &LongTermKeys) -> bool {
        self.keys.access_key_id == keys.access_key_id
            && self.keys.secret_access_key == keys.secret_access_key
    }

    /// The file with another pair in place of this one, and nothing else changed.
    pub fn replaced(&self, contents: &[u8], new: &LongTermKeys) -> Result<Vec<u8>> {
        let [id, secret] = self.lines(contents)?;
        let values = [
            (id, new.access_key_id.as_str()),
            (secret, new.secret_access_key.expose()),
        ];
        with_values(self.kind, contents, &values)
    }

    /// The lines of the two values.
    pub fn lines(&self, contents: &[u8]) -> Result<[usize; 2]> {
        let parsed = ini::parse(self.kind, contents);
        let section = parsed.sections.values().find_map(|section| {
            let id = section.entries.get(KEY_ID)?;
            let is_it = id.line == self.line && id.value == self.keys.access_key_id;
            is_it.then_some(section)
        });
        let section = section.context("the file has just been changed")?;
        let secret = section
            .entries
            .get(SECRET)
            .with_context(|| format!("its {SECRET} is not in the same section as its {KEY_ID}"))?;
        Ok([self.line, secret.line])
    }

    /// Makes sure that a new pair in these lines is what the profile gets, before there is one.
    pub fn rehearse(
        &self,
        contents: &[u8],
        name: &Sourced<String>,
        login: &Login,
        environment: &Environment,
    ) -> Result<()> {
        let cannot = || {
            format!(
                "could not put a new key in place of the one in {}",
                self.place()
            )
        };
        let made_up = made_up(&self.keys);
        let edited = self.replaced(contents, &made_up).with_context(cannot)?;
        let files = Files::with(environment, &self.file, &edited);
        let profile = Profile::resolve(&files, name, login, environment).with_context(cannot)?;
        let is_read = matches!(&profile.keys, Keys::Static(keys)
            if keys.access_key_id == made_up.access_key_id
                && keys.secret_access_key == made_up.secret_access_key);
        let is_read = is_read.then_some(());
        is_read
            .context("other lines would still give the profile the old key")
            .with_context(cannot)
    }
}

/// Why the keys cannot be replaced here, and how to replace them elsewhere.
fn not_in_a_file(keys: &Keys, name: &str) -> Error {
    let origin = keys.origin();
    match keys {
        Keys::Process(_) => {
            let exec = command("exec", name);
            hinted(
                anyhow!("a command prints it ({origin})"),
                format!(
                    "create a new key ({exec} -- aws iam create-access-key), put it where the \
                     command reads it, then deactivate the old one"
                ),
            )
        }
        Keys::Static(_) => hinted(
            anyhow!("it comes from {origin}, not from a profile file"),
            "create a new key with aws iam create-access-key and put it where this one comes from, \
             or put the pair into a profile, for awsmfa to rotate",
        ),
        Keys::Terminal(_) | Keys::Replaced(_) => hinted(
            anyhow!("it comes from {origin}, and the terminal has only a session of it"),
            "put the key pair into a profile, for awsmfa to rotate",
        ),
    }
}

/// A pair that nobody has.
fn made_up(keys: &LongTermKeys) -> LongTermKeys {
    let id = &keys.access_key_id;
    let turned = |text: &str, one: char, other: char| {
        text.chars()
            .map(|c| if c == one { other } else { one })
            .collect::<String>()
    };
    LongTermKeys {
        access_key_id: format!("AKIA{}", turned(&id[id.len().min(4)..], 'A', 'B')),
        secret_access_key: Secret::new("x".repeat(40)),
        origin: keys.origin.clone(),
    }
}
