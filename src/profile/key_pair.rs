//! An access key id and its secret, told apart and checked before either is shown or sent. Nothing
//! here repeats a value: it may be the secret.

use std::fmt::Display;

use anyhow::{Result, anyhow};

use crate::credentials::LongTermKeys;
use crate::files::stray;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};
use crate::secret::{Secret, is_secret_access_key};

/// The pair, if the id looks like an id and the secret like a secret.
pub fn checked(id: Sourced<&str>, secret: &Sourced<&str>) -> Result<LongTermKeys> {
    check([id.value, secret.value], [&id.origin, &secret.origin])?;
    Ok(LongTermKeys {
        access_key_id: id.value.to_owned(),
        secret_access_key: Secret::new(secret.value.to_owned()),
        origin: id.origin,
    })
}

/// `names` say in a message where the id and the secret are.
pub fn check([id, secret]: [&str; 2], names: [&dyn Display; 2]) -> Result<()> {
    refuse_exchanged([id, secret], names)?;
    let [name_of_id, name_of_secret] = names;
    let graphic = |c: char| c.is_ascii_graphic();
    // Those of AWS are letters and digits; compatible services take more.
    let of_id = if id.starts_with("AKIA") {
        |c: char| c.is_ascii_alphanumeric()
    } else {
        graphic
    };
    check_characters(id, name_of_id, of_id)?;
    check_characters(secret, name_of_secret, graphic)
}

/// A secret in the place of an id would be shown and sent.
pub fn refuse_exchanged([id, secret]: [&str; 2], names: [&dyn Display; 2]) -> Result<()> {
    let [name_of_id, name_of_secret] = names;
    // A comma or a quote behind it makes it no less a secret.
    let marks = [',', ';', '"', '\''];
    let is_secret = is_secret_access_key(id.trim_matches(marks));
    let wrong = match (is_secret, is_id(secret.trim_matches(marks))) {
        (false, false) => return Ok(()),
        (true, true) => format!("{name_of_id} and {name_of_secret} are swapped"),
        (true, false) => format!("{name_of_id} looks like a secret access key"),
        (false, true) => format!("{name_of_secret} looks like an access key id"),
    };
    Err(anyhow!(wrong)).or_hint(|| {
        "an access key id has 20 capitals and digits (AKIA…), a secret access key 40 characters: \
         put each where it belongs"
            .to_owned()
    })
}

fn check_characters(value: &str, name: &dyn Display, allowed: fn(char) -> bool) -> Result<()> {
    if stray::is_quoted(value) {
        return Err(anyhow!("{name} is in quotes")).or_hint(|| stray::QUOTES.to_owned());
    }
    if value.is_empty() {
        return Err(anyhow!("{name} is empty")).or_hint(|| "copy the key again".to_owned());
    }
    if !value.chars().all(allowed) {
        return Err(anyhow!("{name} has a character that no key has")).or_hint(|| {
            stray::hint(value, || {
                "copy the key again, with nothing else on its line".to_owned()
            })
        });
    }
    Ok(())
}

/// AWS's own ids; those of other services look like anything.
fn is_id(value: &str) -> bool {
    let begins = value.starts_with("AKIA") || value.starts_with("ASIA");
    let sound = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    begins && value.len() >= 16 && value.bytes().all(sound)
}

/// The variables of the environment that hold long-term keys, or a session.
pub const VARIABLES: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

pub fn of_variables([id, secret]: [&str; 2]) -> Result<LongTermKeys> {
    let [of_id, of_secret] = VARIABLES.map(Origin::Variable);
    checked(Sourced::new(id, of_id), &Sourced::new(secret, of_secret))
}
