//! Unlocks the keys that are protected by a password, if that is needed to find the account.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::ask;
use super::explain::why_no_key;
use super::key::{HOLDER_TIMEOUT, YubiKey};
use super::search::Search;
use crate::mfa::process;
use crate::secret::Secret;
use crate::terminal::{ATTEMPTS, Interrupted, Terminal};
use crate::ykoath::{AccessKey, Error};

impl Search<'_> {
    /// Reads the keys until the account is found or no other key can be unlocked. Runs the command
    /// that prints the password once. Asks a person last, three times at most for each key.
    pub async fn open(&mut self) -> Result<()> {
        let is_held = |key: &YubiKey| matches!(key.accounts, Err(Error::HeldExclusively));
        let mut attempts = BTreeMap::new();
        self.scan().await?;
        if self.run_command().await? {
            self.scan().await?;
        }
        while !self.is_satisfied() {
            if self.patience < HOLDER_TIMEOUT && self.keys.iter().any(is_held) {
                self.patience = HOLDER_TIMEOUT;
            } else if !self.ask_for_password(&mut attempts).await? {
                break;
            }
            self.scan().await?;
        }
        Ok(())
    }

    /// Runs `mfa_yubikey_password_process` if a key is locked, and returns whether it was run. If
    /// that fails, keys that need no password can still be used.
    async fn run_command(&mut self) -> Result<bool> {
        let setting = "mfa_yubikey_password_process";
        let locked = self.keys.iter().filter(|key| key.is_locked());
        let locked: Vec<_> = locked.map(|key| key.device_id.clone()).collect();
        let command = self.request.settings.yubikey.password_process.as_ref();
        let Some(command) = command.filter(|_| !locked.is_empty()) else {
            return Ok(false);
        };
        let environment = self.request.context.environment;
        match process::printed(setting, "a password", command, environment).await {
            Ok(password) => locked.iter().for_each(|key| self.learn(key, &password)),
            Err(error) if error.is::<Interrupted>() || why_no_key(self).is_some() => {
                return Err(error);
            }
            Err(error) => self.request.context.messages.failure(&format!("{error:#}")),
        }
        Ok(true)
    }

    /// Asks for the password of the first locked key. `false` if no key is locked, or there is
    /// nobody to ask.
    async fn ask_for_password(&mut self, attempts: &mut BTreeMap<String, usize>) -> Result<bool> {
        let locked = self.keys.iter().find(|key| key.is_locked());
        let has_command = self.request.settings.yubikey.password_process.is_some();
        let (Some(key), false, Ok(terminal)) = (locked, has_command, Terminal::open()) else {
            return Ok(false);
        };
        let asked = attempts.entry(key.reader.label()).or_default();
        match *asked {
            0 => {}
            ATTEMPTS.. => bail!("the YubiKey refused {ATTEMPTS} passwords"),
            _ => terminal.say("that is not the password")?,
        }
        *asked += 1;
        let name = key.name();
        let question = format!("password of the OATH accounts on the YubiKey {name}: ");
        let device_id = key.device_id.clone();
        let answer = ask(&self.request, terminal.ask_hidden(&question)).await?;
        self.learn(&device_id, &answer);
        Ok(true)
    }

    fn learn(&mut self, device_id: &[u8], password: &Secret) {
        self.passwords.retain(|known| known.device_id != device_id);
        let learnt = AccessKey::derive(password.expose(), device_id);
        self.passwords.push(learnt);
    }
}
