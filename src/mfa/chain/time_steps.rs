//! The time steps of RFC 6238: which one's code is due, whether it was used, and the wait for the
//! next.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow};

use super::Codes;
use crate::duration::in_words;
use crate::message::OrHint as _;
use crate::mfa::ledger::{Taken, TimeStep};
use crate::mfa::totp::{TIME_STEP_SECONDS, Totp};
use crate::mfa::{CodeOrigin, TokenCode, yubikey};
use crate::terminal::Terminal;

/// What computes the codes of time steps.
pub(super) enum Computer {
    /// The secret of the source `file`.
    Secret(Totp),
    /// An account on a YubiKey.
    Account(yubikey::Account),
}

impl Computer {
    /// Seconds of a time step.
    pub(super) fn period(&self) -> u64 {
        match self {
            Self::Secret(totp) => totp.period(),
            Self::Account(account) => account.period(),
        }
    }
}

// With the seconds, these fit into 60 columns.
pub(super) const REFUSED: &str = "AWS refused the code (used already?)";
const USED: &str = "this code was just used here or elsewhere";

impl Codes<'_> {
    /// Until `code` is out of date; nothing for one that was not computed here.
    pub fn time_left(&self, code: &TokenCode) -> Option<Duration> {
        let CodeOrigin::Computed { time_step } = code.origin else {
            return None;
        };
        let end = (time_step + 1).saturating_mul(self.computer.as_ref()?.period());
        let now = self.clock.aws().duration_since(UNIX_EPOCH).ok()?;
        Some(Duration::from_secs(end).saturating_sub(now))
    }

    /// The code of the first time step that nobody has used and AWS has not refused: the current
    /// one, or a later one, waited for.
    pub(super) async fn computed(&self, serial: &str, refused: Option<u64>) -> Result<TokenCode> {
        let computer = self
            .computer
            .as_ref()
            .context("no MFA code was computed before")?;
        let period = computer.period();
        loop {
            self.check_clock()?;
            let now = self.now();
            // T of RFC 6238, section 4.2.
            let time_step = now / period;
            if refused == Some(time_step) || self.refused.contains(&time_step) {
                self.wait(REFUSED, period - now % period).await?;
            } else if !self.claim(serial, TimeStep::at(now, period)) {
                self.wait(USED, period - now % period).await?;
            } else if let Some(code) = self.claimed(computer, time_step).await? {
                return Ok(code);
            }
        }
    }

    /// No code of another day leaves this computer, whatever time an answer claims.
    fn check_clock(&self) -> Result<()> {
        match self.clock.difference() {
            Some(difference) if self.clock.is_too_far_for_codes() => Err(anyhow!(
                "{difference}: awsmfa computes no MFA code for another day"
            ))
            .or_hint(|| {
                "compare this computer's clock (`date`) and set it, or type the code: --source prompt"
                    .to_owned()
            }),
            _ => Ok(()),
        }
    }

    /// The code of the claimed time step. Where none comes (no touch, a key that was pulled, keys
    /// that AWS refuses meanwhile), nothing was used.
    async fn claimed(&self, computer: &Computer, time_step: u64) -> Result<Option<TokenCode>> {
        let mut pending = Pending(Some(self));
        let code = self.compute(computer, time_step).await?;
        if code.is_some() {
            pending.0 = None;
        }
        Ok(code)
    }

    /// Nothing where the time step was over before the code was there.
    async fn compute(&self, computer: &Computer, time_step: u64) -> Result<Option<TokenCode>> {
        match computer {
            Computer::Secret(totp) => totp.code(time_step).map(Some),
            Computer::Account(account) => self.yubikeys().code(account, time_step).await,
        }
    }

    /// A countdown on the terminal; without one, a note.
    pub(super) async fn wait(&self, why: &str, seconds: u64) -> Result<()> {
        let text = format!("{why}; next one in");
        if let Ok(terminal) = Terminal::open() {
            let held = self.messages.hold();
            terminal.count_down(&text, seconds).await?;
            held.release();
            return Ok(());
        }
        self.messages.note(&format!("{text} {}", in_words(seconds)));
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok(())
    }

    /// Whether the time step is ours. A ledger that cannot be kept says nothing against it.
    fn claim(&self, serial: &str, step: TimeStep) -> bool {
        self.offset.set(self.clock.offset_seconds());
        if !self.claims {
            return self.kept(self.ledger.is_free(serial, step)).unwrap_or(true);
        }
        let claim = self.ledger.claim(serial, step, self.clock.is_known());
        let claim = self.kept(claim);
        let refused = matches!(claim, Some(None));
        self.claim.replace(claim.flatten());
        !refused
    }

    /// The claimed time step is nobody's again. Where that cannot be noted, the next login waits a
    /// little.
    pub(super) fn release(&self) {
        if let Some(claim) = self.claim.take() {
            self.kept(self.ledger.release(&claim));
        }
    }

    /// AWS has accepted a code at this time.
    pub(super) fn note(&self, serial: &str) {
        let step = TimeStep::at(self.now(), self.period());
        self.kept(self.ledger.note(serial, step, self.clock.is_known()));
    }

    /// What the ledger says; nothing where it cannot be kept, which is said once.
    pub(super) fn kept<T>(&self, outcome: Result<T>) -> Option<T> {
        let tell = |error: &anyhow::Error| {
            let text = format!("could not keep the ledger of used time steps: {error:#}");
            if self.told_of_ledger.replace(true) {
                return;
            }
            if error.is::<Taken>() {
                self.messages
                    .note(&format!("{text}; terminals may send the same code"));
                self.messages
                    .note("hint: set XDG_RUNTIME_DIR to a directory of your own");
            } else {
                self.messages.detail(&text);
            }
        };
        outcome.inspect_err(tell).ok()
    }

    /// Whether the code of `time_step` was computed for another time than AWS's, as its answer has
    /// told since.
    pub(super) fn was_of_a_wrong_time(&self, time_step: u64) -> bool {
        self.clock.has_moved_since(self.offset.get()) && self.now() / self.period() != time_step
    }

    /// Seconds of a time step.
    fn period(&self) -> u64 {
        self.computer
            .as_ref()
            .map_or(TIME_STEP_SECONDS, Computer::period)
    }

    /// AWS's time, in seconds since the Unix epoch.
    pub(super) fn now(&self) -> u64 {
        self.clock
            .aws()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs())
    }

    /// Seconds until the next time step, 1 to 30.
    pub(super) fn seconds_left(&self) -> u64 {
        TIME_STEP_SECONDS - self.now() % TIME_STEP_SECONDS
    }
}

/// A claim whose code is not there yet: taken back when this is dropped, also where the wait for
/// the code is broken off.
struct Pending<'a, 'b>(Option<&'a Codes<'b>>);

impl Drop for Pending<'_, '_> {
    fn drop(&mut self) {
        if let Some(codes) = self.0 {
            codes.release();
        }
    }
}
