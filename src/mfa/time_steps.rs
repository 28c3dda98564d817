//! The time steps of RFC 6238: which one's code is free to be sent, and the wait for the next.
//!
//! AWS accepts one code per time step and device. What this login has learned of its own codes is
//! kept here; what other terminals have used stands in the ledger.

use std::mem;
use std::os::fd::OwnedFd;
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::ledger::{Claim, Ledger, TimeStep};
use super::totp::TIME_STEP_SECONDS;
use super::{CodeOrigin, CodeRequest, TokenCode};
use crate::clock::Clock;
use crate::duration::in_words;
use crate::message::hinted;
use crate::terminal::Terminal;

// With the seconds, these fit into 60 columns.
pub(super) const REFUSED: &str = "AWS refused the code (used already?)";
const USED: &str = "this code was just used here or elsewhere";

/// How often to look whether another terminal has finished its call.
const PAUSE: Duration = Duration::from_millis(10);

/// For one second, longer than a call usually takes.
const ATTEMPTS_IN_SILENCE: u32 = 100;

/// For 20 seconds, longer than a call may take with the default time-out. A stopped process keeps
/// its lock for ever.
const ATTEMPTS: u32 = 2_000;

/// The time steps of one device.
pub(super) struct TimeSteps<'a> {
    request: CodeRequest<'a>,
    ledger: Ledger,
    /// Seconds of a time step.
    period: u64,
    /// What stands in the ledger for the last computed code.
    claim: Option<Claim>,
    /// AWS's time minus this computer's, in seconds, as it was known when that code was computed.
    offset: i64,
    /// Time steps whose codes this login does not send again, and why.
    pub spent: Vec<(u64, &'static str)>,
}

impl<'a> TimeSteps<'a> {
    pub fn new(request: CodeRequest<'a>) -> Self {
        Self {
            request,
            ledger: Ledger::of(request.context.environment),
            period: TIME_STEP_SECONDS,
            claim: None,
            offset: 0,
            spent: Vec::new(),
        }
    }

    /// Claims the first time step of `period` seconds whose code nobody has used: the current one,
    /// or a later one, waited for.
    pub async fn claim_free(&mut self, period: u64) -> Result<Unused<'_, 'a>> {
        self.period = period;
        let time_step = loop {
            self.check_clock()?;
            let now = self.now();
            // T of RFC 6238, section 4.2.
            let time_step = now / period;
            let spent = self.spent.iter().find(|(spent, _)| *spent == time_step);
            let why = match spent.map(|(_, why)| *why) {
                Some(why) => why,
                None if self.claim(TimeStep::at(now, period)) => break time_step,
                None => USED,
            };
            self.wait(why, period - now % period).await?;
        };
        Ok(Unused {
            steps: self,
            time_step,
        })
    }

    /// No code of another day leaves this computer, whatever time an answer claims.
    fn check_clock(&self) -> Result<()> {
        let clock = self.request.context.clock;
        let difference = clock.difference();
        match difference.filter(|_| clock.is_too_far_for_codes()) {
            None => Ok(()),
            Some(difference) => Err(hinted(
                anyhow!("{difference}: awsmfa computes no MFA code for another day"),
                "compare this computer's clock (`date`) and set it, or type the code: --source prompt",
            )),
        }
    }

    /// Whether the time step is free, and ours from now on. If the ledger cannot be kept, every
    /// time step is.
    fn claim(&mut self, step: TimeStep) -> bool {
        let (serial, clock) = (self.request.serial, self.request.context.clock);
        self.offset = clock.offset_seconds();
        if self.request.shown_only {
            let last = self.or_tell(self.ledger.last_use(serial)).flatten();
            return last.is_none_or(|last| !step.is_spent_by(last));
        }
        let claim = self.ledger.claim(serial, step);
        match self.or_tell(claim) {
            Some(None) => false,
            claim => {
                self.claim = claim.flatten();
                true
            }
        }
    }

    /// The claimed time step is free again: its code was not sent, or AWS did not look at it.
    pub fn release(&mut self) {
        if let Some(claim) = self.claim.take() {
            self.or_tell(self.ledger.release(&claim));
        }
    }

