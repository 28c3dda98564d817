//! The source `yubikey`: finds the account on the connected keys, and computes its code for a time
//! step. `ykoath` talks to the card; only this module knows how accounts for AWS are named.

mod ask_user;
mod explain;
mod hints;
mod key;
mod passwords;
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

/// Asks AWS for the name of the user whose keys the login uses; `None` if AWS does not say.
pub type UserName<'a> = &'a dyn Fn() -> Pin<Box<dyn Future<Output = Option<String>> + 'a>>;

/// The connected YubiKeys, as one profile uses them.
#[derive(Clone, Copy)]
pub struct YubiKeys<'a> {
    pub settings: &'a YubikeySettings,
    pub clock: &'a Clock,
    pub messages: &'a Messages,
    /// Notified when a person has to do something: type, choose, touch.
    pub prompted: &'a Notify,
    /// For a device that does not have its user's name. `None` if AWS must not be asked.
    pub user_name: Option<UserName<'a>>,
}

impl<'a> YubiKeys<'a> {
    /// The account for the MFA device `serial_number`. Asks the user for what it needs: a password, a
    /// choice between accounts, another key.
    pub async fn account(&self, serial_number: &str) -> Result<Account> {
        let mut search = Search::new(*self, serial_number);
        loop {
            search.open().await?;
            let candidates = search.candidates();
            if !candidates.is_empty() {
                let unread = could_not_read(&search.keys, is_unusual);
                self.messages.notes(unread);
                return ask_user::one_of(self, &candidates).await;
            }
            ask_user::offer_to_wait(self, why_no_account(&search)).await?;
        }
    }

    /// The same for a key that nobody configured: it is used if it needs no password and answers
    /// soon. Else the caller decides whether to report the error.
    pub async fn account_at_once(&self, serial_number: &str) -> Result<Account> {
        let mut search = Search::new(*self, serial_number);
        search.scan_at_once().await?;
        let candidates = search.candidates();
        if candidates.is_empty() {
            ask_user::tell_near_misses(self, &search);
            return Err(why_no_account(&search));
        }
        ask_user::one_of(self, &candidates).await
    }

    /// The code of a time step; waits for a touch if the account needs one. `None` if the time step
    /// ended before the code was there: such a code must not be sent.
    pub async fn code(&self, account: &Account, time_step: u64) -> Result<Option<TokenCode>> {
        let code = match &account.known_code {
            Some((known, code)) if *known == time_step => code.clone(),
            _ => self.calculate(account, time_step).await?,
        };
        if self.now() / account.period() > time_step {
            self.messages
                .note("the YubiKey was touched after the code had expired");
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

    /// Waits for a person's answer. Other messages are held back meanwhile.
    async fn ask<T>(&self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        self.prompted.notify_one();
        self.messages.hold_during(answer).await
    }

    /// AWS's time, in seconds since the Unix epoch.
    fn now(&self) -> u64 {
        self.clock.aws_since_epoch().as_secs()
    }
}

/// Whether to report a key that could not be read although the account was found on another. A key
/// that is locked or has no OATH application is nothing unusual.
fn is_unusual(error: &Error) -> bool {
    !matches!(error, Error::Locked | Error::NoApplet)
}
