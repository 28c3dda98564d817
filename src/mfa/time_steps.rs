//! The time steps of RFC 6238: which one is free, and the wait for the next.
//!
//! AWS accepts one code per time step and device. The ledger says which time steps other terminals
//! have used; those that this login has tried are kept here.

use std::mem;
use std::os::fd::OwnedFd;
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::ledger::{Claim, Ledger, TimeStep};
use super::totp::{TIME_STEP_SECONDS, seconds_left};
use super::{CodeOrigin, CodeRequest, TokenCode};
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
pub struct TimeSteps<'a> {
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
    clock_was_wrong: bool,
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
            clock_was_wrong: false,
        }
    }

    /// Claims the current time step of `period` seconds or, if its code has been used, waits for the
    /// next one that is free.
    pub async fn claim_free(&mut self, period: u64) -> Result<ClaimedStep<'_, 'a>> {
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
        Ok(ClaimedStep {
            steps: self,
            time_step,
        })
    }

    /// awsmfa computes no code for another day, whatever time an answer claims.
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

    /// Claims the time step if it is free. If the ledger cannot be kept, every time step is.
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

    /// `code` was not sent, or AWS did not look at it: the next login may use it.
    pub fn not_used(&mut self, code: &TokenCode) {
        if code.is_computed() {
            self.release();
        }
    }

    /// The claimed time step is free again.
    pub fn release(&mut self) {
        if let Some(claim) = self.claim.take() {
            self.or_tell(self.ledger.release(&claim));
        }
    }

    /// AWS has refused the code of `time_step`. Whether its answer shows that the code was computed
    /// for a wrong time: then the time step is free again. Says so once.
    pub fn refused(&mut self, time_step: u64) -> bool {
        self.spent.push((time_step, REFUSED));
        let moved = self.request.context.clock.has_moved_since(self.offset);
        if self.clock_was_wrong || !moved || self.now() / self.period == time_step {
            return false;
        }
        self.clock_was_wrong = true;
        self.release();
        true
    }

    /// AWS has accepted `code`: other terminals need not try this time step. A computed code has
    /// claimed its own.
    pub fn accepted(&self, code: &TokenCode) {
        if !code.is_computed() {
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

    /// When a terminal of this user last used a code of the device, in seconds since the Unix epoch.
    /// `None` if that was too long ago to be the code that AWS has just refused: AWS accepts a code
    /// until the end of the next time step.
    pub fn recent_use(&self) -> Option<u64> {
        let last = self.or_tell(self.ledger.last_use(self.request.serial))??;
        let now = self.now();
        let around = now.saturating_sub(2 * TIME_STEP_SECONDS)..=now + TIME_STEP_SECONDS;
        around.contains(&last).then_some(last)
    }

    /// Waits until no other terminal of this user is sending a typed code of the device. If a person
    /// types the same code into several tmux panes at once, one is accepted, and the ledger tells the
    /// others why theirs were refused. A computed code needs no turn, because its time step is
    /// claimed. The turn ends when the descriptor is closed.
    pub async fn turn(&self, code: &TokenCode) -> Option<OwnedFd> {
        if code.is_computed() {
            return None;
        }
        let messages = self.request.context.messages;
        for attempt in 0..ATTEMPTS {
            if let Some(turn) = self.or_tell(self.ledger.lock_sending(self.request.serial))? {
                return Some(turn);
            }
            if attempt == ATTEMPTS_IN_SILENCE {
                messages
                    .note("another terminal is logging in with this MFA device: waiting for it");
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

/// A claimed time step whose code has not been computed yet. Dropping it, for example because the
/// user interrupts the wait for a touch, makes the time step free again.
pub struct ClaimedStep<'a, 'b> {
    steps: &'a mut TimeSteps<'b>,
    pub time_step: u64,
}

impl ClaimedStep<'_, '_> {
    /// The code has been computed and may be sent.
    pub fn used(self) {
        mem::forget(self);
    }
}

impl Drop for ClaimedStep<'_, '_> {
    fn drop(&mut self) {
        self.steps.release();
    }
}
