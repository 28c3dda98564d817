//! A YubiKey and its accounts, as they were read.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::ykoath::card::{Progress, Reader, Service};
use crate::ykoath::{AccessKey, Applet, Calculated, Code, Credential, Error, OathType, Version};

/// AWS takes codes of six digits only (STS `TokenCode`).
const DIGITS: u8 = 6;

/// How long to wait for a program with exclusive access to a key that has to be read.
pub const HOLDER_TIMEOUT: Duration = Duration::from_secs(2);

/// A key, and its accounts or why they could not be read.
pub struct YubiKey {
    pub reader: Reader,
    /// `None` if it was not asked for, or the device does not tell.
    pub serial_number: Option<u32>,
    /// Of the OATH applet; empty if it did not answer.
    pub device_id: Vec<u8>,
    /// Of the OATH applet.
    pub version: Option<Version>,
    pub accounts: Result<Vec<Account>, Error>,
}

/// An account, and all that is needed to compute its codes.
#[derive(Clone)]
pub struct Account {
    /// Its key's name.
    pub yubikey: String,
    pub reader: Reader,
    pub device_id: Vec<u8>,
    pub password: Option<AccessKey>,
    pub credential: Credential,
    /// A time step (30 seconds each, since the Unix epoch) and its code, if the key gave one along
    /// with the list.
    pub known_code: Option<(u64, Code)>,
}

impl YubiKey {
    /// A key that was not read, because another program uses it.
    pub fn busy(reader: Reader) -> Self {
        Self {
            reader,
            serial_number: None,
            device_id: Vec::new(),
            version: None,
            accounts: Err(Error::InUse),
        }
    }

    /// An account with these credential and code. `password` is the key's, if it has one.
    pub fn account(
        &self,
        (credential, code): Calculated,
        time_step: u64,
        password: Option<&AccessKey>,
    ) -> Account {
        Account {
            yubikey: self.name(),
            reader: self.reader.clone(),
            device_id: self.device_id.clone(),
            password: password.cloned(),
            credential,
            known_code: code.map(|code| (time_step, code)),
        }
    }

    /// Its serial number, else its OATH device id, else the reader it is in.
    pub fn name(&self) -> String {
        match self.serial_number {
            Some(number) => number.to_string(),
            None if self.is_unknown() => format!("in the reader {}", self.reader.label()),
            None => hex(&self.device_id),
        }
    }

    pub fn is_called(&self, name: &str) -> bool {
        self.name() == name || hex(&self.device_id).eq_ignore_ascii_case(name)
    }

    /// Whether nothing identifies it but its reader.
    pub fn is_unknown(&self) -> bool {
        self.serial_number.is_none() && self.device_id.is_empty()
    }

    pub fn is_locked(&self) -> bool {
        matches!(self.accounts, Err(Error::Locked | Error::WrongPassword))
    }
}

impl Account {
    /// Length of a time step in seconds; never 0.
    pub fn period(&self) -> u64 {
        self.credential.period().map_or(1, u64::from)
    }

    /// Its name, for a person.
    pub fn label(&self) -> String {
        self.credential.label()
    }

    /// Computes the code of a time step. Blocks until the key is free and, if needed, touched.
    pub fn calculate(&self, service: &Service, time_step: u64) -> Result<Code, Error> {
        self.reader.hold(service, HOLDER_TIMEOUT, |card| {
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

    /// An error if it cannot compute codes for AWS.
    pub fn check(&self) -> Result<()> {
        let digits = self.credential.digits.unwrap_or(DIGITS);
        let why = match (self.credential.oath_type, self.credential.period()) {
            (OathType::Hotp, _) => "its codes are counter-based (HOTP), and AWS needs time-based \
                                    ones (TOTP)"
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

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}
