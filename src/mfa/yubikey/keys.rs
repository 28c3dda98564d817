//! One look at every YubiKey that is there: what it has, or why it does not say. Blocking.

use crate::ykoath::card::Service;
use crate::ykoath::credential::DEFAULT_PERIOD;
use crate::ykoath::key::{Applet, Key, Manner, Patience, Progress};
use crate::ykoath::{AccessKey, Code, Credential, Error, OathType};

/// The passwords that are known, by the id of the device that they were derived for.
pub type Passwords = Vec<(Vec<u8>, AccessKey)>;

/// How to look.
pub struct Look {
    pub passwords: Passwords,
    /// The serial number or OATH device id of the only key that counts.
    pub only: Option<String>,
    pub patience: Patience,
    /// Whether the serial number is wanted although there is one key only.
    pub by_serial_number: bool,
    /// Unix time in AWS's time, seconds.
    pub now: u64,
}

/// An account, and its code where the key gave it.
pub type Account = (Credential, Option<Known>);

/// A key and its accounts.
pub struct Listing {
    pub key: Key,
    /// Where it was asked for and the device tells.
    pub serial_number: Option<u32>,
    pub device_id: Vec<u8>,
    pub accounts: Vec<Account>,
}

/// A code that the key gave unasked, for a time step of 30 seconds.
#[derive(Clone)]
pub struct Known {
    pub time_step: u64,
    pub code: Code,
}

/// What the keys answered.
#[derive(Default)]
pub struct Seen {
    /// Those that count: a name for people, and the accounts or why there are none.
    pub keys: Vec<(String, Result<Listing, Error>)>,
    /// Names of those that do not count.
    pub others: Vec<String>,
}

/// A key that wants a password.
pub struct Lock<'a> {
    pub device_id: &'a [u8],
    pub name: &'a str,
    /// The password that was tried is wrong.
    pub refused: bool,
}

impl Seen {
    /// The first key that wants a password.
    pub fn lock(&self) -> Option<Lock<'_>> {
        self.keys.iter().find_map(|(name, outcome)| match outcome {
            Err(Error::Locked { device_id }) => Some(Lock {
                device_id,
                name,
                refused: false,
            }),
            Err(Error::WrongPassword { device_id }) => Some(Lock {
                device_id,
                name,
                refused: true,
            }),
            _ => None,
        })
    }
}

impl Listing {
    /// What tells this key from others: its serial number, or its OATH device id.
    pub fn name(&self) -> String {
        name_of(self.serial_number, &self.device_id)
    }
}

impl Look {
    /// Every YubiKey. An error where there is none.
    pub fn at_all(&self, tell: &dyn Fn(Progress)) -> Result<Seen, Error> {
        let service = Service::connect()?;
        let keys = Key::all(&service, self.patience)?;
        // Asking for the serial number costs two more exchanges and matters only between keys.
        let by_serial_number = self.by_serial_number || keys.len() > 1 || self.only.is_some();
        let mut seen = Seen::default();
        for key in keys {
            let serial_number = if by_serial_number {
                let manner = self.manner(None, tell);
                key.serial_number(&service, &manner).ok().flatten()
            } else {
                None
            };
            let outcome = self.at(&service, &key, serial_number, tell);
            let device_id = match &outcome {
                Ok(Listing { device_id, .. })
                | Err(Error::Locked { device_id } | Error::WrongPassword { device_id }) => {
                    device_id.clone()
                }
                Err(_) => Vec::new(),
            };
            let name = name_of(serial_number, &device_id);
            if self.counts(serial_number, &device_id) {
                seen.keys.push((name, outcome));
            } else {
                seen.others.push(name);
            }
        }
        Ok(seen)
    }

    fn counts(&self, serial_number: Option<u32>, device_id: &[u8]) -> bool {
        self.only.as_ref().is_none_or(|only| {
            serial_number.is_some_and(|number| number.to_string() == *only)
                || hex(device_id).eq_ignore_ascii_case(only)
        })
    }

    fn manner<'a>(
        &self,
        password: Option<&'a AccessKey>,
        tell: &'a dyn Fn(Progress),
    ) -> Manner<'a> {
        Manner {
            device_id: None,
            password,
            patience: self.patience,
            tell,
        }
    }

    fn at(
        &self,
        service: &Service,
        key: &Key,
        serial_number: Option<u32>,
        tell: &dyn Fn(Progress),
    ) -> Result<Listing, Error> {
        let list = |manner: &Manner<'_>| key.ask(service, manner, |applet| self.list(applet));
        let listed = list(&self.manner(None, tell));
        let (device_id, accounts) = match listed {
            Err(Error::Locked { device_id }) => match self.password_of(&device_id) {
                Some(password) => list(&Manner {
                    device_id: Some(&device_id),
                    ..self.manner(Some(password), tell)
                })?,
                None => return Err(Error::Locked { device_id }),
            },
            other => other?,
        };
        Ok(Listing {
            key: key.clone(),
            serial_number,
            device_id,
            accounts,
        })
    }

    fn password_of(&self, device_id: &[u8]) -> Option<&AccessKey> {
        self.passwords
            .iter()
            .find(|(id, _)| id == device_id)
            .map(|(_, key)| key)
    }

    fn list(&self, applet: &Applet) -> Result<(Vec<u8>, Vec<Account>), Error> {
        let time_step = self.now / u64::from(DEFAULT_PERIOD);
        let all = match applet.calculate_all(time_step) {
            // One damaged account spoils CALCULATE ALL. LIST still works.
            Err(Error::Status(..)) => applet.list()?.into_iter().map(|one| (one, None)).collect(),
            other => other?,
        };
        let accounts = all.into_iter().map(|(credential, code)| {
            let right = credential.oath_type == OathType::Totp
                && credential
                    .period()
                    .is_ok_and(|period| period.get() == DEFAULT_PERIOD);
            let known = code.filter(|_| right).map(|code| Known { time_step, code });
            (credential, known)
        });
        Ok((applet.device_id.clone(), accounts.collect()))
    }
}

/// Looks until a YubiKey is there that was not there before.
pub fn wait_for_another() -> Result<(), Error> {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(250);
    let service = Service::connect()?;
    let mut before = present(&service)?;
    loop {
        std::thread::sleep(PAUSE);
        let now = present(&service)?;
        if now.iter().any(|reader| !before.contains(reader)) {
            return Ok(());
        }
        before = now;
    }
}

fn present(service: &Service) -> Result<Vec<std::ffi::CString>, Error> {
    let readers = service.readers()?;
    let keys = readers
        .into_iter()
        .filter(|reader| reader.is_yubikey() && reader.has_card());
    Ok(keys.map(|reader| reader.name).collect())
}

fn name_of(serial_number: Option<u32>, device_id: &[u8]) -> String {
    serial_number.map_or_else(|| hex(device_id), |number| number.to_string())
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
