//! The base session: the one that roles are assumed with. It stays in the terminal in a variable
//! that is not exported, so that the next role needs no code; the snippets hand it to this program
//! for one call, and nobody else ever sees it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use zeroize::Zeroizing;

use super::changes::credential;
use super::held::{LAST_SECOND, RENEWAL, seconds};
use super::{
    ACCESS_KEY_ID, BASE, CREDENTIAL_EXPIRATION, EXPIRES_AT, Environment, SECRET_ACCESS_KEY,
    SESSION_TOKEN,
};
use crate::secret::Secret;
use crate::sts::Credentials;

/// The first word of the variable's text: another form of it would have another one.
const FORM: &str = "1";

/// What stands for something that is not known.
const NOTHING: &str = "-";

/// A session, and what it was made from.
#[derive(Clone, Debug)]
pub struct Base {
    pub credentials: Credentials,
    /// None where the session came with the terminal.
    pub long_term_key_id: Option<String>,
    pub mfa_serial: Option<String>,
    /// Made by this very process: a code that was given has been used for it.
    pub of_this_run: bool,
}

impl Base {
    /// What the terminal has kept. A text that is no such session counts as none.
    pub fn read(environment: &Environment) -> Option<Self> {
        let words: Vec<&str> = environment.get(BASE)?.split(' ').collect();
        let [FORM, id, secret, token, end, key_id, serial] = words[..] else {
            return None;
        };
        let known = |word: &str| (word != NOTHING).then(|| word.to_owned());
        let sound = |word| credential(word).ok();
        Some(Self {
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

    /// One word per field, none of which has a blank: safe between the quotes of any shell.
    pub fn text(&self) -> Zeroizing<String> {
        let Credentials {
            access_key_id,
            secret_access_key,
            session_token,
            expiration,
        } = &self.credentials;
        let end = expiration.duration_since(UNIX_EPOCH).unwrap_or_default();
        let end = end.as_secs().to_string();
        let or_nothing =
            |word: &'_ Option<String>| word.clone().unwrap_or_else(|| NOTHING.to_owned());
        let (key_id, serial) = (
            or_nothing(&self.long_term_key_id),
            or_nothing(&self.mfa_serial),
        );
        let words = [
            FORM,
            access_key_id,
            secret_access_key.expose(),
            session_token.expose(),
            &end,
            &key_id,
            &serial,
        ];
        // Room for all of it from the start: a buffer that grows leaves copies behind.
        let length = words.iter().map(|word| word.len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for word in words {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// Whether it stands for these keys and this device (where it is known), and lasts a while.
    pub fn serves(
        &self,
        long_term_key_id: &str,
        mfa_serial: Option<&str>,
        now: SystemTime,
    ) -> bool {
        let same_device =
            mfa_serial.is_none_or(|serial| self.mfa_serial.as_deref() == Some(serial));
        self.long_term_key_id.as_deref() == Some(long_term_key_id) && same_device && self.lasts(now)
    }

    /// Whether more than ten minutes are left.
    pub fn lasts(&self, now: SystemTime) -> bool {
        self.left(now) > RENEWAL
    }

    pub fn left(&self, now: SystemTime) -> Duration {
        let left = self.credentials.expiration.duration_since(now);
        left.unwrap_or_default()
    }
}

impl Environment {
    /// Whether the terminal has a session that a role can be assumed with.
    pub fn has_terminal_session(&self) -> bool {
        self.kept_base().is_some() || self.first_session_in_variables().is_some()
    }

    /// The session that the terminal had first: the base session while it lasts, else the one in
    /// the variables.
    pub fn terminal_session(&self, now: SystemTime) -> Option<Base> {
        let base = self.kept_base().filter(|base| !base.left(now).is_zero());
        base.or_else(|| self.first_session_in_variables())
    }

    /// Whether the variables hold a role that was assumed with a session which only the shell knows.
    pub fn holds_role_of_base(&self) -> bool {
        let names = [super::ROLE_ARN, super::BASE_EXPIRES_AT];
        self.holds_own_session() && names.iter().all(|name| self.get(name).is_some())
    }

    /// The base session, unless something else has exported other keys since it was made.
    fn kept_base(&self) -> Option<Base> {
        Base::read(self).filter(|_| !self.holds_other_keys())
    }

    /// A role must never sign in the place of the session that it was assumed with: AWS would know
    /// the caller by another name, and a role would be assumed with itself.
    fn first_session_in_variables(&self) -> Option<Base> {
        self.session_in_variables()
            .filter(|_| !self.holds_role_of_base())
    }

    /// The session in the variables, whoever put it there.
    pub fn held_credentials(&self) -> Option<Credentials> {
        Some(self.session_in_variables()?.credentials)
    }

    /// A session of anybody's. Where its end is not known, it is taken as far off.
    fn session_in_variables(&self) -> Option<Base> {
        let secret = |name| Some(Secret::new(self.get(name)?.to_owned()));
        Some(Base {
            credentials: Credentials {
                access_key_id: self.get(ACCESS_KEY_ID)?.to_owned(),
                secret_access_key: secret(SECRET_ACCESS_KEY)?,
                session_token: secret(SESSION_TOKEN)?,
                expiration: self.end_in_variables().unwrap_or_else(far_off),
            },
            long_term_key_id: None,
            mfa_serial: self
                .get(super::MFA_SERIAL)
                .filter(|_| self.holds_own_session())
                .map(str::to_owned),
            of_this_run: false,
        })
    }

    /// The date of a session of ours says nothing of the keys that have replaced it.
    fn end_in_variables(&self) -> Option<SystemTime> {
        let own = self.get(EXPIRES_AT).and_then(seconds);
        let date = || {
            let date = self.get(CREDENTIAL_EXPIRATION)?;
            let date = DateTime::from_str(date, Format::DateTimeWithOffset).ok()?;
            u64::try_from(date.secs()).ok()
        };
        let end = if self.holds_own_session() {
            own.or_else(date)
        } else {
            date().filter(|date| Some(*date) != own)
        };
        end.map(|end| UNIX_EPOCH + Duration::from_secs(end))
    }
}

/// The end of a session whose end nobody has told.
fn far_off() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(LAST_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::tests::credentials;

    fn base() -> Base {
        Base {
            credentials: credentials(),
            long_term_key_id: Some("AKIA1".to_owned()),
            mfa_serial: Some("arn:aws:iam::1:mfa/a,b@c".to_owned()),
            of_this_run: false,
        }
    }

    #[test]
    fn comes_back_as_it_was_kept() {
        for base in [
            base(),
            Base {
                long_term_key_id: None,
                mfa_serial: None,
                ..base()
            },
        ] {
            let text = base.text();
            let read = Base::read(&Environment::of(&[(BASE, &text)])).unwrap();
            assert_eq!(read.text(), text);
            assert_eq!(read.credentials.expiration, base.credentials.expiration);
            assert_eq!(read.mfa_serial, base.mfa_serial);
        }
    }

    #[test]
    fn anything_else_counts_as_none() {
        let text = base().text();
        for junk in [
            "",
            "1",
            "x",
            &text.replacen('1', "2", 1),
            &text[..text.len() / 2],
            &format!("{} x", *text),
            &text.replace("secret", "se\u{7f}cret"),
        ] {
            assert!(
                Base::read(&Environment::of(&[(BASE, junk)])).is_none(),
                "{junk}"
            );
        }
    }

    #[test]
    fn serves_the_same_keys_and_device_while_it_lasts() {
        let base = base();
        let end = base.credentials.expiration;
        let (soon, early) = (end - RENEWAL, end - RENEWAL - Duration::from_secs(1));
        let device = base.mfa_serial.as_deref();
        assert!(base.serves("AKIA1", device, early) && base.serves("AKIA1", None, early));
        assert!(!base.serves("AKIA1", device, soon), "about to end");
        assert!(!base.serves("AKIA2", device, early), "other keys");
        assert!(
            !base.serves("AKIA1", Some("other"), early),
            "another device"
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", base()).contains("secret/"));
    }
}
