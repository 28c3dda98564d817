//! Why no YubiKey gives a code, in the user's words.

use anyhow::anyhow;

use super::hints::{explained, with_hint};
use super::key::YubiKey;
use super::search::Search;
use crate::message::hinted;
use crate::ykoath::Error;

/// A message with more names than this is hard to read.
const MOST_NAMES: usize = 10;

/// A sentence for each key that could not be read and whose error `is_reported`.
pub fn could_not_read(keys: &[YubiKey], is_reported: impl Fn(&Error) -> bool) -> Vec<String> {
    let sentence = |key: &YubiKey| {
        let error = key.accounts.as_ref().err().filter(|e| is_reported(e))?;
        Some(format!(
            "could not read the YubiKey {}: {error}",
            key.name()
        ))
    };
    keys.iter().filter_map(sentence).collect()
}

/// Why no key could be read; `None` if one could.
pub fn why_no_key(search: &Search) -> Option<anyhow::Error> {
    let errors = search.keys.iter().map(|key| key.accounts.as_ref().err());
    let errors: Vec<_> = errors.collect::<Option<_>>()?;
    Some(match errors[..] {
        [] => hinted(
            anyhow!(
                "the configured YubiKey is not connected (connected: {})",
                search.others.join(", ")
            ),
            "--yubikey-serial or mfa_yubikey_serial selects it; awsmfa accounts shows the numbers",
        ),
        [error] => explained(error),
        [first, ..] => with_hint(could_not_read(&search.keys, |_| true).join("; "), first),
    })
}

/// Why no key has the account that is wanted.
pub fn why_no_account(search: &Search) -> anyhow::Error {
    if let Some(error) = why_no_key(search) {
        return error;
    }
    let wanted = &search.wanted;
    let credentials = search.accounts().map(|account| &account.credential);
    let names = listed(&wanted.nearest_first(credentials.collect()));
    let read = search.keys.iter().filter(|key| key.accounts.is_ok());
    let sentence = match read.count() {
        1 => format!("the YubiKey has no account {wanted}: it has {names}"),
        _ => format!("the YubiKeys have no account {wanted}: they have {names}"),
    };
    let sentences = [vec![sentence], could_not_read(&search.keys, |_| true)].concat();
    hinted(
        anyhow!(sentences.join("; ")),
        "--yubikey-account or mfa_yubikey_account selects one; awsmfa accounts lists all",
    )
}

/// The first few names, and how many more there are.
pub fn listed(names: &[String]) -> String {
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        _ if names.is_empty() => "none".to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
