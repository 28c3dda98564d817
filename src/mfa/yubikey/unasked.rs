//! A YubiKey that nobody configured: it may have the account, and a login without one must not notice
//! that it was looked for.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};

use super::explain::explained;
use super::scan::{Account, Scan, listed};
use super::search::Search;
use super::{Yubikey, wait};
use crate::duration::in_words;
use crate::message::Level;
use crate::terminal::Terminal;
use crate::ykoath::key::Patience;
use crate::ykoath::{Error, usb};

/// How long a service that is only just starting is waited for if a YubiKey is plugged in. systemd
/// starts pcscd within a second.
const STARTING: Duration = Duration::from_secs(10);

impl Yubikey<'_> {
    /// The account, if a key is there, needs no password and has one. Without a key that is plugged
    /// in, the service must answer at once. Says little: the reason why there is none is the
    /// caller's to tell.
    pub async fn account_at_once(&self, serial_number: &str) -> Result<Account> {
        let mut search = self.search(Patience::None, Some(self.wanted(serial_number)));
        let scan = self.scan_unasked(&mut search).await?;
        let scan = scan.map_err(|error| explained(&error))?;
        self.learn_user(&mut search, &scan).await;
        let candidates = search.candidates(&scan);
        if candidates.is_empty() {
            self.tell_near_misses(&search, &scan);
            return Err(search.why_none(&scan));
        }
        self.one_of(&candidates).await
    }

    async fn scan_unasked(&self, search: &mut Search) -> Result<Result<Scan, Error>> {
        if !usb::yubikey_is_plugged_in() {
            let search = search.clone();
            let scan = wait::at_once(move |tell| search.run(tell)).await?;
            return scan.context(
                "the PC/SC service, or another program that uses the YubiKey, did not answer at once",
            );
        }
        search.patience = Patience::Insertion;
        let search = search.clone();
        let wait = self.wait();
        let scan = wait.on_thread(move |tell| search.run(tell));
        tokio::time::timeout(STARTING, scan).await.map_err(|_| {
            let limit = in_words(STARTING.as_secs());
            anyhow!(
                "a YubiKey is plugged in, but the PC/SC service, or another program that uses the \
                 key, did not answer within {limit}"
            )
        })?
    }

    /// On a terminal, where a code will be asked for: accounts of AWS's on the key that were not
    /// taken, and how to take one.
    fn tell_near_misses(&self, search: &Search, scan: &Scan) {
        let Some(wanted) = &search.wanted else { return };
        let near = scan
            .accounts()
            .filter(|(_, account)| wanted.is_near_miss(&account.credential));
        let names: Vec<_> = near.map(|(_, account)| account.label()).collect();
        let said_anyway = self.messages.level() >= Level::Verbose;
        if names.is_empty() || said_anyway || Terminal::open().is_err() {
            return;
        }
        let which = match &names[..] {
            [one] => shell_escape::unix::escape(one.into()),
            _ => "NAME".into(),
        };
        self.messages.note(&format!(
            "the YubiKey has {}, but no account {wanted}; to use it: --yubikey-account {which}",
            listed(&names)
        ));
    }
}
