//! What a person is asked beside a password: which account, and whether to wait for another key.

use anyhow::{Result, anyhow};

use super::Yubikey;
use super::explain::explained;
use super::scan::{Account, YubiKey};
use super::wait::Wait;
use crate::message::hinted;
use crate::terminal::Terminal;
use crate::ykoath::key::{self, Progress};

const SAY_WHICH: &str = "--yubikey-account (mfa_yubikey_account) says which account, \
                         --yubikey-serial (mfa_yubikey_serial) which YubiKey";

impl Yubikey<'_> {
    /// The only one, or the one that the user chooses on the terminal.
    pub(super) async fn one_of(&self, candidates: &[(&YubiKey, &Account)]) -> Result<Account> {
        let index = match candidates {
            [_] => 0,
            several => self.choose(several).await?,
        };
        candidates[index].1.usable()
    }

    async fn choose(&self, candidates: &[(&YubiKey, &Account)]) -> Result<usize> {
        let first = candidates.first().map(|(key, _)| key.name());
        let of_one_key = candidates.iter().all(|(key, _)| Some(key.name()) == first);
        let labels: Vec<_> = candidates
            .iter()
            .map(|(key, account)| match (of_one_key, account.label()) {
                (true, label) => label,
                (false, label) => format!("{label} on the YubiKey {}", key.name()),
            })
            .collect();
        let question = "several accounts on the YubiKey match:";
        let Ok(terminal) = Terminal::open() else {
            let error = anyhow!("{question} {}", labels.join(", "));
            return Err(hinted(error, SAY_WHICH));
        };
        let choice = terminal.choose(question, &labels);
        self.prompted.notify_one();
        self.messages.hold_during(choice).await
    }

    /// The wrong key is in: on a terminal, another one is waited for if the user wants that.
    pub(super) async fn offer_to_wait(&self, missing: anyhow::Error) -> Result<()> {
        let Ok(terminal) = Terminal::open() else {
            return Err(missing);
        };
        terminal.say(&format!("awsmfa: {missing:#}"))?;
        let answer = terminal.ask("wait for another YubiKey? (y/n) ");
        self.prompted.notify_one();
        let answer = self.messages.hold_during(answer).await?;
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            return Err(missing);
        }
        terminal.say("plug it in (Ctrl-C ends the wait)")?;
        let quiet = Wait {
            messages: self.messages,
            prompted: self.prompted,
            seconds_left: 0,
        };
        quiet
            .on_thread(|tell| {
                tell(Progress::Asking);
                key::wait_for_another()
            })
            .await?
            .map_err(|error| explained(&error))
    }
}
