//! What the connected YubiKeys answered, and which account is the one.

use std::time::Duration;

use anyhow::{Result, bail};

use super::Wanted;
use super::explain::{explained, in_words, with_hint};
use crate::message::hinted;
use crate::ykoath::card::{Progress, Reader, Service};
use crate::ykoath::{AccessKey, Applet, Code, Credential, Error, OathType};

/// AWS takes six digits and no other number (STS `TokenCode`).
const DIGITS: u8 = 6;

/// More names than this help nobody.
const MOST_NAMES: usize = 10;

/// How long a program with exclusive access to a key that has to compute is waited for.
pub const HOLDER: Duration = Duration::from_secs(2);

#[derive(Default)]
pub struct Scan {
    pub keys: Vec<YubiKey>,
    /// Names of the keys that do not count.
    pub others: Vec<String>,
}

/// A key, and its accounts or why they could not be read.
pub struct YubiKey {
    pub reader: Reader,
    /// If it was asked for and the device tells.
    pub serial_number: Option<u32>,
    /// Of the OATH applet; empty if that did not answer.
    pub device_id: Vec<u8>,
    pub accounts: Result<Vec<Account>, Error>,
}

/// An account, and all that its code needs.
#[derive(Clone)]
pub struct Account {
    pub reader: Reader,
    pub device_id: Vec<u8>,
    pub password: Option<AccessKey>,
    pub credential: Credential,
    /// A code that the key gave unasked, after its time step of 30 seconds.
    pub known_code: Option<(u64, Code)>,
}

impl YubiKey {
    pub fn unread(reader: Reader, error: Error) -> Self {
        Self {
            reader,
            serial_number: None,
            device_id: Vec::new(),
            accounts: Err(error),
        }
    }

    /// What distinguishes it from others: its serial number, its OATH device id, or the reader it is in.
    pub fn name(&self) -> String {
        match self.serial_number {
            Some(number) => number.to_string(),
            None if self.is_unknown() => format!("in the reader {}", self.reader.label()),
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
        matches!(self.accounts, Err(Error::Locked | Error::WrongPassword))
    }
}

impl Account {
    /// Seconds of a time step; not 0.
    pub fn period(&self) -> u64 {
        self.credential.period().map_or(1, u64::from)
    }

    /// Its name, for a person.
    pub fn label(&self) -> String {
        self.credential.label()
    }

    /// The code, if the key has given it for this time step already.
    pub fn known_code(&self, time_step: u64) -> Option<Code> {
        let (known, code) = self.known_code.as_ref()?;
        (*known == time_step).then(|| code.clone())
    }

    /// Computes the code of a time step. Blocks until the key is free and, if need be, touched.
    pub fn calculate(&self, service: &Service, time_step: u64) -> Result<Code, Error> {
        self.reader.hold(service, HOLDER, |card| {
            let mut applet = Applet::select(card)?;
            if applet.device_id != self.device_id {
                return Err(Error::AnotherKey);
            }
            applet.unlock(self.password.as_slice())?;
            match self.credential.touch {
                Some(true) => (service.tell)(Progress::Touch),
                None => (service.tell)(Progress::PerhapsTouch),
                Some(false) => {}
            }
            applet.calculate(&self.credential, time_step)
        })
    }

    /// An error if AWS's codes cannot come from it.
    pub fn check(&self) -> Result<()> {
        let digits = self.credential.digits.unwrap_or(DIGITS);
        let why = match (self.credential.oath_type, self.credential.period()) {
            (OathType::Hotp, _) => "its codes follow a counter (HOTP), and AWS needs codes that \
                                    follow the time (TOTP)"
                .to_owned(),
            (OathType::Unknown, _) => "it is of an unknown type, not TOTP".to_owned(),
            (OathType::Totp, _) if digits != DIGITS => {
                format!("its codes have {digits} digits, and AWS takes {DIGITS}")
            }
            (OathType::Totp, Err(error)) => error.to_string(),
            (OathType::Totp, Ok(_)) => return Ok(()),
        };
        bail!(
            "the YubiKey's account {} cannot be used: {why}",
            self.label()
        )
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
        let certainties = self
            .accounts()
            .filter_map(|(_, account)| certainty(account));
        let Some(best) = certainties.min() else {
            return Vec::new();
        };
        let among = self.accounts();
        among
            .filter(|(_, account)| certainty(account) == Some(best))
            .collect()
    }

    /// Whether another program has exclusive access to a key.
    pub fn is_held(&self) -> bool {
        self.errors()
            .any(|error| matches!(error, Error::HeldExclusively))
    }

    fn errors(&self) -> impl Iterator<Item = &Error> {
        let keys = self.keys.iter();
        keys.filter_map(|key| key.accounts.as_ref().err())
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

    /// Why no key could be read; `None` if one could.
    pub fn why_unread(&self) -> Option<anyhow::Error> {
        let errors: Vec<_> = self.errors().collect();
        match errors[..] {
            _ if errors.len() < self.keys.len() => None,
            [] => Some(hinted(
                anyhow::anyhow!(
                    "the configured YubiKey is not connected, but {}",
                    self.others.join(", ")
                ),
                "--yubikey-serial or mfa_yubikey_serial names it; awsmfa accounts shows the numbers",
            )),
            [error] => Some(explained(error)),
            [first, ..] => Some(with_hint(self.unread(|_| true).join("; "), first)),
        }
    }

    /// Why no key has the account that is wanted.
    pub fn why_none(&self, wanted: &Wanted) -> anyhow::Error {
        if let Some(error) = self.why_unread() {
            return error;
        }
        let credentials = self.accounts().map(|(_, account)| &account.credential);
        let names = listed(&wanted.nearest_first(credentials.collect()));
        let sentence = match self.keys.len() - self.errors().count() {
            1 => format!("the YubiKey has no account {wanted}: it has {names}"),
            _ => format!("the YubiKeys have no account {wanted}: they have {names}"),
        };
        let sentences = [vec![sentence], self.unread(|_| true)].concat();
        hinted(
            anyhow::anyhow!(sentences.join("; ")),
            "--yubikey-account or mfa_yubikey_account names the account; awsmfa accounts lists all",
        )
    }
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

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}
