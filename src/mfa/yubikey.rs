//! The source `yubikey`: which account on which key, and its code for a time step. The card itself
//! is `ykoath`'s; which names are AWS's is known here only.

mod explain;
mod key;
mod passwords;
mod questions;
mod search;
mod wait;
mod wanted;

use std::pin::Pin;

use anyhow::Result;
use tokio::sync::Notify;

use super::{CodeOrigin, TokenCode};
use crate::clock::Clock;
use crate::message::Messages;
use crate::profile::YubikeySettings;
use crate::ykoath::card::Service;
use crate::ykoath::{Code, Error};
pub use explain::could_not_read;
use explain::{why_no_account, why_no_key};
pub use key::{Account, YubiKey};
pub use search::Search;
use wait::on_thread;

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

impl<'a> YubiKeys<'a> {
    /// The account for the MFA device `serial_number`. Asks for what it needs: a password, which of
    /// several, another key.
    pub async fn account(&self, serial_number: &str) -> Result<Account> {
        let mut search = Search::new(*self, serial_number);
        loop {
            search.open().await?;
            let candidates = search.candidates();
            if !candidates.is_empty() {
                for line in could_not_read(&search.keys, is_unusual) {
                    self.messages.note(&line);
                }
                return questions::one_of(self, &candidates).await;
            }
            questions::offer_to_wait(self, why_no_account(&search)).await?;
        }
    }

    /// The account, if a key is there, needs no password and has one: for a key that nobody
    /// configured. Says little: the reason why there is none is the caller's to tell.
    pub async fn account_at_once(&self, serial_number: &str) -> Result<Account> {
        let mut search = Search::new(*self, serial_number);
        search.scan_at_once().await?;
        let candidates = search.candidates();
        if candidates.is_empty() {
            questions::tell_near_misses(self, &search);
            return Err(why_no_account(&search));
        }
        questions::one_of(self, &candidates).await
    }

    /// The code of a time step; waits for the touch if the account wants one. `None` if the time
    /// step was over before the code was there: it must not be sent.
    pub async fn code(&self, account: &Account, time_step: u64) -> Result<Option<TokenCode>> {
        let code = match &account.known_code {
            Some((known, code)) if *known == time_step => code.clone(),
            _ => self.calculate(account, time_step).await?,
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
        on_thread(self, seconds_left, work).await
    }

    /// Every YubiKey's accounts, for `awsmfa accounts`. An error if no key can be read.
    pub async fn accounts(&self, serial_number: &str) -> Result<Search<'a>> {
        let mut search = Search::new(*self, serial_number);
        search.list_all = true;
        search.open().await?;
        why_no_key(&search).map_or(Ok(search), Err)
    }

    /// Waits for a person's answer. What is said meanwhile is held back.
    async fn ask<T>(&self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        self.prompted.notify_one();
        self.messages.hold_during(answer).await
    }

    /// AWS's time, in seconds since the Unix epoch.
    fn now(&self) -> u64 {
        self.clock.aws_since_epoch().as_secs()
    }
}

/// Whether a key that could not be read is worth a word if the account was found on another. One
/// that is locked or has no accounts is not.
fn is_unusual(error: &Error) -> bool {
    !matches!(error, Error::Locked | Error::NoApplet)
}
