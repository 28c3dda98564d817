//! Terminals that send the code of one device at the same time, as the panes of tmux do when one
//! types into all of them. They take turns, so that whoever is refused knows from the ledger that
//! another terminal has just used a code. Which code that was is written nowhere.

use std::os::fd::OwnedFd;
use std::time::Duration;

use super::Codes;
use crate::mfa::totp::TIME_STEP_SECONDS;
use crate::mfa::{CodeOrigin, TokenCode};

/// How often to look whether it is our turn.
const PAUSE: Duration = Duration::from_millis(10);

/// Longer than a call usually takes: the user is told about a longer wait.
const SHORT: Duration = Duration::from_secs(1);

/// Longer than a call may take with the default time-out. A stopped process keeps its turn for ever.
const LONGEST: Duration = Duration::from_secs(20);

/// Ends when it is dropped, even if the process is killed.
pub struct Turn {
    _lock: OwnedFd,
}

impl Codes<'_> {
    /// Waits until no other terminal of this user sends a code of the device. Computed codes need no
    /// turn: each has claimed its time step. A ledger that cannot be kept gives no turns.
    pub async fn turn(&self, serial: &str, code: &TokenCode) -> Option<Turn> {
        if matches!(code.origin, CodeOrigin::Computed { .. }) {
            return None;
        }
        let wait = async {
            if let Ok(turn) = tokio::time::timeout(SHORT, self.next_turn(serial)).await {
                return turn;
            }
            self.messages
                .note("another terminal is logging in with this MFA device: waiting for it");
            self.next_turn(serial).await
        };
        tokio::time::timeout(LONGEST, wait).await.ok().flatten()
    }

    async fn next_turn(&self, serial: &str) -> Option<Turn> {
        loop {
            if let Some(lock) = self.kept(self.ledger.lock_device(serial))? {
                return Some(Turn { _lock: lock });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// When a terminal of this user last used a code of the device, if that can have been the code
    /// that AWS has just refused: AWS accepts a code until the end of the next time step.
    pub(super) fn last_use(&self, serial: &str) -> Option<u64> {
        let last = self.kept(self.ledger.last_use(serial))??;
        let now = self.now();
        let around = now.saturating_sub(2 * TIME_STEP_SECONDS)..=now + TIME_STEP_SECONDS;
        around.contains(&last).then_some(last)
    }
}
