//! What the connected YubiKeys answered, and which account is the one.

use anyhow::{Result, anyhow};

use super::account::Wanted;
use super::explain::{explained, hint, in_words};
use crate::message::hinted;
use crate::ykoath::key::Key;
use crate::ykoath::{AccessKey, Code, Credential, Error, OathType};

/// AWS takes six digits and no other number (STS `TokenCode`).
const DIGITS: u8 = 6;

/// More names than this help nobody.
const MOST_NAMES: usize = 10;

#[derive(Default)]
pub struct Scan {
    pub keys: Vec<YubiKey>,
    /// Names of the keys that do not count.
    pub others: Vec<String>,
}

/// A key, and its accounts or why they could not be read.
pub struct YubiKey {
    pub key: Key,
    /// If it was asked for and the device tells.
    pub serial_number: Option<u32>,
    /// Of the OATH applet; empty if that did not answer.
    pub device_id: Vec<u8>,
    pub accounts: Result<Vec<Account>, Error>,
}

/// An account, and all that its code needs.
#[derive(Clone)]
pub struct Account {
    pub key: Key,
    pub device_id: Vec<u8>,
    pub password: Option<AccessKey>,
    pub credential: Credential,
    pub known_code: Option<KnownCode>,
}

/// A code that the key gave unasked, after its time step of 30 seconds.
pub type KnownCode = (u64, Code);

impl YubiKey {
    /// What distinguishes it from others: its serial number, its OATH device id, or the reader it is in.
    pub fn name(&self) -> String {
        match self.serial_number {
            Some(number) => number.to_string(),
            None if self.is_unknown() => format!("in the reader {}", self.key.label()),
            None => hex(&self.device_id),
        }
    }

    pub fn is_called(&self, name: &str) -> bool {
        self.serial_number
            .is_some_and(|number| number.to_string() == name)
            || hex(&self.device_id).eq_ignore_ascii_case(name)
    }

    /// Whether not even its number is known.
    pub fn is_unknown(&self) -> bool {
        self.serial_number.is_none() && self.device_id.is_empty()
    }

    pub fn is_locked(&self) -> bool {
        matches!(
            self.accounts,
            Err(Error::Locked { .. } | Error::WrongPassword { .. })
        )
    }
}

impl Account {
    /// Seconds of a time step; not 0.
    pub fn period(&self) -> u64 {
        self.credential
            .period()
            .map_or(1, |period| u64::from(period.get()))
    }

    /// Its name, for a person.
    pub fn label(&self) -> String {
        self.credential.label().into_owned()
    }

    /// The code, if the key has given it for this time step already.
    pub fn code(&self, time_step: u64) -> Option<Code> {
        let (known, code) = self.known_code.as_ref()?;
        (*known == time_step).then(|| code.clone())
    }

    /// The account, if AWS's codes can come from it.
    pub fn usable(&self) -> Result<Self> {
        match self.obstacle() {
            None => Ok(self.clone()),
            Some(why) => Err(anyhow!(
                "the YubiKey's account {} cannot be used: {why}",
                self.label()
            )),
        }
    }

    fn obstacle(&self) -> Option<String> {
        match (self.credential.oath_type, self.credential.digits) {
            (OathType::Hotp, _) => {
                Some("its codes follow a counter (HOTP), and AWS needs codes that follow the time (TOTP)".to_owned())
            }
            (OathType::Unknown, _) => Some("it is of an unknown type, not TOTP".to_owned()),
            (OathType::Totp, Some(digits)) if digits != DIGITS => Some(format!(
                "its codes have {digits} digits, and AWS takes {DIGITS}"
            )),
            (OathType::Totp, _) => {
                let period = self.credential.period();
                period.err().map(|error| error.to_string())
            }
        }
    }
}

impl Scan {
    /// Every account with its key, key by key.
    pub fn accounts(&self) -> impl Iterator<Item = (&YubiKey, &Account)> {
        self.keys.iter().flat_map(|key| {
            let accounts = key.accounts.iter().flatten();
            accounts.map(move |account| (key, account))
        })
    }

    /// The matching accounts: none, one, or several from which the user has to choose.
    pub fn candidates(&self, wanted: &Wanted) -> Vec<(&YubiKey, &Account)> {
        let certainty = |account: &Account| wanted.certainty(&account.credential);
        let best = self
            .accounts()
            .filter_map(|(_, account)| certainty(account))
            .min();
        let among = self.accounts();
        among
            .filter(|(_, account)| best.is_some() && certainty(account) == best)
            .collect()
    }

    pub fn has_told(&self) -> bool {
        self.keys.iter().any(|key| key.accounts.is_ok())
    }

    /// Whether another program keeps a key to itself.
    pub fn is_held(&self) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|key| matches!(key.accounts, Err(Error::HeldExclusively)))
    }

    /// A sentence for each key that could not be read.
    pub fn unread(&self, is_worth_it: impl Fn(&Error) -> bool) -> Vec<String> {
        let sentence = |key: &YubiKey| {
            let error = key.accounts.as_ref().err().filter(|e| is_worth_it(e))?;
            let (name, why) = (key.name(), in_words(error));
            Some(format!("could not read the YubiKey {name}: {why}"))
        };
        self.keys.iter().filter_map(sentence).collect()
    }

    /// Why no key could be read.
    pub fn nothing(&self) -> anyhow::Error {
        let mut errors = self
            .keys
            .iter()
            .filter_map(|key| key.accounts.as_ref().err());
        if let [
            YubiKey {
                accounts: Err(error),
                ..
            },
        ] = &self.keys[..]
        {
            return explained(error);
        }
        if self.keys.is_empty() {
            let others = self.others.join(", ");
            return hinted(
                anyhow!("the configured YubiKey is not connected, but {others}"),
                "--yubikey-serial or mfa_yubikey_serial names it; awsmfa accounts shows the numbers",
            );
        }
        let error = anyhow!(self.unread(|_| true).join("; "));
        match errors.find_map(hint) {
            Some(hint) => hinted(error, hint),
            None => error,
        }
    }

    /// Why no key has the account that is wanted.
    pub fn without(&self, wanted: &Wanted) -> anyhow::Error {
        let credentials: Vec<_> = self.accounts().map(|(_, one)| &one.credential).collect();
        let names = listed(&wanted.near(&credentials));
        let read = self.keys.iter().filter(|key| key.accounts.is_ok());
        let sentence = match read.count() {
            0 => return self.nothing(),
            1 => format!("the YubiKey has no account {wanted}: it has {names}"),
            _ => format!("the YubiKeys have no account {wanted}: they have {names}"),
        };
        let sentences = [vec![sentence], self.unread(|_| true)].concat();
        hinted(
            anyhow!(sentences.join("; ")),
            "--yubikey-account or mfa_yubikey_account names the account; awsmfa accounts lists all",
        )
    }
}

/// The first few names, and how many more there are.
pub fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        for digit in [byte >> 4, byte & 0x0F] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
    text
}