    /// AWS has refused the code of `time_step`. If it was computed for another time than AWS's, as its
    /// answer has told since, the time step is free again.
    pub fn refused(&mut self, time_step: u64) {
        self.spent.push((time_step, REFUSED));
        let moved = self.request.context.clock.has_moved_since(self.offset);
        if moved && self.now() / self.period != time_step {
            self.release();
        }
    }

    /// AWS has accepted `code`: other terminals need not try this time step. A computed code has
    /// claimed its own.
    pub fn accepted(&self, code: &TokenCode) {
        if !matches!(code.origin, CodeOrigin::Computed { .. }) {
            let step = TimeStep::at(self.now(), TIME_STEP_SECONDS);
            self.or_tell(self.ledger.claim(self.request.serial, step));
        }
    }

    /// How long `code` is valid; `None` if it was not computed here.
    pub fn time_left(&self, code: &TokenCode) -> Option<Duration> {
        let CodeOrigin::Computed { time_step } = code.origin else {
            return None;
        };
        let end = (time_step + 1).saturating_mul(self.period);
        let now = self.request.context.clock.aws_since_epoch();
        Some(Duration::from_secs(end).saturating_sub(now))
    }

    /// When a terminal of this user last used a code of the device, in seconds since the Unix epoch,
    /// if AWS can have refused the current code for that: a code is valid until the end of the next
    /// time step.
    pub fn recent_use(&self) -> Option<u64> {
        let last = self.or_tell(self.ledger.last_use(self.request.serial))??;
        let now = self.now();
        let around = now.saturating_sub(2 * TIME_STEP_SECONDS)..=now + TIME_STEP_SECONDS;
        around.contains(&last).then_some(last)
    }

    /// Waits until no other terminal of this user sends a code that was typed, as the panes of tmux
    /// do if one types into all of them. Then whoever is refused knows from the ledger that another
    /// terminal has just used a code. The turn ends when the descriptor is closed.
    pub async fn turn(&self) -> Option<OwnedFd> {
        let messages = self.request.context.messages;
        for attempt in 0..ATTEMPTS {
            if let Some(turn) = self.or_tell(self.ledger.lock_sending())? {
                return Some(turn);
            }
            if attempt == ATTEMPTS_IN_SILENCE {
                messages.note("another terminal is logging in: waiting for it");
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }

    /// Waits for the next 30-second time step.
    pub async fn wait_for_next(&self, why: &str) -> Result<()> {
        self.wait(why, seconds_left(self.request.context.clock))
            .await
    }

    /// A countdown on the terminal; without one, a note.
    async fn wait(&self, why: &str, seconds: u64) -> Result<()> {
        let messages = self.request.context.messages;
        let text = format!("{why}; next one in");
        if let Ok(terminal) = Terminal::open() {
            let held = messages.hold();
            terminal.count_down(&text, seconds).await?;
            held.release();
            return Ok(());
        }
        messages.note(&format!("{text} {}", in_words(seconds)));
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok(())
    }

    /// A ledger that cannot be kept stops no login: terminals may send the same code.
    fn or_tell<T>(&self, outcome: Result<T>) -> Option<T> {
        let messages = self.request.context.messages;
        let text = "could not keep the ledger of used time steps";
        outcome
            .inspect_err(|error| messages.detail(&format!("{text}: {error:#}")))
            .ok()
    }

    /// AWS's time, in seconds since the Unix epoch.
    fn now(&self) -> u64 {
        self.request.context.clock.aws_since_epoch().as_secs()
    }
}

/// A claimed time step whose code is not there yet. When this is dropped the time step is free again,
/// also if the wait for a touch is interrupted.
pub(super) struct Unused<'a, 'b> {
    steps: &'a mut TimeSteps<'b>,
    pub time_step: u64,
}

impl Unused<'_, '_> {
    /// The code is there and may be sent.
    pub fn used(self) {
        mem::forget(self);
    }
}

impl Drop for Unused<'_, '_> {
    fn drop(&mut self) {
        self.steps.release();
    }
}

/// Seconds until the next code of the device, 1 to 30.
fn seconds_left(clock: &Clock) -> u64 {
    TIME_STEP_SECONDS - clock.aws_since_epoch().as_secs() % TIME_STEP_SECONDS
}

/// In words, for a person who types the codes.
pub(super) fn next_code_in(clock: &Clock) -> String {
    in_words(seconds_left(clock))
}
