//! The source `yubikey`: which account on which key, and its code for a time step. The card itself
//! is `ykoath`'s; which names are AWS's is known here only.

mod account;
mod explain;
mod passwords;
mod questions;
mod scan;
mod search;
mod unasked;
mod wait;

use std::pin::Pin;
use std::time::UNIX_EPOCH;

use anyhow::Result;
use tokio::sync::Notify;

use super::{CodeOrigin, TokenCode, process};
use crate::clock::Clock;
use crate::message::Messages;
use crate::profile::YubikeySettings;
use crate::ykoath::card::Service;
use crate::ykoath::key::{self, Manner, Patience, Progress};
use crate::ykoath::{Code, Error};
use account::Wanted;
use explain::explained;
pub use scan::{Account, Scan, YubiKey};
use search::Search;
use wait::Wait;

/// Asks AWS whose keys the login uses: the user's name, if AWS tells.
pub type UserName<'a> = &'a dyn Fn() -> Pin<Box<dyn Future<Output = Option<String>> + 'a>>;

/// The YubiKeys of this computer, asked for one profile.
pub struct Yubikey<'a> {
    pub settings: &'a YubikeySettings,
    pub clock: &'a Clock,
    pub messages: &'a Messages,
    /// Notified when a person has to do something: type, choose, touch.
    pub prompted: &'a Notify,
    /// For a device that is not named like its user. `None` if AWS is not asked.
    pub user_name: Option<UserName<'a>>,
}

impl Yubikey<'_> {
    /// The account for the MFA device `serial_number`. Asks for what it needs: a password, which of
    /// several, another key.
    pub async fn account(&self, serial_number: &str) -> Result<Account> {
        let mut search = self.search(Patience::Insertion, Some(self.wanted(serial_number)));
        loop {
            let scan = self.open(&mut search).await?;
            let candidates = search.candidates(&scan);
            if !candidates.is_empty() {
                for line in scan.unread(is_unusual) {
                    self.messages.note(&line);
                }
                return self.one_of(&candidates).await;
            }
            self.offer_to_wait(search.why_none(&scan)).await?;
        }
    }

    /// The code of a time step; waits for the touch where the account wants one. Nothing where the
    /// time step was over before the code was there: it must not be sent.
    pub async fn code(&self, account: &Account, time_step: u64) -> Result<Option<TokenCode>> {
        let code = match account.code(time_step) {
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

    /// Every YubiKey's accounts, for `awsmfa accounts`. An error if none tells.
    pub async fn accounts(&self) -> Result<Scan> {
        let mut search = self.search(Patience::Insertion, None);
        let scan = self.open(&mut search).await?;
        if scan.has_told() {
            Ok(scan)
        } else {
            Err(scan.nothing())
        }
    }

    /// The accounts that the profile would use, for `awsmfa accounts`.
    pub fn candidates<'a>(
        &self,
        scan: &'a Scan,
        serial_number: &str,
    ) -> Vec<(&'a YubiKey, &'a Account)> {
        scan.candidates(&self.wanted(serial_number))
    }

    async fn calculate(&self, account: &Account, time_step: u64) -> Result<Code> {
        let end = (time_step + 1).saturating_mul(account.period());
        let wait = Wait {
            messages: self.messages,
            prompted: self.prompted,
            seconds_left: end.saturating_sub(self.now()),
        };
        let (key, credential) = (account.key.clone(), account.credential.clone());
        let (device_id, password) = (account.device_id.clone(), account.password.clone());
        let work = move |tell: &dyn Fn(Progress)| {
            let manner = Manner {
                device_id: Some(&device_id),
                password: password.as_ref(),
                patience: Patience::Holder,
                tell,
            };
            let service = Service::connect()?;
            key.ask(&service, &manner, |applet| {
                key::calculate(applet, &credential, time_step, tell)
            })
        };
        wait.on_thread(work)
            .await?
            .map_err(|error| explained(&error))
    }

    fn wanted(&self, serial_number: &str) -> Wanted {
        match &self.settings.account {
            Some(name) => Wanted::Name(name.value.clone()),
            None => Wanted::Device {
                serial: serial_number.to_owned(),
                user: None,
            },
        }
    }

    fn search(&self, patience: Patience, wanted: Option<Wanted>) -> Search {
        let only = self.settings.serial.as_ref();
        Search {
            passwords: Vec::new(),
            only: only.map(|serial| serial.value.clone()),
            patience,
            wanted,
            now: self.now(),
        }
    }

    async fn scan(&self, search: &mut Search) -> Result<Scan> {
        search.now = self.now();
        let (wait, look) = (self.wait(), search.clone());
        let scan = wait.on_thread(move |tell| look.run(tell)).await?;
        let scan = scan.map_err(|error| explained(&error))?;
        self.learn_user(search, &scan).await;
        Ok(scan)
    }

    /// AWS is asked for the user's name, once, and only if an account may be under it.
    async fn learn_user(&self, search: &mut Search, scan: &Scan) {
        let matters = search.depends_on_user(scan);
        if let (Some(Wanted::Device { user, .. }), Some(ask)) = (&mut search.wanted, self.user_name)
            && matters
        {
            *user = Some(ask().await.unwrap_or_default());
        }
    }

    fn wait(&self) -> Wait<'_> {
        Wait {
            messages: self.messages,
            prompted: self.prompted,
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

/// Whether a key that could not be read is worth a word if the account was found on another. One
/// that is locked or has no accounts is not.
fn is_unusual(error: &Error) -> bool {
    !matches!(error, Error::Locked { .. } | Error::NoApplet)
}
