//! An access key id and its secret, checked before either is shown or sent. No message shows a value:
//! it may be the secret.

use anyhow::{Result, anyhow};

use crate::credentials::LongTermKeys;
use crate::files::refusal::{is_quoted, refused};
use crate::message::OrHint as _;
use crate::origin::Sourced;
use crate::secret::{Secret, is_secret_access_key};

/// The pair, if the id looks like an id and the secret like a secret.
pub fn checked(id: Sourced<&str>, secret: &Sourced<&str>) -> Result<LongTermKeys> {
    refuse_swapped(&id, secret)?;
    // AWS's own ids are letters and digits; compatible services take more.
    let is_aws = id.value.starts_with("AKIA");
    let in_id = |c: char| c.is_ascii_alphanumeric() || !is_aws && c.is_ascii_graphic();
    check_characters(&id, in_id)?;
    check_characters(secret, |c| c.is_ascii_graphic())?;
    Ok(LongTermKeys {
        access_key_id: id.value.to_owned(),
        secret_access_key: Secret::new(secret.value.to_owned()),
        origin: id.origin,
    })
}

/// A secret in the place of an id would be shown and sent.
pub fn refuse_swapped(id: &Sourced<&str>, secret: &Sourced<&str>) -> Result<()> {
    // A comma or a quote behind it makes it no less a secret.
    let marks = [',', ';', '"', '\''];
    let is_secret = is_secret_access_key(id.value.trim_matches(marks));
    let (of_id, of_secret) = (&id.origin, &secret.origin);
    let wrong = match (is_secret, is_id(secret.value.trim_matches(marks))) {
        (false, false) => return Ok(()),
        (true, true) => format!("{of_id} and {of_secret} are swapped"),
        (true, false) => format!("{of_id} looks like a secret access key"),
        (false, true) => format!("{of_secret} looks like an access key id"),
    };
    Err(anyhow!(wrong)).or_hint(|| {
        "an access key id has 20 capitals and digits (AKIA…), a secret access key 40 characters: \
         put each where it belongs"
    })
}

fn check_characters(value: &Sourced<&str>, is_sound: impl Fn(char) -> bool) -> Result<()> {
    let text = value.value;
    if !text.is_empty() && text.chars().all(is_sound) && !is_quoted(text) {
        return Ok(());
    }
    let hint = "copy the key again, with nothing else on its line";
    Err(refused(value, "is not a valid key", hint))
}

/// AWS's own ids; those of other services look like anything.
fn is_id(value: &str) -> bool {
    let begins = value.starts_with("AKIA") || value.starts_with("ASIA");
    let sound = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    begins && value.len() >= 16 && value.bytes().all(sound)
}
