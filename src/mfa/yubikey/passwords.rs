//! Opens the keys that are protected by a password, as far as that is needed.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::scan::{HOLDER, Scan, YubiKey};
use super::search::Search;
use crate::mfa::process;
use crate::secret::Secret;
use crate::terminal::{ATTEMPTS, Interrupted, Terminal};
use crate::ykoath::AccessKey;

impl Search<'_> {
    /// Looks until the search has what it wants, or until nothing more can be opened. The command
    /// that prints the password is run once. A person is asked last, and each key's password three
    /// times at most.
    pub async fn open(&mut self) -> Result<Scan> {
        let mut attempts = BTreeMap::new();
        let mut scan = self.scan().await?;
        if self.run_command(&scan).await? {
            scan = self.scan().await?;
        }
        while !self.is_satisfied(&scan) {
            if scan.is_held() && self.patience < HOLDER {
                self.patience = HOLDER;
            } else if let Some((key, terminal)) = self.to_ask_for(&scan) {
                let asked = attempts.entry(key.reader.label()).or_insert(0);
                let password = self.ask_for_password(key, &terminal, *asked).await?;
                *asked += 1;
                self.learn(key, &password);
            } else {
                break;
            }
            scan = self.scan().await?;
        }
        Ok(scan)
    }

    /// Whether `mfa_yubikey_password_process` has printed a password for a key. If it fails, keys
    /// that need none can still be used.
    async fn run_command(&mut self, scan: &Scan) -> Result<bool> {
        let mut locked = scan.keys.iter().filter(|key| key.is_locked()).peekable();
        let command = &self.yubikeys.settings.password_process;
        let (Some(command), Some(_)) = (command, locked.peek()) else {
            return Ok(false);
        };
        let setting = "mfa_yubikey_password_process";
        match process::printed(setting, "a password", &command.value).await {
            Ok(password) => locked.for_each(|key| self.learn(key, &password)),
            Err(error) if error.is::<Interrupted>() || scan.why_unread().is_some() => {
                return Err(error);
            }
            Err(error) => self.yubikeys.messages.failure(&format!("{error:#}")),
        }
        Ok(true)
    }

    /// The first key whose password a person can be asked for.
    fn to_ask_for<'s>(&self, scan: &'s Scan) -> Option<(&'s YubiKey, Terminal)> {
        let key = scan.keys.iter().find(|key| key.is_locked())?;
        let has_command = self.yubikeys.settings.password_process.is_some();
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
        self.yubikeys.ask(answer).await
    }

    fn learn(&mut self, key: &YubiKey, password: &Secret) {
        let learnt = AccessKey::derive(password.expose(), &key.device_id);
        self.passwords
            .retain(|known| known.device_id != learnt.device_id);
        self.passwords.push(learnt);
    }
}
