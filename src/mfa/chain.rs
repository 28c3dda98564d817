//! The codes of a login: which source gives the first, and what comes after a refusal.

mod order;
mod sources;
mod suspects;
mod time_steps;
mod turns;

use std::cell::{Cell, RefCell};

use anyhow::{Context, Error, Result, anyhow, bail};
use tokio::sync::Notify;

use super::ledger::{Claim, Ledger};
use super::totp::TIME_STEP_SECONDS;
use super::{CodeOrigin, TokenCode, process, prompt, yubikey};
use crate::clock::Clock;
use crate::duration::in_words;
use crate::environment::Environment;
use crate::message::{Messages, OrHint};
use crate::profile::MfaSettings;
use crate::terminal::{ATTEMPTS, Terminal};
pub use order::order;
use time_steps::{Computer, REFUSED};

/// The codes of one login: the first, and after a refusal the next.
pub struct Codes<'a> {
    settings: &'a MfaSettings,
    given: Option<TokenCode>,
    environment: &'a Environment,
    clock: &'a Clock,
    messages: &'a Messages,
    /// Notified when a person has to do something for a code.
    pub prompted: &'a Notify,
    /// Whose keys the login uses, for an account on a YubiKey.
    user_name: Option<yubikey::UserName<'a>>,
    ledger: Ledger,
    /// What computed the last code, and can compute the next.
    computer: Option<Computer>,
    /// Whether the codes are used here, and so are marked in the ledger.
    claims: bool,
    /// What stands in the ledger for the last computed code.
    claim: RefCell<Option<Claim>>,
    /// AWS's time minus this computer's, in seconds, as it was known when that code was computed.
    offset: Cell<i64>,
    /// The time steps whose codes AWS has refused.
    refused: Vec<u64>,
    /// Whether a code was of a wrong time, which was the clock's fault and not the code's.
    misled: bool,
    /// How many codes AWS has refused.
    refusals: usize,
    /// The use of a code by another terminal that explains a refusal, which then does not count.
    explained_by: Option<u64>,
    /// A typed code that may be spent: it is not sent again.
    lost: Option<TokenCode>,
    /// Whether it was said that the ledger cannot be kept.
    told_of_ledger: Cell<bool>,
}

impl<'a> Codes<'a> {
    /// `given` is `--token-code` or the positional code, which wins over all sources.
    pub fn new(
        settings: &'a MfaSettings,
        given: Option<TokenCode>,
        environment: &'a Environment,
        clock: &'a Clock,
        messages: &'a Messages,
        prompted: &'a Notify,
    ) -> Self {
        let ledger = Ledger::of(environment);
        Self {
            settings,
            given,
            environment,
            clock,
            messages,
            prompted,
            user_name: None,
            ledger,
            computer: None,
            claims: true,
            claim: RefCell::default(),
            offset: Cell::default(),
            refused: Vec::new(),
            misled: false,
            refusals: 0,
            explained_by: None,
            lost: None,
            told_of_ledger: Cell::default(),
        }
    }

    /// For a login: AWS knows the user's name.
    pub fn of_user(self, user_name: yubikey::UserName<'a>) -> Self {
        Self {
            user_name: Some(user_name),
            ..self
        }
    }

    /// For codes that are shown and not used here.
    pub fn for_show(self) -> Self {
        Self {
            claims: false,
            ..self
        }
    }

    /// AWS refused `code`: the next one, or the reason why there is none. Typed: asked again, three
    /// codes at most in all. Computed, or from a command: the next time step's, once; that of the
    /// right one at once, where the clock turns out to be wrong. Given: none, unless another terminal
    /// was faster with the same one, which counts as no refusal.
    pub async fn next(&mut self, serial: &str, refused: &TokenCode) -> Result<TokenCode> {
        if let CodeOrigin::Computed { time_step } = refused.origin {
            self.refused.push(time_step);
            if !self.misled && self.was_of_a_wrong_time(time_step) {
                self.misled = true;
                self.release();
                return self.computed(serial, None).await;
            }
        }
        let why = self.why_refused(serial, refused);
        match refused.origin {
            CodeOrigin::Given if why == USED && Terminal::open().is_ok() => {
                self.ask_again(serial, why).await
            }
            CodeOrigin::Given => Err(anyhow!("AWS refused the MFA code: {why}"))
                .or_hint(|| format!("the next code comes in {}", in_words(self.seconds_left()))),
            CodeOrigin::Typed if self.refusals < ATTEMPTS => self.ask_again(serial, why).await,
            CodeOrigin::Typed => Err(anyhow!("AWS refused {ATTEMPTS} MFA codes in a row"))
                .or_hint(|| self.what_to_check(serial)),
            CodeOrigin::Computed { time_step } if self.refusals == 1 => {
                self.computed(serial, Some(time_step)).await
            }
            CodeOrigin::Process if self.refusals <= 1 => {
                self.wait(REFUSED, self.seconds_left()).await?;
                self.run_again(refused).await
            }
            CodeOrigin::Computed { .. } | CodeOrigin::Process => {
                Err(anyhow!("AWS refused two MFA codes of different time steps"))
                    .or_hint(|| self.what_may_be_wrong(serial, refused.origin))
            }
        }
    }

