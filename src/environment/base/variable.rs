//! The shell's variable with the base sessions: one per pair of keys and device, so that a person who
//! goes back and forth between accounts types one code for each of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

use super::super::changes::credential;
use super::super::held::seconds;
use super::super::{BASE, Environment};
use super::Base;
use crate::credentials::Credentials;
use crate::secret::Secret;

/// The first word of the text: another form of it would have another one.
const FORM: &str = "2";

/// Stands for an unknown value.
const NOTHING: &str = "-";

/// Words of a base session.
const WORDS: usize = 6;

/// No more base sessions than this are kept, the ones that were used last.
const MOST: usize = 10;

/// Nor a longer text: the snippets hand it to this program in its environment, where Linux allows a
/// variable 128 KiB.
const LONGEST: usize = 64 * 1024;

/// The base sessions of a terminal, or of a run of `exec --each`; the one that was used last comes
/// first.
#[derive(Default)]
pub struct Bases(Vec<Base>);

impl Bases {
    /// The base sessions from the shell that have not expired. Text of another form is ignored.
    pub fn read(environment: &Environment, now: SystemTime) -> Self {
        let mut bases = read(environment).unwrap_or_default();
        bases.retain(|base| !base.left(now).is_zero());
        Self(bases)
    }

    pub fn find(&self, serves: impl Fn(&Base) -> bool) -> Option<&Base> {
        self.0.iter().find(|base| serves(base))
    }

    /// Puts `base` first, in the place of an earlier one of the same keys and device.
    pub fn keep(&mut self, base: Base) {
        self.0.retain(|other| !other.is_of_same_login(&base));
        self.0.insert(0, base);
    }

    /// Removes the base session that AWS has refused.
    pub fn forget(&mut self, refused: &Base) {
        self.0.retain(|other| !other.is_of_same_login(refused));
    }

    /// The variable's text; `None` if there is nothing to keep. No word has a blank or a quote: safe
    /// between the quotes of any shell.
    pub fn text(&self) -> Option<Zeroizing<String>> {
        let bases = self.0.iter().map(Words::of).filter(Words::are_words);
        let bases: Vec<_> = bases.take(MOST).collect();
        // Room for all of it from the start: a buffer that grows leaves copies behind.
        let length = bases.iter().map(Words::length).sum::<usize>() + FORM.len();
        let mut text = Zeroizing::new(String::with_capacity(length));
        text.push_str(FORM);
        for base in bases {
            if text.len() + base.length() <= LONGEST {
                base.push_to(&mut text);
            }
        }
        (text.len() > FORM.len()).then_some(text)
    }
}

/// The one used last of those that `serve`.
pub(super) fn find(environment: &Environment, serves: impl Fn(&Base) -> bool) -> Option<Base> {
    read(environment)?.into_iter().find(serves)
}

fn read(environment: &Environment) -> Option<Vec<Base>> {
    let words: Vec<&str> = environment.get(BASE)?.split(' ').collect();
    let words = words.strip_prefix(&[FORM])?;
    words.chunks(WORDS).map(base).collect()
}

fn base(words: &[&str]) -> Option<Base> {
    let [id, secret, token, end, key_id, serial] = *words else {
        return None;
    };
    let known = |word: &str| (word != NOTHING).then(|| word.to_owned());
    let sound = |word| credential(word).ok();
    Some(Base {
        credentials: Credentials {
            access_key_id: sound(id)?.to_owned(),
            secret_access_key: Secret::new(sound(secret)?.to_owned()),
            session_token: Secret::new(sound(token)?.to_owned()),
            expiration: UNIX_EPOCH + Duration::from_secs(seconds(end)?),
        },
        long_term_key_id: known(key_id),
        mfa_serial: known(serial),
        of_this_run: false,
    })
}

/// A base session as it is written.
struct Words<'a> {
    base: &'a Base,
    end: String,
}

impl<'a> Words<'a> {
    fn of(base: &'a Base) -> Self {
        let end = base.credentials.expiration.duration_since(UNIX_EPOCH);
        let end = end.unwrap_or_default().as_secs().to_string();
        Self { base, end }
    }

    fn words(&self) -> [&str; WORDS] {
        let credentials = &self.base.credentials;
        let or_nothing = |word: &'a Option<String>| word.as_deref().unwrap_or(NOTHING);
        [
            &credentials.access_key_id,
            credentials.secret_access_key.expose(),
            credentials.session_token.expose(),
            &self.end,
            or_nothing(&self.base.long_term_key_id),
            or_nothing(&self.base.mfa_serial),
        ]
    }

    /// A device's name is AWS's, or the user's: one with a blank would shift all that follow.
    fn are_words(&self) -> bool {
        let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_graphic());
        self.words()
            .into_iter()
            .all(|word| !word.is_empty() && is_word(word))
    }

    /// With a blank before each word.
    fn length(&self) -> usize {
        self.words().iter().map(|word| word.len() + 1).sum()
    }

    fn push_to(&self, text: &mut String) {
        for word in self.words() {
            text.push(' ');
            text.push_str(word);
        }
    }
}

#[cfg(test)]
mod tests;
