//! What awsmfa asks a person, apart from a password: which account, and whether to wait for another
//! key.

use anyhow::{Result, anyhow};

use super::ask;
use super::explain::listed;
use super::key::Account;
use super::search::Search;
use super::wait::on_thread;
use crate::message::{Level, hinted};
use crate::mfa::CodeRequest;
use crate::terminal::Terminal;
use crate::ykoath::card::{Progress, Service};

/// The only candidate, or the one that the user chooses on the terminal. An error if it cannot
/// compute codes for AWS.
pub async fn one_of(request: &CodeRequest<'_>, candidates: &[&Account]) -> Result<Account> {
    let index = match candidates {
        [_] => 0,
        several => choose(request, several).await?,
    };
    let account = candidates[index];
    account.check()?;
    Ok(account.clone())
}

async fn choose(request: &CodeRequest<'_>, candidates: &[&Account]) -> Result<usize> {
    let of_one_key = candidates
        .windows(2)
        .all(|two| two[0].yubikey == two[1].yubikey);
    let label = |account: &&Account| {
        if of_one_key {
            account.label()
        } else {
            format!("{} on the YubiKey {}", account.label(), account.yubikey)
        }
    };
    let labels: Vec<_> = candidates.iter().map(label).collect();
    let question = "several accounts on the YubiKey match:";
    let Ok(terminal) = Terminal::open() else {
        return Err(hinted(
            anyhow!("{question} {}", labels.join(", ")),
            "choose the account with --yubikey-account (mfa_yubikey_account), the YubiKey with \
             --yubikey-serial (mfa_yubikey_serial)",
        ));
    };
    ask(request, terminal.choose(question, &labels)).await
}

/// No connected key has the account: on a terminal, offers to wait for another key. An error if the
/// user declines or there is no terminal.
pub async fn offer_to_wait(request: &CodeRequest<'_>, missing: anyhow::Error) -> Result<()> {
    let Ok(terminal) = Terminal::open() else {
        return Err(missing);
    };
    terminal.say(&format!("awsmfa: {missing:#}"))?;
    let wait = terminal.confirm("wait for another YubiKey?");
    if !ask(request, wait).await? {
        return Err(missing);
    }
    wait_for_another(request).await
}

/// Waits until another key is plugged in.
pub async fn wait_for_another(request: &CodeRequest<'_>) -> Result<()> {
    Terminal::open()?.say("plug it in (Ctrl-C to stop waiting)")?;
    let wait = |service: &Service| {
        // The user knows what awsmfa is waiting for.
        (service.tell)(Progress::Asking);
        service.wait_for_another()
    };
    on_thread(request, 0, wait).await
}

/// On a terminal, where awsmfa will ask for a code: names accounts on the key that look like AWS's
/// and were not used, and says how to use one.
pub fn tell_near_misses(request: &CodeRequest<'_>, search: &Search) {
    let (messages, wanted) = (request.context.messages, &search.wanted);
    let near = search
        .accounts()
        .filter(|account| wanted.is_near_miss(&account.credential));
    let names: Vec<_> = near.map(Account::label).collect();
    let said_anyway = messages.level() >= Level::Verbose;
    if names.is_empty() || said_anyway || Terminal::open().is_err() {
        return;
    }
    let which = match &names[..] {
        [one] => shell_escape::escape(one.into()),
        _ => "NAME".into(),
    };
    let names = listed(&names);
    messages.note(&format!(
        "the YubiKey has {names}, but no account {wanted}; to use it: --yubikey-account {which}"
    ));
}