    /// Counts the refusal, unless another terminal's use of a code explains it: each use explains
    /// one. (A computed code was claimed, so no terminal of this user has used it.)
    fn why_refused(&mut self, serial: &str, refused: &TokenCode) -> &'static str {
        let last_use = match refused.origin {
            CodeOrigin::Computed { .. } => None,
            _ => self.last_use(serial),
        };
        if last_use.is_some() && last_use != self.explained_by {
            self.explained_by = last_use;
            return USED;
        }
        self.refusals += 1;
        WRONG_OR_USED
    }

    /// AWS refused the request before it looked at `code`, and its time is known now: the same
    /// code, or the one of the right time step.
    pub async fn again(&mut self, serial: &str, code: TokenCode) -> Result<TokenCode> {
        match code.origin {
            CodeOrigin::Computed { .. } => {
                self.release();
                self.computed(serial, None).await
            }
            CodeOrigin::Given | CodeOrigin::Typed | CodeOrigin::Process => Ok(code),
        }
    }

    /// No answer came to the request with `lost`, which may be spent, as `why` says: the next time
    /// step's code, which a person is asked for if one typed this one. Nothing if nobody can be asked.
    pub async fn after_loss(
        &mut self,
        serial: &str,
        lost: TokenCode,
        why: &Error,
    ) -> Result<Option<TokenCode>> {
        let (time_step, period) = match (lost.origin, &self.computer) {
            (CodeOrigin::Computed { time_step }, Some(computer)) => (time_step, computer.period()),
            (CodeOrigin::Process, _) => (self.now() / TIME_STEP_SECONDS, TIME_STEP_SECONDS),
            _ => return self.ask_after_loss(serial, lost, why).await,
        };
        // The login goes on: only what it begins with in a failure is left out.
        let why = why.root_cause();
        self.messages.note(&format!(
            "{why}; the MFA code may be spent, so the next one is used"
        ));
        let now = self.now();
        if now / period == time_step {
            self.wait(MAY_BE_SPENT, period - now % period).await?;
        }
        match lost.origin {
            CodeOrigin::Process => self.run_again(&lost).await,
            _ => self.computed(serial, Some(time_step)).await,
        }
        .map(Some)
    }

    /// `code` never left this computer, or nobody looked at it: the next login may use it.
    pub fn not_used(&self, code: &TokenCode) {
        if let CodeOrigin::Computed { .. } = code.origin {
            self.release();
        }
    }

    /// AWS accepted `code`: terminals that compute theirs need not try this time step.
    pub fn accepted(&self, serial: &str, code: &TokenCode) {
        let noted = self.claim.borrow().as_ref().is_some_and(Claim::is_noted);
        if !noted || !matches!(code.origin, CodeOrigin::Computed { .. }) {
            self.note(serial);
        }
    }

    async fn ask_again(&self, serial: &str, why: &str) -> Result<TokenCode> {
        let terminal = prompt::open()?;
        let left = in_words(self.seconds_left());
        terminal.say(&format!("AWS refused it: {why}; next code in {left}"))?;
        self.ask(&terminal, serial).await
    }

    async fn ask_after_loss(
        &mut self,
        serial: &str,
        lost: TokenCode,
        why: &Error,
    ) -> Result<Option<TokenCode>> {
        let Ok(terminal) = prompt::open() else {
            return Ok(None);
        };
        let why = why.root_cause();
        terminal.say(&format!("{why}; {}", self.wait_for_next()))?;
        self.lost = Some(lost);
        self.ask(&terminal, serial).await.map(Some)
    }

    fn is_lost(&self, code: &TokenCode) -> bool {
        let lost = self.lost.as_ref();
        lost.is_some_and(|lost| lost.expose() == code.expose())
    }

    fn wait_for_next(&self) -> String {
        let left = in_words(self.seconds_left());
        format!("{MAY_BE_SPENT}: type the next one, which comes in {left}")
    }

    /// Another code than the one that was sent already.
    async fn run_again(&self, sent: &TokenCode) -> Result<TokenCode> {
        let command = self
            .settings
            .process
            .as_ref()
            .context("no mfa_process is configured")?;
        let code = process::run(&command.value, self.messages, self.prompted).await?;
        if code.expose() == sent.expose() {
            bail!("mfa_process printed the MFA code again that was sent already");
        }
        Ok(code)
    }
}

const MAY_BE_SPENT: &str = "the MFA code may be spent";

/// What the ledger says is that a code was used, not which.
const USED: &str = "most likely it was just used, here or in another terminal";

const WRONG_OR_USED: &str = "wrong, or already used in this window (another terminal?)";
