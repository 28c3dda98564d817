//! One look at every connected YubiKey: what it has, or why it does not say. Blocking.

use std::num::NonZeroU32;

use super::scan::{Account, KnownCode, Scan, YubiKey};
use crate::ykoath::card::Service;
use crate::ykoath::credential::DEFAULT_PERIOD;
use crate::ykoath::key::{Applet, Key, Manner, Patience, Progress};
use crate::ykoath::{AccessKey, Calculated, Credential, Error};

/// How to look.
#[derive(Clone)]
pub struct Search {
    /// The passwords that are known, by the id of the device that they were derived for.
    pub passwords: Vec<(Vec<u8>, AccessKey)>,
    /// The serial number or OATH device id of the only key that counts.
    pub only: Option<String>,
    pub patience: Patience,
    /// Whether the serial number is wanted even if there is only one key.
    pub serial_numbers: bool,
    /// Unix time in AWS's time, seconds.
    pub now: u64,
}

impl Search {
    /// Every YubiKey. An error if there is none.
    pub fn run(&self, tell: &dyn Fn(Progress)) -> Result<Scan, Error> {
        let service = Service::connect()?;
        let keys = Key::all(&service, self.patience, tell)?;
        // Asking for the serial number costs two more exchanges and matters only between keys.
        let by_serial_number = self.serial_numbers || keys.len() > 1 || self.only.is_some();
        let mut scan = Scan::default();
        for key in keys {
            let yubikey = self.read(&service, key, by_serial_number, tell);
            if self.counts(&yubikey) {
                scan.keys.push(yubikey);
            } else {
                scan.others.push(yubikey.name());
            }
        }
        Ok(scan)
    }

    fn read(
        &self,
        service: &Service,
        key: Key,
        by_serial_number: bool,
        tell: &dyn Fn(Progress),
    ) -> YubiKey {
        let serial_number = || key.serial_number(service, &self.manner(None, tell));
        let (mut number, accounts) = match by_serial_number.then(serial_number) {
            // Whoever keeps us off the key here does so at the next command too.
            Some(Err(error)) => (None, Err(error)),
            asked => (
                asked.and_then(Result::ok).flatten(),
                self.accounts(service, &key, tell),
            ),
        };
        let device_id = match &accounts {
            Ok((device_id, _))
            | Err(Error::Locked { device_id } | Error::WrongPassword { device_id }) => {
                device_id.clone()
            }
            Err(_) => Vec::new(),
        };
        // The person who is asked for its password must know which key it is.
        if number.is_none() && accounts.is_err() && !device_id.is_empty() {
            number = serial_number().ok().flatten();
        }
        YubiKey {
            serial_number: number,
            device_id,
            accounts: accounts.map(|(_, accounts)| accounts),
            key,
        }
    }

    /// A key that does not even say which one it is may be the one that counts.
    fn counts(&self, yubikey: &YubiKey) -> bool {
        self.only.as_ref().is_none_or(|only| {
            yubikey.is_called(only)
                || (yubikey.serial_number.is_none() && yubikey.device_id.is_empty())
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

    /// The device's id and its accounts.
    fn accounts(
        &self,
        service: &Service,
        key: &Key,
        tell: &dyn Fn(Progress),
    ) -> Result<(Vec<u8>, Vec<Account>), Error> {
        let list = |manner: &Manner<'_>| {
            key.ask(service, manner, |applet| {
                let account = |(credential, known_code)| Account {
                    key: key.clone(),
                    device_id: applet.device_id.clone(),
                    password: manner.password.cloned(),
                    credential,
                    known_code,
                };
                let accounts = self.credentials(applet)?.into_iter().map(account);
                Ok((applet.device_id.clone(), accounts.collect()))
            })
        };
        match list(&self.manner(None, tell)) {
            Err(Error::Locked { device_id }) => {
                let mut passwords = self.passwords.iter();
                match passwords.find(|(id, _)| *id == device_id) {
                    Some((_, password)) => list(&Manner {
                        device_id: Some(&device_id),
                        ..self.manner(Some(password), tell)
                    }),
                    None => Err(Error::Locked { device_id }),
                }
            }
            other => other,
        }
    }

    /// Every credential, with the code that the key gives unasked if it is right: for the time step
    /// beside it.
    fn credentials(&self, applet: &Applet) -> Result<Vec<(Credential, Option<KnownCode>)>, Error> {
        let time_step = self.now / u64::from(DEFAULT_PERIOD);
        let all = match applet.calculate_all(time_step) {
            // Some applets do not know CALCULATE ALL, and one damaged account spoils it. LIST still
            // works.
            Err(Error::Status(..) | Error::Deselected | Error::Malformed(_)) => {
                applet.list()?.into_iter().map(|one| (one, None)).collect()
            }
            other => other?,
        };
        let with_time_step = |(credential, code): Calculated| {
            let period = credential.period().map(NonZeroU32::get);
            let known = code.filter(|_| matches!(period, Ok(DEFAULT_PERIOD)));
            (credential, known.map(|code| (time_step, code)))
        };
        Ok(all.into_iter().map(with_time_step).collect())
    }
}
