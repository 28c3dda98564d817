//! The source `yubikey`: which account on which key, and its code for a time step. The card itself
//! is `ykoath`'s; which names are AWS's is known here only.

mod explain;
mod passwords;
mod questions;
mod scan;
mod search;
mod wait;
mod wanted;

use std::pin::Pin;
use std::time::UNIX_EPOCH;

use anyhow::Result;
use tokio::sync::Notify;

use super::{CodeOrigin, TokenCode};
use crate::clock::Clock;
use crate::message::Messages;
use crate::profile::YubikeySettings;
use crate::ykoath::card::Service;
use crate::ykoath::{Code, Error};
use explain::explained;
pub use scan::{Account, Scan, YubiKey};
use search::Search;
use wait::on_thread;
use wanted::Wanted;

/// Asks AWS whose keys the login uses: the user's name, if AWS tells.
pub type UserName<'a> = &'a dyn Fn() -> Pin<Box<dyn Future<Output = Option<String>> + 'a>>;

/// The connected YubiKeys, as one profile uses them.
#[derive(Clone, Copy)]
pub struct YubiKeys<'a> {
    pub settings: &'a YubikeySettings,
    pub clock: &'a Clock,
    pub messages: &'a Messages,
    /// Notified when a person has to do something: type, choose, touch.
    pub prompted: &'a Notify,
    /// For a device that is not named like its user. `None` if AWS is not asked.
    pub user_name: Option<UserName<'a>>,
}

impl YubiKeys<'_> {
    /// The account for the MFA device `serial_number`. Asks for what it needs: a password, which of
    /// several, another key.
    pub async fn account(&self, serial_number: &str) -> Result<Account> {
        let mut search = Search::new(*self, self.wanted(serial_number));
        loop {
            let scan = search.open().await?;
            let candidates = scan.candidates(&search.wanted);
            if !candidates.is_empty() {
                for line in scan.unread(is_unusual) {
                    self.messages.note(&line);
                }
                return questions::one_of(self, &candidates).await;
            }
            let missing = scan.why_none(&search.wanted);
            questions::offer_to_wait(self, missing).await?;
        }
    }

    /// The account, if a key is there, needs no password and has one: for a key that nobody
    /// configured. Says little: the reason why there is none is the caller's to tell.
    pub async fn account_at_once(&self, serial_number: &str) -> Result<Account> {
        let mut search = Search::new(*self, self.wanted(serial_number));
        let scan = search.scan_at_once().await?;
        let candidates = scan.candidates(&search.wanted);
        if candidates.is_empty() {
            questions::tell_near_misses(self, &scan, &search.wanted);
            return Err(scan.why_none(&search.wanted));
        }
        questions::one_of(self, &candidates).await
    }

    /// The code of a time step; waits for the touch if the account wants one. `None` if the time
    /// step was over before the code was there: it must not be sent.
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
        TokenCode::parse(code.text(), CodeOrigin::Computed { time_step }).map(Some)
    }

    async fn calculate(&self, account: &Account, time_step: u64) -> Result<Code> {
        let end = (time_step + 1).saturating_mul(account.period());
        let seconds_left = end.saturating_sub(self.now());
        let account = account.clone();
        let work = move |service: &Service| account.calculate(service, time_step);
        let code = on_thread(self, seconds_left, work).await?;
        code.map_err(|error| explained(&error))
    }

    /// Every YubiKey's accounts, for `awsmfa accounts`. An error if no key can be read.
    pub async fn accounts(&self) -> Result<Scan> {
        let mut search = Search::new(*self, self.wanted(""));
        search.all = true;
        let scan = search.open().await?;
        match scan.why_unread() {
            Some(error) => Err(error),
            None => Ok(scan),
        }
    }

    /// The accounts that the profile would use, for `awsmfa accounts`.
    pub fn candidates<'s>(
        &self,
        scan: &'s Scan,
        serial_number: &str,
    ) -> Vec<(&'s YubiKey, &'s Account)> {
        scan.candidates(&self.wanted(serial_number))
    }

    fn wanted(&self, serial_number: &str) -> Wanted {
        let name = self.settings.account.as_ref();
        Wanted {
            name: name.map(|name| name.value.clone()),
            serial_number: serial_number.to_owned(),
            user: None,
        }
    }

    /// Waits for a person's answer. What is said meanwhile is held back.
    async fn ask<T>(&self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        self.prompted.notify_one();
        self.messages.hold_during(answer).await
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
    !matches!(error, Error::Locked | Error::NoApplet)
}
