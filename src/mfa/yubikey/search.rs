//! Reads every connected YubiKey: what it has, or why it does not say.

use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::time::timeout;

use super::explain::explained;
use super::scan::{Account, Scan, YubiKey};
use super::wait::on_thread;
use super::{Wanted, YubiKeys};
use crate::ykoath::card::{INSERTION, Reader, Service};
use crate::ykoath::{self, AccessKey, Applet, Calculated, DEFAULT_PERIOD, Error, usb};

/// How long a key that another program has open may take if the account was found on another key,
/// and any key that nobody configured and the kernel does not tell of. Shorter than a wait that
/// needs words.
const BUSY: Duration = Duration::from_millis(400);

/// How long the service may take if no key is plugged in as far as the kernel tells: a login
/// without one must not notice that it was looked for. With what follows, less than 10 ms.
const AT_ONCE: Duration = Duration::from_millis(7);

/// How long a service that is only just starting is waited for if a YubiKey is plugged in. systemd
/// starts pcscd within a second.
const STARTING: Duration = Duration::from_secs(10);

/// What is looked for, and what was learnt on the way.
pub struct Search<'a> {
    pub(super) yubikeys: YubiKeys<'a>,
    pub wanted: Wanted,
    /// Whether every key has to tell its accounts, even if the wanted one is found.
    pub all: bool,
    /// Those that are known, each for its device.
    pub(super) passwords: Vec<AccessKey>,
    /// How long a program with exclusive access to a key is waited for.
    pub(super) patience: Duration,
}

impl<'a> Search<'a> {
    pub fn new(yubikeys: YubiKeys<'a>, wanted: Wanted) -> Self {
        Self {
            yubikeys,
            wanted,
            all: false,
            passwords: Vec::new(),
            patience: Duration::ZERO,
        }
    }

    /// Every YubiKey. An error if there is none.
    pub async fn scan(&mut self) -> Result<Scan> {
        let readers = self.readers(INSERTION).await?;
        let scan = self.read_all(readers).await?;
        self.learn_user(&scan).await;
        Ok(scan)
    }

    /// The same for a key that nobody configured: it may have the account, and a login without one
    /// must not notice.
    pub async fn scan_at_once(&mut self) -> Result<Scan> {
        let (insertion, list, read) = if usb::yubikey_is_plugged_in() {
            (INSERTION, STARTING, STARTING)
        } else {
            (Duration::ZERO, AT_ONCE, BUSY)
        };
        let readers = within(list, self.readers(insertion)).await?;
        let scan = within(read, self.read_all(readers)).await?;
        self.learn_user(&scan).await;
        Ok(scan)
    }

    pub fn is_satisfied(&self, scan: &Scan) -> bool {
        !self.all && !scan.candidates(&self.wanted).is_empty()
    }

    async fn readers(&self, insertion: Duration) -> Result<Vec<Reader>> {
        let list = move |service: &Service| service.yubikeys(insertion);
        let readers = on_thread(&self.yubikeys, 0, list).await?;
        readers.map_err(|error| explained(&error))
    }

    async fn read_all(&self, mut readers: Vec<Reader>) -> Result<Scan> {
        let only = self.yubikeys.settings.serial.is_some();
        // Asking for the serial number costs two more exchanges and matters only between keys.
        let by_serial_number = self.all || readers.len() > 1 || only;
        readers.sort_by_key(|reader| reader.is_in_use);
        let mut scan = Scan::default();
        for reader in readers {
            if only && scan.keys.iter().any(|key| self.is_meant(key)) {
                break;
            }
            // Another program's transaction, which may be waiting for a touch, is not waited for.
            let limit = if reader.is_in_use && !only && self.is_satisfied(&scan) {
                BUSY
            } else {
                Duration::MAX
            };
            let read = timeout(limit, self.read(reader.clone(), by_serial_number)).await;
            scan.keys.push(match read {
                Ok(key) => key?,
                Err(_) => YubiKey::unread(reader, Error::InUse),
            });
        }
        scan.keys.sort_by_key(|key| key.reader.label());
        Ok(self.those_that_count(scan))
    }

    /// The key in `reader`, in one transaction.
    async fn read(&self, reader: Reader, by_serial_number: bool) -> Result<YubiKey> {
        let (passwords, patience) = (self.passwords.clone(), self.patience);
        let time_step = self.yubikeys.now() / u64::from(DEFAULT_PERIOD);
        let read = move |service: &Service| {
            let (mut serial_number, mut device_id) = (None, Vec::new());
            let credentials = reader.hold(service, patience, |card| {
                if by_serial_number {
                    serial_number = ykoath::serial_number(card)?;
                }
                let mut applet = Applet::select(card)?;
                device_id.clone_from(&applet.device_id);
                if let Err(error) = applet.unlock(&passwords) {
                    // A prompt for its password must name the key.
                    if serial_number.is_none() {
                        serial_number = ykoath::serial_number(card)?;
                    }
                    return Err(error);
                }
                credentials(&applet, time_step)
            });
            let mut passwords = passwords.iter();
            let password = passwords.find(|password| password.device_id == device_id);
            let account = |(credential, code): Calculated| Account {
                reader: reader.clone(),
                device_id: device_id.clone(),
                password: password.cloned(),
                credential,
                known_code: code.map(|code| (time_step, code)),
            };
            let accounts = credentials.map(|all| all.into_iter().map(account).collect());
            Ok(YubiKey {
                reader,
                serial_number,
                device_id,
                accounts,
            })
        };
        let read = on_thread(&self.yubikeys, 0, read).await?;
        read.map_err(|error| explained(&error))
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

    fn is_meant(&self, key: &YubiKey) -> bool {
        let only = self.yubikeys.settings.serial.as_ref();
        only.is_none_or(|only| key.is_called(&only.value))
    }

    /// AWS is asked for the user's name, once, and only if an account may be under it.
    async fn learn_user(&mut self, scan: &Scan) {
        let mut accounts = scan.accounts();
        let matters = !self.is_satisfied(scan)
            && accounts.any(|(_, account)| self.wanted.depends_on_user(&account.credential));
        if let (true, Some(ask)) = (matters, self.yubikeys.user_name) {
            self.wanted.user = Some(ask().await.unwrap_or_default());
        }
    }
}

/// Every credential, with the code that the key gives unasked if it is right: that of `time_step`.
fn credentials(applet: &Applet, time_step: u64) -> Result<Vec<Calculated>, Error> {
    let mut all = match applet.calculate_all(time_step) {
        // Some applets do not know CALCULATE ALL, and one damaged account spoils it. LIST still
        // works.
        Err(Error::Status(..) | Error::Deselected | Error::Malformed(_)) => {
            applet.list()?.into_iter().map(|one| (one, None)).collect()
        }
        other => other?,
    };
    for (credential, code) in &mut all {
        if !matches!(credential.period(), Ok(DEFAULT_PERIOD)) {
            *code = None;
        }
    }
    Ok(all)
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    let late =
        "the PC/SC service, or another program that uses the YubiKey, did not answer in time";
    let done = timeout(limit, work).await;
    done.unwrap_or_else(|_| Err(anyhow!(late)))
}
