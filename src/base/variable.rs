//! The shell variable with the base sessions: one for each pair of keys and device, so that a person
//! who goes back and forth between accounts types one code for each of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Base;
use crate::credentials::Credentials;
use crate::dates::since_epoch;
use crate::environment::{BASE, Environment, credential, seconds};
use crate::secret::Secret;

/// The first word of the text: another format would have another number.
const FORMAT: &str = "2";

/// Stands for `None`.
const NOTHING: &str = "-";

/// Words of a base session.
const WORDS: usize = 6;

/// Only the base sessions that were used last are kept, each one or two KiB long: the snippets hand them
/// to awsmfa in its environment, where Linux allows a variable 128 KiB.
const MOST: usize = 10;

/// The base sessions of a terminal, or of a run of `exec --each`; the one that was used last comes
/// first.
#[derive(Default)]
pub struct Bases(Vec<Base>);

impl Bases {
    /// The base sessions from the shell that have not expired. Text in another format is ignored.
    pub fn read(environment: &Environment, now: SystemTime) -> Self {
        let mut bases = read(environment).unwrap_or_default();
        bases.retain(|base| !base.left(now).is_zero());
        Self(bases)
    }

    pub fn find(&self, serves: impl Fn(&Base) -> bool) -> Option<&Base> {
        self.0.iter().find(|base| serves(base))
    }

    /// Puts `base` first, in place of an earlier one of the same keys and device.
    pub fn keep(&mut self, base: Base) {
        self.forget(&base);
        self.0.insert(0, base);
    }

    /// Removes the base session of the same keys and device, which AWS has rejected.
    pub fn forget(&mut self, rejected: &Base) {
        self.0.retain(|base| !base.is_of_same_login(rejected));
    }

    /// The variable's text; `None` if there is nothing to keep.
    pub fn text(&self) -> Option<String> {
        let bases: String = self.0.iter().filter_map(words).take(MOST).collect();
        (!bases.is_empty()).then(|| FORMAT.to_owned() + &bases)
    }
}

/// Of those that `serve`, the one that was used last.
pub(super) fn find(environment: &Environment, serves: impl Fn(&Base) -> bool) -> Option<Base> {
    read(environment)?.into_iter().find(serves)
}

fn read(environment: &Environment) -> Option<Vec<Base>> {
    let words: Vec<&str> = environment.get(BASE)?.split(' ').collect();
    let words = words.strip_prefix(&[FORMAT])?;
    words.chunks(WORDS).map(base).collect()
}

fn base(words: &[&str]) -> Option<Base> {
    let [id, secret, token, end, key_id, serial] = *words else {
        return None;
    };
    let known = |word: &str| (word != NOTHING).then(|| word.to_owned());
    let sound = |word| Some(credential(word).ok()?.to_owned());
    Some(Base {
        credentials: Credentials {
            access_key_id: sound(id)?,
            secret_access_key: Secret::new(sound(secret)?),
            session_token: Secret::new(sound(token)?),
            expiration: UNIX_EPOCH + Duration::from_secs(seconds(end)?),
        },
        long_term_key_id: known(key_id),
        mfa_serial: known(serial),
        of_this_run: false,
    })
}

/// The words of `base`, each after a blank. `None` if there is a blank in one of them: the name of a
/// device is the user's choice, and a blank would shift all words that follow.
fn words(base: &Base) -> Option<String> {
    let words = [
        &base.credentials.access_key_id,
        base.credentials.secret_access_key.expose(),
        base.credentials.session_token.expose(),
        &since_epoch(base.credentials.expiration).to_string(),
        base.long_term_key_id.as_deref().unwrap_or(NOTHING),
        base.mfa_serial.as_deref().unwrap_or(NOTHING),
    ];
    let are_words = words.iter().all(|word| credential(word).is_ok());
    are_words.then(|| words.map(|word| format!(" {word}")).concat())
}

#[cfg(test)]
mod tests;
