//! What a profile says about credentials, and what may be a secret, whatever it is called.

use crate::printable::is_harmful;
use crate::secret::is_secret_access_key;

/// How settings that say where credentials come from begin.
const PREFIXES: [&str; 8] = [
    "aws_",
    "credential_",
    "mfa_",
    "role_",
    "source_",
    "sso_",
    "web_identity_",
    "assume",
];

/// The other such settings, including those of tools that people migrate from.
const OTHERS: [&str; 8] = [
    "duration_seconds",
    "expiration",
    "external_id",
    "include_profile",
    "login_session",
    "parent_profile",
    "session_tags",
    "transitive_session_tags",
];

/// Parts of the names of secrets.
const SECRETS: [&str; 7] = [
    "secret",
    "password",
    "passphrase",
    "token",
    "access_key",
    "api_key",
    "private_key",
];

/// Whether a setting says where the credentials of a profile come from. Its name is in lower case.
pub fn is_about_credentials(key: &str) -> bool {
    PREFIXES.iter().any(|prefix| key.starts_with(prefix)) || OTHERS.contains(&key)
}

/// Whether the name or the value of a setting looks like those of a secret.
pub fn has_secret(key: &str, value: &str) -> bool {
    let key = key.to_lowercase();
    let is_secret = |word: &str| is_secret_access_key(word.trim_matches(['"', '\'']));
    let has_password = |word: &str| {
        let rest = word.split_once("://").map(|(_, rest)| rest);
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        host.is_some_and(|host| host.contains('@'))
    };
    let mut words = value.split([' ', '\t', '\n', ',', ';', '=']);
    SECRETS.iter().any(|part| key.contains(part))
        || words.any(|word| is_secret(word) || has_password(word))
        || value
            .chars()
            .any(|c| is_harmful(c) && c != '\n' && c != '\t')
}

/// Whether a setting can have this name: no tool reads names with other characters.
pub fn is_sound(key: &str) -> bool {
    let is_sound = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    !key.is_empty() && key.chars().all(is_sound)
}
