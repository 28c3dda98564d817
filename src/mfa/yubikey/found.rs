//! What the keys told: their accounts, which of them it can be, and the one that was taken.

use anyhow::{Result, anyhow};

use super::account::Wanted;
use super::explain::explained;
use super::keys::{Known, Listing, Passwords, Seen};
use crate::message::hinted;
use crate::ykoath::key::Key;
use crate::ykoath::{AccessKey, Code, Credential, Error, OathType};

/// AWS takes six digits and no other number (STS `TokenCode`).
const DIGITS: u8 = 6;

/// More names than this help nobody.
const MOST_NAMES: usize = 10;

/// The keys that told, and what opened them.
pub struct Found {
    listings: Vec<Listing>,
    passwords: Passwords,
    /// Why other keys did not tell.
    failures: Vec<Error>,
    /// Names of the keys that do not count.
    others: Vec<String>,
}

/// An account on one of the keys: the places of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    listing: usize,
    account: usize,
}

/// An account that AWS's codes can come from, on a key that was there a moment ago.
pub struct Account {
    pub(super) key: Key,
    pub(super) device_id: Vec<u8>,
    pub(super) credential: Credential,
    pub(super) password: Option<AccessKey>,
    period: u64,
    known: Option<Known>,
}

impl Account {
    /// Seconds of a time step; not 0.
    pub fn period(&self) -> u64 {
        self.period
    }

    /// Its name, for a person.
    pub fn label(&self) -> String {
        self.credential.label().into_owned()
    }

    /// The code, where the key has given it for this time step already.
    pub(super) fn known_code(&self, time_step: u64) -> Option<Code> {
        let known = self
            .known
            .as_ref()
            .filter(|known| known.time_step == time_step);
        known.map(|known| known.code.clone())
    }
}

impl Found {
    pub fn of(seen: Seen, passwords: Passwords) -> Self {
        let mut found = Self {
            listings: Vec::new(),
            passwords,
            failures: Vec::new(),
            others: seen.others,
        };
        for (_, outcome) in seen.keys {
            match outcome {
                Ok(listing) => found.listings.push(listing),
                Err(error) => found.failures.push(error),
            }
        }
        found
    }

    /// Fails where no key has told anything.
    pub fn check(&mut self) -> Result<()> {
        if self.listings.is_empty() {
            return Err(self.nothing());
        }
        Ok(())
    }

    /// Those that the account can be.
    pub fn candidates(&self, wanted: &Wanted) -> Vec<Place> {
        let all = self.all();
        let credentials: Vec<_> = all.iter().map(|place| self.credential(*place)).collect();
        wanted
            .among(&credentials)
            .into_iter()
            .map(|index| all[index])
            .collect()
    }

    /// The account with the name of its key.
    pub fn label(&self, place: Place) -> String {
        let name = self.listings[place.listing].name();
        format!("{} on the YubiKey {name}", self.credential(place).label())
    }

    /// Why no key has the account that is wanted.
    pub fn without(&mut self, wanted: &Wanted) -> anyhow::Error {
        if self.listings.is_empty() {
            return self.nothing();
        }
        let all = self.all();
        let credentials: Vec<_> = all.iter().map(|place| self.credential(*place)).collect();
        let mut names = wanted.near(&credentials);
        let more = names.len().saturating_sub(MOST_NAMES);
        names.truncate(MOST_NAMES);
        let has = match (names.is_empty(), more) {
            (true, _) => "it has none".to_owned(),
            (false, 0) => format!("it has {}", names.join(", ")),
            (false, more) => format!("it has {} and {more} more", names.join(", ")),
        };
        hinted(
            anyhow!("the YubiKey has no account {wanted}: {has}"),
            "--yubikey-account or mfa_yubikey_account names the account; awsmfa accounts lists all",
        )
    }

    /// The account, where AWS's codes can come from it. Nothing has been calculated for others.
    pub fn account(&self, place: Place) -> Result<Account> {
        let listing = &self.listings[place.listing];
        let (credential, known) = &listing.accounts[place.account];
        let period = usable(credential).map_err(|why| {
            anyhow!(
                "the YubiKey's account {} is of no use: {why}",
                credential.label()
            )
        })?;
        let password = self
            .passwords
            .iter()
            .find(|(id, _)| *id == listing.device_id);
        Ok(Account {
            key: listing.key.clone(),
            device_id: listing.device_id.clone(),
            credential: credential.clone(),
            password: password.map(|(_, key)| key.clone()),
            period,
            known: known.clone(),
        })
    }

    fn nothing(&mut self) -> anyhow::Error {
        if let Some(error) = self.failures.pop() {
            return explained(error);
        }
        let others = self.others.join(", ");
        hinted(
            anyhow!("the YubiKey that is configured is not there, but {others}"),
            "--yubikey-serial or mfa_yubikey_serial names it; awsmfa accounts shows the numbers",
        )
    }

    /// Every account, key by key.
    pub fn all(&self) -> Vec<Place> {
        let accounts = |(listing, one): (usize, &Listing)| {
            (0..one.accounts.len()).map(move |account| Place { listing, account })
        };
        self.listings
            .iter()
            .enumerate()
            .flat_map(accounts)
            .collect()
    }

    pub fn at(&self, place: Place) -> (&Listing, &Credential) {
        (&self.listings[place.listing], self.credential(place))
    }

    fn credential(&self, place: Place) -> &Credential {
        &self.listings[place.listing].accounts[place.account].0
    }
}

/// Seconds of a time step, or why AWS's codes cannot come from it.
fn usable(credential: &Credential) -> Result<u64, String> {
    if credential.oath_type == OathType::Hotp {
        return Err("it counts its codes (HOTP), and AWS's go by time (TOTP)".into());
    }
    if let Some(digits) = credential.digits.filter(|digits| *digits != DIGITS) {
        return Err(format!(
            "its codes have {digits} digits, and AWS takes {DIGITS}"
        ));
    }
    let period = credential.period().map_err(|error| error.to_string())?;
    Ok(u64::from(period.get()))
}
