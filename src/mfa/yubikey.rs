//! The source `yubikey`: finds the account on the connected keys, and computes its code for a time
//! step. `ykoath` talks to the card; only this module knows how accounts for AWS are named.

mod another;
mod ask_user;
mod explain;
mod hints;
mod key;
mod passwords;
mod ready;
mod search;
mod store;
mod wait;
mod wanted;
mod writing;

use std::pin::Pin;

use anyhow::Result;

use super::{CodeOrigin, CodeRequest, TokenCode};
use crate::ykoath::card::Service;
use crate::ykoath::{Code, Error};
pub use another::offer_another;
pub use explain::could_not_read;
use explain::{why_no_account, why_no_key};
pub use key::{Account, YubiKey};
pub use ready::{ReadyKey, account_name, prepare};
pub use search::Search;
pub use store::store;
use wait::on_thread;

/// Asks AWS for the name of the user whose keys the login uses; `None` if AWS does not say.
pub type UserName<'a> = &'a dyn Fn() -> Pin<Box<dyn Future<Output = Option<String>> + 'a>>;

/// The account for the MFA device. Asks the user for what it needs: a password, a choice between
/// accounts, another key.
pub async fn account(request: &CodeRequest<'_>) -> Result<Account> {
    let mut search = Search::new(*request);
    loop {
        search.open().await?;
        let candidates = search.candidates();
        if !candidates.is_empty() {
            let unread = could_not_read(&search.keys, is_unusual);
            request.context.messages.notes(unread);
            return ask_user::one_of(request, &candidates).await;
        }
        ask_user::offer_to_wait(request, why_no_account(&search)).await?;
    }
}

/// The same for a key that is not configured: it is used if it needs no password and answers soon.
/// Else the caller decides whether to report the error.
pub async fn account_at_once(request: &CodeRequest<'_>) -> Result<Account> {
    let mut search = Search::new(*request);
    search.scan_at_once().await?;
    let candidates = search.candidates();
    if candidates.is_empty() {
        ask_user::tell_near_misses(request, &search);
        return Err(why_no_account(&search));
    }
    ask_user::one_of(request, &candidates).await
}

/// The code of a time step; waits for a touch if the account needs one. `None` if the time step
/// ended before the code was there: such a code must not be sent.
pub async fn code(
    request: &CodeRequest<'_>,
    account: &Account,
    time_step: u64,
) -> Result<Option<TokenCode>> {
    let code = match &account.known_code {
        Some((known, code)) if *known == time_step => code.clone(),
        _ => calculate(request, account, time_step).await?,
    };
    if now(request) / account.period() > time_step {
        request
            .context
            .messages
            .note("the YubiKey was touched after the code had expired");
        return Ok(None);
    }
    TokenCode::parse(code.text(), CodeOrigin::Computed { time_step }).map(Some)
}

/// The code of a time step, whether it is over or not; waits for a touch if the account needs one.
pub async fn code_of_step(
    request: &CodeRequest<'_>,
    account: &Account,
    time_step: u64,
) -> Result<TokenCode> {
    let (seconds, account) = (account.period(), account.clone());
    let work = move |service: &Service| account.calculate(service, time_step);
    let code = on_thread(request, seconds, work).await?;
    TokenCode::parse(code.text(), CodeOrigin::Computed { time_step })
}

async fn calculate(request: &CodeRequest<'_>, account: &Account, time_step: u64) -> Result<Code> {
    let end = (time_step + 1).saturating_mul(account.period());
    let seconds_left = end.saturating_sub(now(request));
    let account = account.clone();
    let work = move |service: &Service| account.calculate(service, time_step);
    on_thread(request, seconds_left, work).await
}

/// Whether a connected key has the account. Asks nobody, so a key with a password may have it, and so
/// may a key with an account that is named after the user.
pub async fn look(request: &CodeRequest<'_>) -> Result<()> {
    let mut search = Search::new(*request);
    search.scan_unasked().await?;
    let is_locked = |key: &YubiKey| matches!(key.accounts, Err(Error::Locked));
    let may_be = |account: &Account| search.wanted.depends_on_user(&account.credential);
    if search.candidates().is_empty()
        && !search.keys.iter().any(is_locked)
        && !search.accounts().any(may_be)
    {
        return Err(why_no_account(&search));
    }
    Ok(())
}

/// Every YubiKey's accounts, for `awsmfa accounts`. An error if no key can be read.
pub async fn accounts<'a>(request: &CodeRequest<'a>) -> Result<Search<'a>> {
    let mut search = Search::new(*request);
    search.list_all = true;
    search.open().await?;
    why_no_key(&search).map_or(Ok(search), Err)
}

/// Waits for a person's answer. Other messages are held back meanwhile.
async fn ask<T>(request: &CodeRequest<'_>, answer: impl Future<Output = Result<T>>) -> Result<T> {
    request.prompted.notify_one();
    request.context.messages.hold_during(answer).await
}

/// AWS's time, in seconds since the Unix epoch.
fn now(request: &CodeRequest<'_>) -> u64 {
    request.context.clock.aws_since_epoch().as_secs()
}
/// Whether to report a key that could not be read although the account was found on another. A key
/// that is locked or has no OATH application is nothing unusual.
fn is_unusual(error: &Error) -> bool {
    !matches!(error, Error::Locked | Error::NoApplet)
}
