//! The errors if there is no such profile, or no keys for it.

use anyhow::{Result, anyhow};

use super::chain::Hop;
use super::environment_keys;
use super::keys::Temporary;
use crate::environment::Environment;
use crate::files::Files;
use crate::files::suggestion::suggestion;
use crate::message::OrHint;

pub fn profile<T>(files: &Files, name: &str) -> Result<T> {
    let looked = files.looked_at();
    Err(anyhow!("there is no such profile in {looked}")).or_hint(|| suggestion(files, name))
}

/// Only temporary ones were found.
pub fn long_term_keys<T>(files: &Files, hops: &[Hop<'_>], found: Temporary) -> Result<T> {
    if let Some(hint) = found.hint {
        return Err(anyhow!(found.why)).or_hint(|| hint);
    }
    let last = hops.last().map(|hop| hop.name.as_str()).unwrap_or_default();
    let path = files.credentials_path().display();
    Err(anyhow!("{}: those keys are temporary, and long-term ones (AKIA…) are needed", found.why))
        .or_hint(|| format!("put the long-term keys into {path} as [{last}], or as [{last}-long-term] to keep what is there"))
}

pub fn keys<T>(files: &Files, hops: &[Hop<'_>], environment: &Environment) -> Result<T> {
    let last = hops.last().map(|hop| hop.name.as_str()).unwrap_or_default();
    let places: Vec<_> = hops.iter().flat_map(Hop::places).collect();
    if places.is_empty() {
        let looked = files.looked_at();
        return Err(anyhow!(
            "there is no such profile in {looked}{}",
            environment_keys::why_not(environment)
        ))
        .or_hint(|| suggestion(files, last));
    }
    Err(anyhow!(
        "no long-term keys in {}{}",
        places.join(", "),
        environment_keys::why_not(environment)
    ))
    .or_hint(|| {
        let path = files.credentials_path().display();
        format!("put aws_access_key_id and aws_secret_access_key below [{last}] in {path}")
    })
}
