//! The overlay: a configuration without secrets that other tools read in place of the user's files,
//! and in which awsmfa gives every profile its credentials. In a terminal of `aws-mfa-on
//! --profiles`, the session is in variables of awsmfa, because tools would prefer keys in their own
//! to `AWS_PROFILE`.
//!
//! awsmfa itself works as if there were no overlay: [`take_out`] shows it the user's files, and the
//! session where it is in every other terminal.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::variables::{
    BASE, BASES, KEYS, OVERLAY, OWN_FILES, OWN_KEY_ID, PROFILE, PROFILE_NAMES, SESSION,
};

/// The variable that tools read, the variable that keeps the user's own value, and the file's name
/// in the overlay.
pub const FILES: [[&str; 3]; 2] = [
    ["AWS_CONFIG_FILE", OWN_FILES[0], "config"],
    ["AWS_SHARED_CREDENTIALS_FILE", OWN_FILES[1], "credentials"],
];

type Variables = BTreeMap<OsString, OsString>;

/// Takes the overlay and the session out of the variables that are for tools, and returns the
/// overlay's directory.
pub(super) fn take_out(variables: &mut Variables) -> Option<PathBuf> {
    let directory = variables
        .get(OsStr::new(OVERLAY))
        .filter(|path| !path.is_empty());
    let directory = PathBuf::from(directory?);
    put_back_files(variables, &directory);
    if let Some(session) = variables.get(OsStr::new(SESSION)).cloned() {
        let held = variables.get(OsStr::new(PROFILE)).cloned();
        if held == variables.get(OsStr::new(PROFILE_NAMES[0])).cloned() {
            variables.remove(OsStr::new(PROFILE_NAMES[0]));
        }
        put_back_session(variables, session.to_str().unwrap_or_default());
        let bases = variables.get(OsStr::new(BASES)).cloned();
        let shell = variables
            .get(OsStr::new(BASE))
            .filter(|bases| !bases.is_empty());
        if let (None, Some(bases)) = (shell, bases) {
            variables.insert(BASE.into(), bases);
        }
    }
    Some(directory)
}

/// Only while they still name the overlay.
fn put_back_files(variables: &mut Variables, directory: &Path) {
    for [name, own, file] in FILES {
        let value = variables.get(OsStr::new(name));
        if value.is_some_and(|value| Path::new(value) == directory.join(file)) {
            match variables.get(OsStr::new(own)).cloned() {
                Some(path) => variables.insert(name.into(), path),
                None => variables.remove(OsStr::new(name)),
            };
        }
    }
}

/// Unless something else has exported keys since.
fn put_back_session(variables: &mut Variables, session: &str) {
    let words: Vec<_> = session.split(' ').collect();
    let [key_id, ..] = words[..] else { return };
    let is_set = |name: &str| variables.contains_key(OsStr::new(name));
    if words.len() == KEYS.len() && !is_set(OWN_KEY_ID) {
        if !KEYS.iter().any(|name| is_set(name)) {
            let keys = KEYS.iter().zip(&words);
            variables.extend(keys.map(|(name, word)| (name.into(), word.into())));
        }
        variables.insert(OWN_KEY_ID.into(), key_id.into());
    }
}

#[cfg(test)]
mod tests;
