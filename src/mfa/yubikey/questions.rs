//! What a person is asked or told beside a password: which account, and whether to wait for another
//! key.

use anyhow::{Result, anyhow};

use super::YubiKeys;
use super::explain::explained;
use super::scan::{Account, Scan, YubiKey, listed};
use super::wait::on_thread;
use super::wanted::Wanted;
use crate::message::{Level, hinted};
use crate::terminal::Terminal;
use crate::ykoath::card::{Progress, Service};

/// The only one, or the one that the user chooses on the terminal. An error if AWS's codes cannot
/// come from it.
pub async fn one_of(
    yubikeys: &YubiKeys<'_>,
    candidates: &[(&YubiKey, &Account)],
) -> Result<Account> {
    let index = match candidates {
        [_] => 0,
        several => choose(yubikeys, several).await?,
    };
    let account = candidates[index].1;
    account.check()?;
    Ok(account.clone())
}

async fn choose(yubikeys: &YubiKeys<'_>, candidates: &[(&YubiKey, &Account)]) -> Result<usize> {
    let of_one_key = candidates
        .windows(2)
        .all(|two| std::ptr::eq(two[0].0, two[1].0));
    let labels: Vec<_> = candidates
        .iter()
        .map(|(key, account)| match (of_one_key, account.label()) {
            (true, label) => label,
            (false, label) => format!("{label} on the YubiKey {}", key.name()),
        })
        .collect();
    let question = "several accounts on the YubiKey match:";
    let Ok(terminal) = Terminal::open() else {
        return Err(hinted(
            anyhow!("{question} {}", labels.join(", ")),
            "--yubikey-account (mfa_yubikey_account) says which account, --yubikey-serial \
             (mfa_yubikey_serial) which YubiKey",
        ));
    };
    yubikeys.ask(terminal.choose(question, &labels)).await
}

/// The wrong key is in: on a terminal, another one is waited for if the user wants that.
pub async fn offer_to_wait(yubikeys: &YubiKeys<'_>, missing: anyhow::Error) -> Result<()> {
    let Ok(terminal) = Terminal::open() else {
        return Err(missing);
    };
    terminal.say(&format!("awsmfa: {missing:#}"))?;
    let answer = terminal.ask("wait for another YubiKey? (y/n) ");
    let answer = yubikeys.ask(answer).await?;
    if !matches!(answer.trim(), "y" | "Y" | "yes") {
        return Err(missing);
    }
    terminal.say("plug it in (Ctrl-C ends the wait)")?;
    let wait = |service: &Service| {
        // The user knows what is waited for.
        (service.tell)(Progress::Asking);
        service.wait_for_another()
    };
    let waited = on_thread(yubikeys, 0, wait).await?;
    waited.map_err(|error| explained(&error))
}

/// On a terminal, where a code will be asked for: accounts of AWS's on the key that were not
/// taken, and how to take one.
pub fn tell_near_misses(yubikeys: &YubiKeys<'_>, scan: &Scan, wanted: &Wanted) {
    let messages = yubikeys.messages;
    let near = scan
        .accounts()
        .filter(|(_, account)| wanted.is_near_miss(&account.credential));
    let names: Vec<_> = near.map(|(_, account)| account.label()).collect();
    let said_anyway = messages.level() >= Level::Verbose;
    if names.is_empty() || said_anyway || Terminal::open().is_err() {
        return;
    }
    let which = match &names[..] {
        [one] => shell_escape::unix::escape(one.into()),
        _ => "NAME".into(),
    };
    let names = listed(&names);
    messages.note(&format!(
        "the YubiKey has {names}, but no account {wanted}; to use it: --yubikey-account {which}"
    ));
}
