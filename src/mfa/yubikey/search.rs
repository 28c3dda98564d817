//! Reads every connected YubiKey: what it has, or why it does not say.

use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::time::timeout;

use super::YubiKeys;
use super::key::{Account, YubiKey};
use super::wait::on_thread;
use super::wanted::Wanted;
use crate::ykoath::card::{INSERTION_TIMEOUT, Reader, Service};
use crate::ykoath::{self, AccessKey, Applet, Calculated, DEFAULT_PERIOD, Error, usb};

/// How long a key that another program has open may take if the account was found on another key,
/// and any key that nobody configured and the kernel does not tell of. Shorter than a wait that
/// needs words.
const BUSY_TIMEOUT: Duration = Duration::from_millis(400);

/// How long the service may take if no key is plugged in as far as the kernel tells: a login
/// without one must not notice that it was looked for. With what follows, less than 10 ms.
const SERVICE_TIMEOUT: Duration = Duration::from_millis(7);

/// How long a service that is only just starting is waited for if a YubiKey is plugged in. systemd
/// starts pcscd within a second.
const STARTING_TIMEOUT: Duration = Duration::from_secs(10);

/// What is looked for, and what was learnt on the way.
pub struct Search<'a> {
    pub(super) yubikeys: YubiKeys<'a>,
    pub(super) wanted: Wanted,
    /// Whether every key has to tell its accounts, even if the wanted one is found.
    pub(super) list_all: bool,
    /// Those that are known, each for its device.
    pub(super) passwords: Vec<AccessKey>,
    /// How long a program with exclusive access to a key is waited for.
    pub(super) patience: Duration,
    /// The keys that count, as they were read last.
    pub keys: Vec<YubiKey>,
    /// Names of the others.
    pub(super) others: Vec<String>,
}

impl<'a> Search<'a> {
    /// For the account of the MFA device `serial_number`, if no account is configured.
    pub fn new(yubikeys: YubiKeys<'a>, serial_number: &str) -> Self {
        let name = yubikeys.settings.account.as_ref();
        let wanted = Wanted {
            name: name.map(|name| name.value.clone()),
            serial_number: serial_number.to_owned(),
            user: None,
        };
        Self {
            yubikeys,
            wanted,
            list_all: false,
            passwords: Vec::new(),
            patience: Duration::ZERO,
            keys: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Reads every YubiKey. An error if there is none.
    pub async fn scan(&mut self) -> Result<()> {
        self.scan_within(INSERTION_TIMEOUT, Duration::MAX, Duration::MAX)
            .await
    }

    /// The same for a key that nobody configured: it may have the account, and a login without one
    /// must not notice.
    pub async fn scan_at_once(&mut self) -> Result<()> {
        if usb::yubikey_is_plugged_in() {
            self.scan_within(INSERTION_TIMEOUT, STARTING_TIMEOUT, STARTING_TIMEOUT)
                .await
        } else {
            self.scan_within(Duration::ZERO, SERVICE_TIMEOUT, BUSY_TIMEOUT)
                .await
        }
    }

    /// Waits up to `insertion` for a key to show up, `list` for the service, and `read` for the keys.
    async fn scan_within(
        &mut self,
        insertion: Duration,
        list: Duration,
        read: Duration,
    ) -> Result<()> {
        let readers = move |service: &Service| service.yubikeys(insertion);
        let readers = within(list, on_thread(&self.yubikeys, 0, readers)).await?;
        within(read, self.read_all(readers)).await?;
        self.learn_user().await;
        Ok(())
    }

    /// Every account, key by key.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        let keys = self.keys.iter();
        keys.flat_map(|key| key.accounts.iter().flatten())
    }

    /// The matching accounts: none, one, or several from which the user has to choose.
    pub fn candidates(&self) -> Vec<&Account> {
        let certainty = |account: &&Account| self.wanted.certainty(&account.credential);
        let best = self.accounts().filter_map(|one| certainty(&one)).min();
        let accounts = self.accounts();
        accounts
            .filter(|account| best.is_some() && certainty(account) == best)
            .collect()
    }

    /// Whether no other key has to be read.
    pub(super) fn is_satisfied(&self) -> bool {
        !self.list_all && !self.candidates().is_empty()
    }

    async fn read_all(&mut self, mut readers: Vec<Reader>) -> Result<()> {
        let only = self.yubikeys.settings.serial.is_some();
        // Asking for the serial number costs two more exchanges and matters only between keys.
        let by_serial_number = self.list_all || readers.len() > 1 || only;
        readers.sort_by_key(|reader| reader.is_in_use);
        self.keys.clear();
        for reader in readers {
            if only && self.keys.iter().any(|key| self.is_meant(key)) {
                break;
            }
            // Another program's transaction, which may be waiting for a touch, is not waited for.
            let limit = if reader.is_in_use && !only && self.is_satisfied() {
                BUSY_TIMEOUT
            } else {
                Duration::MAX
            };
            let read = timeout(limit, self.read(reader.clone(), by_serial_number)).await;
            self.keys.push(match read {
                Ok(key) => key?,
                Err(_) => YubiKey::busy(reader),
            });
        }
        self.keys.sort_by_key(|key| key.reader.label());
        self.leave_out_others();
        Ok(())
    }

    /// The key in `reader`, in one transaction.
    async fn read(&self, reader: Reader, by_serial_number: bool) -> Result<YubiKey> {
        let (passwords, patience) = (self.passwords.clone(), self.patience);
        let time_step = self.yubikeys.now() / u64::from(DEFAULT_PERIOD);
        let read = move |service: &Service| {
            let mut key = YubiKey::busy(reader.clone());
            let credentials = reader.hold(service, patience, |card| {
                if by_serial_number {
                    key.serial_number = ykoath::serial_number(card)?;
                }
                let mut applet = Applet::select(card)?;
                key.device_id.clone_from(&applet.device_id);
                if let Err(error) = applet.unlock(&passwords) {
                    // A prompt for its password must name the key.
                    if key.serial_number.is_none() {
                        key.serial_number = ykoath::serial_number(card)?;
                    }
                    return Err(error);
                }
                credentials(&applet, time_step)
            });
            let mut passwords = passwords.iter();
            let password = passwords.find(|password| password.device_id == key.device_id);
            let account = |(credential, code): Calculated| Account {
                yubikey: key.name(),
                reader: key.reader.clone(),
                device_id: key.device_id.clone(),
                password: password.cloned(),
                credential,
                known_code: code.map(|code| (time_step, code)),
            };
            key.accounts = credentials.map(|all| all.into_iter().map(account).collect());
            Ok(key)
        };
        on_thread(&self.yubikeys, 0, read).await
    }

    /// The keys that are not meant. If none is, one that does not even say which one it is may be.
    fn leave_out_others(&mut self) {
        let found = self.keys.iter().any(|key| self.is_meant(key));
        let keys = std::mem::take(&mut self.keys).into_iter();
        let (keys, others): (_, Vec<_>) =
            keys.partition(|key| self.is_meant(key) || !found && key.is_unknown());
        self.others = others.iter().map(YubiKey::name).collect();
        self.keys = keys;
    }

    fn is_meant(&self, key: &YubiKey) -> bool {
        let only = self.yubikeys.settings.serial.as_ref();
        only.is_none_or(|only| key.is_called(&only.value))
    }

    /// AWS is asked for the user's name, once, and only if an account may be under it.
    async fn learn_user(&mut self) {
        let depends = |account: &Account| self.wanted.depends_on_user(&account.credential);
        let matters = !self.is_satisfied() && self.accounts().any(depends);
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
