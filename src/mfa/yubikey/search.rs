//! Reads every connected YubiKey: which accounts it has, or why it cannot be read.

use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::time::timeout;

use super::key::{Account, YubiKey};
use super::now;
use super::wait::on_thread;
use super::wanted::Wanted;
use crate::mfa::CodeRequest;
use crate::ykoath::card::{INSERTION_TIMEOUT, Reader, Service};
use crate::ykoath::{self, AccessKey, Applet, Calculated, DEFAULT_PERIOD, Error, usb};

/// How long a key that can be left out may take: another program has it open and the account was
/// found already, or it is not configured and the kernel lists none. Shorter than a wait that is
/// announced.
const BUSY_TIMEOUT: Duration = Duration::from_millis(400);

/// How long the service may take to list its readers if the kernel lists no YubiKey. With the rest,
/// the search stays below 10 ms, which a login without a key does not notice.
const SERVICE_TIMEOUT: Duration = Duration::from_millis(7);

/// How long to wait for a service that is just starting if a YubiKey is plugged in. systemd starts
/// pcscd within a second.
const STARTING_TIMEOUT: Duration = Duration::from_secs(10);

/// A search for the account of one login, or for all accounts, and what it has found so far.
pub struct Search<'a> {
    pub(super) request: CodeRequest<'a>,
    pub(super) wanted: Wanted,
    /// Whether to read every key, even if the wanted account is found.
    pub(super) list_all: bool,
    /// The keys made from the passwords that are known, one for each device.
    pub(super) passwords: Vec<AccessKey>,
    /// How long to wait for a program that has exclusive access to a key.
    pub(super) patience: Duration,
    /// The YubiKeys that the settings allow, as they were read last.
    pub keys: Vec<YubiKey>,
    /// Names of the others.
    pub(super) others: Vec<String>,
}

impl<'a> Search<'a> {
    /// Looks for the configured account, else for that of the MFA device.
    pub fn new(request: CodeRequest<'a>) -> Self {
        let name = request.settings.yubikey.account.as_ref();
        let wanted = Wanted {
            name: name.map(|name| name.value.clone()),
            serial_number: request.serial.to_owned(),
            user: None,
        };
        Self {
            request,
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

    /// The same for a key that is not configured: gives up soon, so that a login without a key does
    /// not have to wait.
    pub async fn scan_at_once(&mut self) -> Result<()> {
        if usb::yubikey_is_plugged_in() {
            self.scan_within(INSERTION_TIMEOUT, STARTING_TIMEOUT, STARTING_TIMEOUT)
                .await
        } else {
            self.scan_within(Duration::ZERO, SERVICE_TIMEOUT, BUSY_TIMEOUT)
                .await
        }
    }

    /// The same for a person who waits for the report and is about to plug nothing in.
    pub async fn scan_unasked(&mut self) -> Result<()> {
        self.scan_within(Duration::ZERO, STARTING_TIMEOUT, STARTING_TIMEOUT)
            .await
    }

    /// Waits for a key to show up (`insertion`), for the list of readers (`list`) and until all keys
    /// are read (`read`).
    async fn scan_within(
        &mut self,
        insertion: Duration,
        list: Duration,
        read: Duration,
    ) -> Result<()> {
        let readers = move |service: &Service| service.yubikeys(insertion);
        let readers = within(list, on_thread(&self.request, 0, readers)).await?;
        within(read, self.read_all(readers)).await?;
        self.learn_user().await;
        Ok(())
    }

    /// Every account, key by key.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        let keys = self.keys.iter();
        keys.flat_map(|key| key.accounts.iter().flatten())
    }

    /// The accounts that match best: none, one, or several from which the user has to choose.
    pub fn candidates(&self) -> Vec<&Account> {
        let certainty = |account: &&Account| self.wanted.certainty(&account.credential);
        let best = self.accounts().filter_map(|one| certainty(&one)).min();
        let accounts = self.accounts();
        accounts
            .filter(|account| best.is_some() && certainty(account) == best)
            .collect()
    }

    /// Whether the account is found, and no other key has to be read.
    pub(super) fn is_satisfied(&self) -> bool {
        !self.list_all && !self.candidates().is_empty()
    }

    async fn read_all(&mut self, mut readers: Vec<Reader>) -> Result<()> {
        let only = self.request.settings.yubikey.serial.is_some();
        // The serial number costs two more exchanges. It matters only if there are several keys.
        let by_serial_number = self.list_all || readers.len() > 1 || only;
        readers.sort_by_key(|reader| reader.is_in_use);
        self.keys.clear();
        for reader in readers {
            if only && self.keys.iter().any(|key| self.is_meant(key)) {
                break;
            }
            // Another program's transaction may last until the key is touched.
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

    /// Reads the key in `reader` in one transaction.
    async fn read(&self, reader: Reader, by_serial_number: bool) -> Result<YubiKey> {
        let (passwords, patience) = (self.passwords.clone(), self.patience);
        let time_step = now(&self.request) / u64::from(DEFAULT_PERIOD);
        let read = move |service: &Service| {
            let mut key = YubiKey::busy(reader.clone());
            let credentials = reader.hold(service, patience, |card| {
                if by_serial_number {
                    key.serial_number = ykoath::serial_number(card)?;
                }
                let mut applet = Applet::select(card)?;
                key.device_id.clone_from(&applet.device_id);
                key.version = applet.version;
                if let Err(error) = applet.unlock(&passwords) {
                    // The prompt for its password names the key.
                    if key.serial_number.is_none() {
                        key.serial_number = ykoath::serial_number(card)?;
                    }
                    return Err(error);
                }
                credentials(&applet, time_step)
            });
            let mut passwords = passwords.iter();
            let password = passwords.find(|password| password.device_id == key.device_id);
            let account = |calculated| key.account(calculated, time_step, password);
            key.accounts = credentials.map(|all| all.into_iter().map(account).collect());
            Ok(key)
        };
        on_thread(&self.request, 0, read).await
    }

    /// Leaves out the keys that the settings exclude. If none is left, a key that could not be
    /// identified may be the configured one.
    fn leave_out_others(&mut self) {
        let found = self.keys.iter().any(|key| self.is_meant(key));
        let keys = std::mem::take(&mut self.keys).into_iter();
        let (keys, others): (_, Vec<_>) =
            keys.partition(|key| self.is_meant(key) || !found && key.is_unknown());
        self.others = others.iter().map(YubiKey::name).collect();
        self.keys = keys;
    }

    fn is_meant(&self, key: &YubiKey) -> bool {
        let only = self.request.settings.yubikey.serial.as_ref();
        only.is_none_or(|only| key.is_called(&only.value))
    }

    /// Asks AWS for the user's name, once, and only if an account may be named after the user.
    async fn learn_user(&mut self) {
        let depends = |account: &Account| self.wanted.depends_on_user(&account.credential);
        let matters = !self.is_satisfied() && self.accounts().any(depends);
        if let (true, Some(ask)) = (matters, self.request.user_name) {
            self.wanted.user = Some(ask().await.unwrap_or_default());
        }
    }
}

/// Every credential, and the codes of `time_step` that the key gives along with the list.
fn credentials(applet: &Applet, time_step: u64) -> Result<Vec<Calculated>, Error> {
    let mut all = match applet.calculate_all(time_step) {
        // Some applets do not know CALCULATE ALL, and one damaged account makes it fail. LIST still
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
