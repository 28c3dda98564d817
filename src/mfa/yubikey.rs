//! The source `yubikey`: which account on which key, and its code for a time step. The card itself
//! is `ykoath`'s; which names are AWS's is known here only.

mod account;
mod explain;
mod found;
pub mod keys;
mod wait;

use std::time::UNIX_EPOCH;

use anyhow::{Result, anyhow, bail};

use super::{CodeOrigin, TokenCode, process};
use crate::message::{Messages, hinted};
use crate::profile::{Origin, Sourced};
use crate::secret::Secret;
use crate::sts::clock::Clock;
use crate::terminal::{ATTEMPTS, Terminal};
use crate::ykoath::card::Service;
use crate::ykoath::key::{self, Manner, Patience, Progress};
use crate::ykoath::{AccessKey, Code};
use account::Wanted;
use explain::explained;
pub use found::{Account, Found, Place};
use keys::{Look, Passwords};
use wait::Wait;

const SAY_WHICH: &str = "--yubikey-account (mfa_yubikey_account) says which account, \
                         --yubikey-serial (mfa_yubikey_serial) which YubiKey";

/// What the profile, a variable or a flag says about the YubiKey.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `--yubikey-account`, `AWSMFA_YUBIKEY_ACCOUNT`, `mfa_yubikey_account`.
    pub account: Option<Sourced<String>>,
    /// `--yubikey-serial`, `AWSMFA_YUBIKEY_SERIAL`, `mfa_yubikey_serial`.
    pub serial: Option<Sourced<String>>,
    /// `mfa_yubikey_password_process`: a command for `/bin/sh -c`.
    pub password_process: Option<Sourced<String>>,
}

impl Settings {
    /// Who has said that the code comes from a YubiKey, if anybody has.
    pub fn origin(&self) -> Option<&Origin> {
        let settings = [&self.account, &self.serial, &self.password_process];
        let origins = settings
            .into_iter()
            .flatten()
            .map(|setting| &setting.origin);
        origins.min_by_key(|origin| matches!(origin, Origin::File { .. }))
    }
}

/// The YubiKeys of this computer, asked for one profile.
pub struct Yubikey<'a> {
    pub settings: &'a Settings,
    pub clock: &'a Clock,
    pub messages: &'a Messages,
}

