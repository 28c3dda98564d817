//! One look at every connected YubiKey: what it has, or why it does not say. Blocking.

use std::num::NonZeroU32;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::account::Wanted;
use super::scan::{Account, KnownCode, Scan, YubiKey};
use crate::ykoath::card::Service;
use crate::ykoath::credential::DEFAULT_PERIOD;
use crate::ykoath::key::{Applet, Key, Manner, Patience, Progress};
use crate::ykoath::{AccessKey, Calculated, Credential, Error};

/// How long a key that another program has open may take if the account was found on another.
const BUSY: Duration = Duration::from_millis(500);

/// How to look.
#[derive(Clone)]
pub struct Search {
    /// The passwords that are known, by the id of the device that they were derived for.
    pub passwords: Vec<(Vec<u8>, AccessKey)>,
    /// The serial number or OATH device id of the only key that counts.
    pub only: Option<String>,
    pub patience: Patience,
    /// What is looked for; `None` if every key must tell all that it can.
    pub wanted: Option<Wanted>,
    /// Unix time in AWS's time, seconds.
    pub now: u64,
}

impl Search {
    /// Every YubiKey. An error if there is none.
    pub fn run(&self, tell: &dyn Fn(Progress)) -> Result<Scan, Error> {
        let service = Service::connect()?;
        let mut keys = Key::all(&service, self.patience, tell)?;
        // Asking for the serial number costs two more exchanges and matters only between keys.
        let by_serial_number = self.wanted.is_none() || keys.len() > 1 || self.only.is_some();
        keys.sort_by_key(|key| key.in_use);
        let mut scan = Scan::default();
        for key in keys {
            if self.only.is_some() && scan.keys.iter().any(|key| self.is_meant(key)) {
                break;
            }
            let yubikey = if key.in_use && self.only.is_none() && self.is_satisfied(&scan) {
                self.read_if_free(key)
            } else {
                self.read(&service, key, by_serial_number, tell)
            };
            scan.keys.push(yubikey);
        }
        scan.keys
            .sort_by(|one, other| one.key.reader.cmp(&other.key.reader));
        Ok(self.those_that_count(scan))
    }

    /// The accounts in `scan` that are looked for.
    pub fn candidates<'a>(&self, scan: &'a Scan) -> Vec<(&'a YubiKey, &'a Account)> {
        let wanted = self.wanted.as_ref();
        wanted.map_or_else(Vec::new, |wanted| scan.candidates(wanted))
    }

    pub fn is_satisfied(&self, scan: &Scan) -> bool {
        !self.candidates(scan).is_empty()
    }

    /// Why `scan` has none of them.
    pub fn why_none(&self, scan: &Scan) -> anyhow::Error {
        let wanted = self.wanted.as_ref();
        wanted.map_or_else(|| scan.nothing(), |wanted| scan.without(wanted))
    }

    /// Whether the user's name decides.
    pub fn depends_on_user(&self, scan: &Scan) -> bool {
        let depends = |wanted: &Wanted| {
            let mut accounts = scan.accounts();
            accounts.any(|(_, account)| wanted.depends_on_user(&account.credential))
        };
        !self.is_satisfied(scan) && self.wanted.as_ref().is_some_and(depends)
    }

    fn is_meant(&self, key: &YubiKey) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|only| key.is_called(only))
    }

    /// A key that another program has open, after the account was found on another key: a
    /// transaction of that program's, which may be waiting for a touch, is not waited for.
    fn read_if_free(&self, key: Key) -> YubiKey {
        let (search, its, (send, receive)) = (self.clone(), key.clone(), mpsc::channel());
        let read = move || {
            let read = Service::connect().map(|service| search.read(&service, its, true, &|_| {}));
            // The receiver is gone if the wait has ended.
            let _ = send.send(read);
        };
        let thread = thread::Builder::new()
            .name("yubikey".to_owned())
            .spawn(read);
        let read = thread.ok().and_then(|_| receive.recv_timeout(BUSY).ok());
        read.unwrap_or(Err(Error::InUse))
            .unwrap_or_else(|error| YubiKey {
                key,
                serial_number: None,
                device_id: Vec::new(),
                accounts: Err(error),
            })
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
            // A program that holds the key now would also block the next command.
            Some(Err(error)) => (None, Err(error)),
            asked => (
                asked.and_then(Result::ok).flatten(),
                self.accounts(service, &key, tell),
            ),
        };
        let device_id = device_id(&accounts);
        // A prompt for its password must name the key.
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

    /// Without the keys that are not meant. One that does not even say which one it is may be the
    /// one that is.
    fn those_that_count(&self, scan: Scan) -> Scan {
        let (mut keys, mut others): (Vec<_>, Vec<_>) =
            scan.keys.into_iter().partition(|key| self.is_meant(key));
        if keys.is_empty() {
            (keys, others) = others.into_iter().partition(YubiKey::is_unknown);
        }
        let others = others.iter().map(YubiKey::name).collect();
        Scan { keys, others }
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
        let device_id = match self.list(service, key, &self.manner(None, tell)) {
            Err(Error::Locked { device_id }) => device_id,
            other => return other,
        };
        let mut passwords = self.passwords.iter();
        let Some((_, password)) = passwords.find(|(id, _)| *id == device_id) else {
            return Err(Error::Locked { device_id });
        };
        let manner = Manner {
            device_id: Some(&device_id),
            ..self.manner(Some(password), tell)
        };
        self.list(service, key, &manner)
    }

    fn list(
        &self,
        service: &Service,
        key: &Key,
        manner: &Manner,
    ) -> Result<(Vec<u8>, Vec<Account>), Error> {
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

/// Empty if the applet did not tell.
fn device_id(accounts: &Result<(Vec<u8>, Vec<Account>), Error>) -> Vec<u8> {
    match accounts {
        Ok((id, _)) => id.clone(),
        Err(Error::Locked { device_id } | Error::WrongPassword { device_id }) => device_id.clone(),
        Err(_) => Vec::new(),
    }
}
