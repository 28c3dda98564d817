//! Opens the keys that are protected by a password, as far as that is needed.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::scan::{Scan, YubiKey};
use super::search::Search;
use super::{Yubikey, process};
use crate::secret::Secret;
use crate::terminal::{ATTEMPTS, Interrupted, Terminal};
use crate::ykoath::AccessKey;
use crate::ykoath::key::Patience;

impl Yubikey<'_> {
    /// Looks until the search has what it wants, or until nothing more can be opened. The command
    /// that prints the password is run once. A person is asked last, and each key's password three
    /// times at most.
    pub(super) async fn open(&self, search: &mut Search) -> Result<Scan> {
        let mut attempts = BTreeMap::new();
        let mut scan = self.scan(search).await?;
        if self.run_command(&scan, search).await? {
            scan = self.scan(search).await?;
        }
        while !search.is_satisfied(&scan) {
            if scan.is_held() && search.patience != Patience::Holder {
                search.patience = Patience::Holder;
            } else if let Some((key, terminal)) = self.to_ask_for(&scan) {
                let asked = attempts.entry(key.key.reader.clone()).or_insert(0);
                let password = self.ask_for_password(key, &terminal, *asked).await?;
                *asked += 1;
                learn(search, key, &password);
            } else {
                break;
            }
            scan = self.scan(search).await?;
        }
        Ok(scan)
    }

    /// Whether `mfa_yubikey_password_process` has printed a password for a key. If it fails, keys
    /// that need none can still be used.
    async fn run_command(&self, scan: &Scan, search: &mut Search) -> Result<bool> {
        let mut locked = scan.keys.iter().filter(|key| key.is_locked()).peekable();
        let (Some(command), Some(_)) = (&self.settings.password_process, locked.peek()) else {
            return Ok(false);
        };
        let setting = "mfa_yubikey_password_process";
        match process::printed(setting, "a password", &command.value).await {
            Ok(password) => locked.for_each(|key| learn(search, key, &password)),
            Err(error) if error.is::<Interrupted>() || !scan.has_told() => return Err(error),
            Err(error) => self.messages.failure(&format!("{error:#}")),
        }
        Ok(true)
    }

    /// The first key whose password a person can be asked for.
    fn to_ask_for<'a>(&self, scan: &'a Scan) -> Option<(&'a YubiKey, Terminal)> {
        let key = scan.keys.iter().find(|key| key.is_locked())?;
        let has_command = self.settings.password_process.is_some();
        let terminal = Terminal::open().ok().filter(|_| !has_command)?;
        Some((key, terminal))
    }

    async fn ask_for_password(
        &self,
        key: &YubiKey,
        terminal: &Terminal,
        asked: usize,
    ) -> Result<Secret> {
        match asked {
            0 => {}
            ATTEMPTS.. => bail!("the YubiKey refused {ATTEMPTS} passwords"),
            _ => terminal.say("that is not the password")?,
        }
        let name = key.name();
        let question = format!("password of the OATH accounts on the YubiKey {name}: ");
        let answer = terminal.ask_hidden(&question);
        self.prompted.notify_one();
        self.messages.hold_during(answer).await
    }
}

fn learn(search: &mut Search, key: &YubiKey, password: &Secret) {
    let access_key = AccessKey::derive(password.expose(), &key.device_id);
    search.passwords.retain(|(id, _)| *id != key.device_id);
    search.passwords.push((key.device_id.clone(), access_key));
}