impl Yubikey<'_> {
    /// The account for the MFA device `serial_number`. Asks for what it needs: a password, which of
    /// several, another key.
    pub async fn account(&self, serial_number: &str) -> Result<Account> {
        let wanted = self.wanted(serial_number);
        loop {
            let mut found = self.look(false).await?;
            let candidates = found.candidates(&wanted);
            if !candidates.is_empty() {
                let which = self.one_of(&found, &candidates).await?;
                return found.account(which);
            }
            self.offer_to_wait(found.without(&wanted)).await?;
        }
    }

    /// The account, where a key is there, answers at once, needs no password and has one. Says
    /// nothing: the reason why there is none is for `--verbose`.
    pub async fn account_at_once(&self, serial_number: &str) -> Result<Account> {
        let look = self.how_to_look(Passwords::new(), Patience::None);
        let Some(seen) = wait::at_once(move |tell| look.at_all(tell)).await? else {
            bail!(
                "the PC/SC service, or another program that uses the YubiKey, did not answer at once"
            );
        };
        let mut found = Found::of(seen.map_err(explained)?, Passwords::new());
        let wanted = self.wanted(serial_number);
        let candidates = found.candidates(&wanted);
        if candidates.is_empty() {
            return Err(found.without(&wanted));
        }
        let which = self.one_of(&found, &candidates).await?;
        found.account(which)
    }

    /// The code of a time step; waits for the touch where the account wants one. Nothing where the
    /// time step was over before the code was there: it must not be sent.
    pub async fn code(&self, account: &Account, time_step: u64) -> Result<Option<TokenCode>> {
        let code = match account.known_code(time_step) {
            Some(code) => code,
            None => self.calculate(account, time_step).await?,
        };
        if self.now() / account.period() > time_step {
            self.messages
                .note("the YubiKey was touched after the code had run out");
            return Ok(None);
        }
        TokenCode::parse(&code.text(), CodeOrigin::Computed { time_step }).map(Some)
    }

    /// Every YubiKey's accounts, for `awsmfa accounts`.
    pub async fn accounts(&self) -> Result<Found> {
        let mut found = self.look(true).await?;
        found.check()?;
        Ok(found)
    }

    async fn calculate(&self, account: &Account, time_step: u64) -> Result<Code> {
        let end = (time_step + 1).saturating_mul(account.period());
        let wait = Wait {
            messages: self.messages,
            seconds_left: end.saturating_sub(self.now()),
        };
        let (key, credential) = (account.key.clone(), account.credential.clone());
        let (device_id, password) = (account.device_id.clone(), account.password.clone());
        let work = move |tell: &dyn Fn(Progress)| {
            let manner = Manner {
                device_id: Some(&device_id),
                password: password.as_ref(),
                patience: Patience::Some,
                tell,
            };
            let service = Service::connect()?;
            key.ask(&service, &manner, |applet| {
                key::calculate(applet, &credential, time_step, tell)
            })
        };
        wait.on_thread(work).await?.map_err(explained)
    }

    /// The account that the profile would use, for `awsmfa accounts`.
    pub fn wanted(&self, serial_number: &str) -> Wanted {
        match &self.settings.account {
            Some(name) => Wanted::Name(name.value.clone()),
            None => Wanted::Device(serial_number.to_owned()),
        }
    }

    /// Every key that counts, opened with its password.
    async fn look(&self, by_serial_number: bool) -> Result<Found> {
        let mut passwords = Passwords::new();
        // The id of a key for each password that it refused.
        let mut refusals: Vec<Vec<u8>> = Vec::new();
        loop {
            let manner = Look {
                by_serial_number,
                ..self.how_to_look(passwords.clone(), Patience::Some)
            };
            let seen = self
                .wait()
                .on_thread(move |tell| manner.at_all(tell))
                .await?
                .map_err(explained)?;
            let Some(lock) = seen.lock() else {
                return Ok(Found::of(seen, passwords));
            };
            if lock.refused {
                refusals.push(lock.device_id.to_vec());
            }
            let its = refusals.iter().filter(|id| *id == lock.device_id).count();
            let password = self.password(lock.name, its).await?;
            passwords.retain(|(id, _)| id != lock.device_id);
            let key = AccessKey::derive(password.expose(), lock.device_id);
            passwords.push((lock.device_id.to_vec(), key));
        }
    }

    fn how_to_look(&self, passwords: Passwords, patience: Patience) -> Look {
        let only = self
            .settings
            .serial
            .as_ref()
            .map(|serial| serial.value.clone());
        Look {
            passwords,
            only,
            patience,
            by_serial_number: false,
            now: self.now(),
        }
    }

    /// From the command that is configured, once; else typed without echo, three times at most.
    async fn password(&self, name: &str, refusals: usize) -> Result<Secret> {
        if let Some(command) = &self.settings.password_process {
            if refusals > 0 {
                bail!("the YubiKey refused the password that mfa_yubikey_password_process printed");
            }
            return process::printed("mfa_yubikey_password_process", "a password", &command.value)
                .await;
        }
        let terminal = Terminal::open()
            .map_err(|error| error.context("the YubiKey's OATH accounts are protected by a password"))
            .map_err(|error| {
                hinted(error, "without a terminal, mfa_yubikey_password_process names a command that prints it")
            })?;
        match refusals {
            0 => {}
            ATTEMPTS.. => bail!("the YubiKey refused {ATTEMPTS} passwords"),
            _ => terminal.say("that is not the password")?,
        }
        let question = format!("password of the OATH accounts on the YubiKey {name}: ");
        let answer = terminal.ask_hidden(&question);
        self.messages.while_asking(answer).await
    }

    /// The only one, or the one that the user chooses on the terminal.
    async fn one_of(&self, found: &Found, candidates: &[Place]) -> Result<Place> {
        if let [one] = candidates {
            return Ok(*one);
        }
        let labels: Vec<_> = candidates.iter().map(|place| found.label(*place)).collect();
        let question = "several accounts on the YubiKey may be the one:";
        let Ok(terminal) = Terminal::open() else {
            let error = anyhow!("{question} {}", labels.join(", "));
            return Err(hinted(error, SAY_WHICH));
        };
        let choice = terminal.choose(question, &labels);
        Ok(candidates[self.messages.while_asking(choice).await?])
    }

    /// The wrong key is in: on a terminal, another one is waited for if the user wants that.
    async fn offer_to_wait(&self, missing: anyhow::Error) -> Result<()> {
        let Ok(terminal) = Terminal::open() else {
            return Err(missing);
        };
        terminal.say(&format!("awsmfa: {missing:#}"))?;
        let answer = terminal.ask("wait for another YubiKey? (y/n) ");
        let answer = self.messages.while_asking(answer).await?;
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            return Err(missing);
        }
        terminal.say("plug it in (Ctrl-C ends the wait)")?;
        let quiet = Wait {
            messages: self.messages,
            seconds_left: 0,
        };
        quiet
            .on_thread(|tell| {
                tell(Progress::Asking);
                keys::wait_for_another()
            })
            .await?
            .map_err(explained)
    }

    fn wait(&self) -> Wait<'_> {
        Wait {
            messages: self.messages,
            seconds_left: 0,
        }
    }

    /// AWS's time, in seconds since the Unix epoch.
    fn now(&self) -> u64 {
        self.clock
            .aws()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs())
    }
}
