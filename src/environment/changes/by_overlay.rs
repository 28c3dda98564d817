//! The changes of a terminal whose tools get their credentials by the overlay.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::{Change, NewSession, credential};
use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::environment::overlay::FILES;
use crate::environment::variables::{
    BASES, CREDENTIAL_EXPIRATION, KEYS, OVERLAY, OWN_KEY_ID, PROFILE_NAMES, SESSION, WEB_IDENTITY,
};

/// Puts the session where only awsmfa looks for it, and the profile where every tool does.
pub fn on(
    session: &NewSession<'_>,
    directory: &Path,
    environment: &Environment,
) -> Result<Vec<Change>> {
    let unset = [CREDENTIAL_EXPIRATION, OWN_KEY_ID, WEB_IDENTITY];
    let unset = unset.iter().chain(&KEYS);
    let mut changes: Vec<_> = unset.copied().map(Change::unset).collect();
    changes.extend([
        self::session(session.credentials)?,
        Change::to(BASES, session.bases.as_deref()),
    ]);
    changes.extend(read_by_tools(directory, environment)?);
    changes.push(Change::set(PROFILE_NAMES[0], session.profile));
    Ok(changes)
}

/// The changes that let tools read the overlay in `directory`.
///
/// # Errors
/// A path of the user's files is not UTF-8.
pub fn read_by_tools(directory: &Path, environment: &Environment) -> Result<Vec<Change>> {
    let mut changes = vec![Change::set(OVERLAY, text(directory)?)];
    for [name, own, file] in FILES {
        let path = environment.file_path(name);
        // A tool may run awsmfa in another directory.
        let path = path.map(|path| std::path::absolute(&path).unwrap_or(path));
        let path = path.as_deref().map(text).transpose()?;
        changes.push(Change::set(name, text(&directory.join(file))?));
        changes.push(Change::to(own, path));
    }
    Ok(changes)
}

fn text(path: &Path) -> Result<&str> {
    let cause = || format!("could not use the path {}: it is not UTF-8", path.display());
    path.to_str().with_context(cause)
}

/// The change that puts the session where only awsmfa looks for it.
pub fn session(credentials: &Credentials) -> Result<Change> {
    let words = [
        credential(&credentials.access_key_id)?,
        credential(credentials.secret_access_key.expose())?,
        credential(credentials.session_token.expose())?,
    ];
    Ok(Change::set(SESSION, &words.join(" ")))
}

/// The changes that let tools read the user's files, and the profile that the user names, in a shell that
/// never ran `on`.
pub fn off(environment: &Environment) -> Vec<Change> {
    let names = FILES.map(|[name, ..]| name).into_iter();
    let names = names.chain([PROFILE_NAMES[0]]);
    let names = names.filter(|_| environment.overlay.is_some());
    names
        .map(|name| Change::to(name, environment.get(name)))
        .collect()
}
