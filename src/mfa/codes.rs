//! The codes of one login: the first, and the next if AWS refuses one or its answer is lost.

use anyhow::{Error, Result, anyhow, ensure};

use super::sources::Sources;
use super::time_steps::{REFUSED, TimeSteps};
use super::totp::next_code_in;
use super::{CodeOrigin, CodeRequest, MAY_BE_SPENT, TokenCode, prompt};
use crate::message::OrHint;
use crate::terminal::{ATTEMPTS, Terminal};

/// The ledger says that a code was used, but not which one.
const JUST_USED: &str = "most likely it was just used, here or in another terminal";

const WRONG_OR_USED: &str = "wrong, or already used in this window (another terminal?)";

/// The codes of one login.
pub struct Codes<'a> {
    request: CodeRequest<'a>,
    sources: Sources<'a>,
    pub steps: TimeSteps<'a>,
    given: Option<TokenCode>,
    /// How many codes AWS has refused.
    refusals: usize,
    /// The use of a code by another terminal that has explained a refusal.
    explained_by: Option<u64>,
    /// A typed code that may be spent: it is not sent again.
    lost: Option<TokenCode>,
}

impl<'a> Codes<'a> {
    /// `given` is the code of the command line or the environment, which wins over all sources.
    pub fn new(request: CodeRequest<'a>, given: Option<TokenCode>) -> Self {
        Self {
            request,
            sources: Sources::new(request),
            steps: TimeSteps::new(request),
            given,
            refusals: 0,
            explained_by: None,
            lost: None,
        }
    }

    /// The given code, or that of the first source that has one.
    pub async fn first(&mut self) -> Result<TokenCode> {
        if let Some(code) = self.given.take() {
            let messages = self.request.context.messages;
            messages.detail("the MFA code was given: no source was asked");
            return Ok(code);
        }
        self.sources.first(&mut self.steps).await
    }

    /// Two codes that follow each other. For computed ones nobody waits: they are those of the previous
    /// and the current time step.
    pub async fn pair(&mut self) -> Result<[TokenCode; 2]> {
        let code = self.first().await?;
        let next = match code.origin {
            CodeOrigin::Computed { time_step } => {
                let before = self.sources.of_step(time_step - 1).await?;
                return Ok([before, code]);
            }
            CodeOrigin::Given | CodeOrigin::Typed => {
                let terminal = prompt::open()?;
                terminal.say("now the code that the device shows next")?;
                prompt::ask(&self.request, &terminal, Some(&code)).await?
            }
            CodeOrigin::Process => {
                self.steps.wait_for_next("a second code is needed").await?;
                self.printed_after(&code).await?
            }
        };
        Ok([code, next])
    }

    /// The code after one that AWS has refused, or why there is none. A person is asked again, for
    /// three codes at most. A computed or printed code is followed by that of the next time step,
    /// once; if it was computed for a wrong time, that does not count. A given code is followed by
    /// none, unless another terminal was faster with it.
    pub async fn next(&mut self, refused: &TokenCode) -> Result<TokenCode> {
        if let CodeOrigin::Computed { time_step } = refused.origin
            && self.steps.refused(time_step)
        {
            return self.sources.computed(&mut self.steps).await;
        }
        let why = self.why_refused(refused.origin);
        match refused.origin {
            CodeOrigin::Given if why != JUST_USED || Terminal::open().is_err() => {
                let next = next_code_in(self.request.context.clock);
                Err(anyhow!("AWS refused the MFA code: {why}"))
                    .or_hint(|| format!("the next code comes in {next}"))
            }
            CodeOrigin::Typed if self.refusals >= ATTEMPTS => {
                Err(anyhow!("AWS refused {ATTEMPTS} MFA codes in a row"))
                    .or_hint(|| self.what_may_be_wrong())
            }
            CodeOrigin::Given | CodeOrigin::Typed => self.ask_again(why).await,
            CodeOrigin::Computed { .. } | CodeOrigin::Process if self.refusals > 1 => {
                Err(anyhow!("AWS refused two MFA codes of different time steps"))
                    .or_hint(|| self.what_may_be_wrong())
            }
            CodeOrigin::Computed { .. } => self.sources.computed(&mut self.steps).await,
            CodeOrigin::Process => {
                self.steps.wait_for_next(REFUSED).await?;
                self.printed_after(refused).await
            }
        }
    }

    /// Counts the refusal, unless a use of a code by another terminal explains it. Each use explains
    /// one refusal. (No terminal of this user has used a computed code: its time step was claimed.)
    fn why_refused(&mut self, origin: CodeOrigin) -> &'static str {
        let used = match origin {
            CodeOrigin::Computed { .. } => None,
            _ => self.steps.recent_use(),
        };
        if used.is_some() && used != self.explained_by {
            self.explained_by = used;
            return JUST_USED;
        }
        self.refusals += 1;
        WRONG_OR_USED
    }

    /// The code after AWS has refused a request without looking at `code`, because the clock was
    /// wrong: the same one, or that of the right time step.
    pub async fn again(&mut self, code: TokenCode) -> Result<TokenCode> {
        if !code.is_computed() {
            return Ok(code);
        }
        self.steps.release();
        self.sources.computed(&mut self.steps).await
    }

    /// The code after the answer to a request with `lost` was lost, so that `lost` may be spent: that
    /// of the next time step. A person who typed `lost` is asked for it. `why` is the failure.
    pub async fn after_loss(&mut self, lost: TokenCode, why: &Error) -> Result<TokenCode> {
        let request = self.request;
        // Without "could not log in", because the login goes on.
        let cause = why.root_cause();
        if lost.is_typed() {
            let terminal = prompt::open()?;
            terminal.say(&format!("{cause}; {}", prompt::type_the_next(&request)))?;
            self.lost = Some(lost);
            return prompt::ask(&request, &terminal, self.lost.as_ref()).await;
        }
        request
            .context
            .messages
            .note(&format!("{cause}; {MAY_BE_SPENT}, so the next one is used"));
        if let CodeOrigin::Computed { time_step } = lost.origin {
            self.steps.spent.push((time_step, MAY_BE_SPENT));
            return self.sources.computed(&mut self.steps).await;
        }
        self.steps.wait_for_next(MAY_BE_SPENT).await?;
        self.printed_after(&lost).await
    }

    async fn ask_again(&self, why: &str) -> Result<TokenCode> {
        let request = &self.request;
        let terminal = prompt::open()?;
        let next = next_code_in(request.context.clock);
        terminal.say(&format!("AWS refused the code: {why}; next code in {next}"))?;
        prompt::ask(request, &terminal, self.lost.as_ref()).await
    }

    /// The code that the user's command prints, if it is not the one that was sent.
    async fn printed_after(&self, sent: &TokenCode) -> Result<TokenCode> {
        let code = self.sources.printed().await?;
        ensure!(
            code.expose() != sent.expose(),
            "mfa_process printed the MFA code that was already sent"
        );
        Ok(code)
    }

    /// A hint after several refusals: the device, the secret or a clock.
    fn what_may_be_wrong(&self) -> String {
        let request = &self.request;
        let clocks = request
            .context
            .clock
            .difference()
            .unwrap_or_else(|| "this computer's clock agrees with AWS's".to_owned());
        format!(
            "{} may belong to another device than {}; or AWS considers that device out of step \
             (awsmfa resync sends two codes of it); or a clock is wrong ({clocks})",
            self.sources.origin_of_code(),
            request.serial,
        )
    }
}
