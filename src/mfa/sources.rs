//! The sources of codes: which one gives the first code, why others were skipped, and what computes
//! the next code.

use anyhow::{Context as _, Error, Result, anyhow};

use super::time_steps::TimeSteps;
use super::totp::Totp;
use super::yubikey;
use super::{
    Because, CodeRequest, Skipped, TokenCode, order, origin_of_code, process, prompt, secret_file,
};
use crate::cli::Source;
use crate::message::{Messages, hint_of, hinted};
use crate::terminal::Interrupted;

/// The sources, for the codes of one login.
pub(super) struct Sources<'a> {
    request: CodeRequest<'a>,
    /// The source that gave the last code.
    source: Source,
    /// What computed the last code, and can compute the next.
    generator: Option<Generator>,
}

/// What computes the codes of time steps.
enum Generator {
    /// The secret of the source `file` or `secret_process`.
    Secret(Totp),
    /// An account on a YubiKey.
    Account(yubikey::Account),
}

impl<'a> Sources<'a> {
    pub fn new(request: CodeRequest<'a>) -> Self {
        Self {
            request,
            source: Source::Prompt,
            generator: None,
        }
    }

    /// The code of the first source in the order that gives one.
    pub async fn first(&mut self, steps: &mut TimeSteps<'_>) -> Result<TokenCode> {
        let messages = self.request.context.messages;
        let order = order(self.request.settings);
        let mut reasons = Vec::new();
        for (index, source) in order.iter().copied().enumerate() {
            let (because, error) = match self.try_source(source, steps).await {
                Ok(code) => {
                    let origin = self.origin_of_code();
                    messages.detail(&format!("the source {source} gave the MFA code: {origin}"));
                    return Ok(code);
                }
                Err(skipped) => skipped,
            };
            let is_unusable = because == Because::Unusable;
            if error.is::<Interrupted>() || is_unusable && self.is_last(&order[index + 1..]) {
                return Err(error);
            }
            self.tell_skipped(source, is_unusable, &error);
            reasons.push((source, because, error));
            self.generator = None;
        }
        Err(no_source(&reasons))
    }

    /// Whether the failure of a source ends the login, if the sources in `rest` come after it. A
    /// clock that is too wrong for a code has to be set before anything else is tried.
    fn is_last(&self, rest: &[Source]) -> bool {
        if let Some(list) = &self.request.settings.sources {
            return list.value.len() == 1;
        }
        let stops = self.generator.is_some() && self.request.context.clock.is_too_far_for_codes();
        stops || rest.is_empty() || rest == [Source::Prompt] && self.asks_nobody()
    }

    /// Whether nobody will be asked, so that a failed source is reported only at the end: there is no
    /// terminal, or the code is only shown, and nobody types a code to be shown it.
    fn asks_nobody(&self) -> bool {
        self.request.settings.sources.is_none()
            && (self.request.shown_only || prompt::open().is_err())
    }

    /// Without a list, a person is asked next and should know why, even with `--quiet`.
    fn tell_skipped(&self, source: Source, is_unusable: bool, error: &Error) {
        let messages = self.request.context.messages;
        let hint = hint_of(error);
        if !is_unusable || self.asks_nobody() {
            let hint = hint.map_or(String::new(), |hint| format!(" ({hint})"));
            messages.detail(&format!("skipped the source {source}: {error:#}{hint}"));
            return;
        }
        let say = match self.request.settings.sources {
            Some(_) => Messages::note,
            None => Messages::failure,
        };
        let text = format!("could not use the source {source}: {error:#}");
        say(messages, &text);
        if let Some(hint) = hint {
            say(messages, &format!("hint: {hint}"));
        }
    }

    async fn try_source(
        &mut self,
        source: Source,
        steps: &mut TimeSteps<'_>,
    ) -> Result<TokenCode, Skipped> {
        self.source = source;
        let code = match source {
            Source::Prompt => {
                // Without a terminal, as in a cron job, the next source of a list is tried quietly.
                let terminal = prompt::open().map_err(|error| (Because::Absent, error))?;
                prompt::ask(&self.request, &terminal, None).await
            }
            Source::File => {
                self.generator = Some(Generator::Secret(secret_file::secret(&self.request)?));
                self.computed(steps).await
            }
            Source::Yubikey => {
                self.generator = Some(Generator::Account(self.account().await?));
                self.computed(steps).await
            }
            Source::SecretProcess => {
                self.generator = Some(Generator::Secret(self.printed_secret().await?));
                self.computed(steps).await
            }
            Source::Process if self.request.settings.process.is_none() => {
                return Err((Because::Absent, anyhow!("no mfa_process is configured")));
            }
            Source::Process => self.printed().await,
        };
        code.map_err(unusable)
    }

    /// The code that the user's command prints.
    pub async fn printed(&self) -> Result<TokenCode> {
        let command = self.request.settings.process.as_ref();
        let command = command.context("no mfa_process is configured")?;
        process::code(command, &self.request).await
    }

    /// The secret that the user's command prints.
    async fn printed_secret(&self) -> Result<Totp, Skipped> {
        let command = self.request.settings.secret_process.as_ref();
        let absent = || {
            (
                Because::Absent,
                anyhow!("no mfa_secret_process is configured"),
            )
        };
        let secret = process::secret(command.ok_or_else(absent)?, &self.request);
        secret.await.map_err(unusable)
    }

    /// The code of the first free time step.
    pub async fn computed(&self, steps: &mut TimeSteps<'_>) -> Result<TokenCode> {
        let generator = self.generator.as_ref();
        let generator = generator.context("no MFA code was computed before")?;
        let period = match generator {
            Generator::Secret(totp) => totp.period(),
            Generator::Account(account) => account.period(),
        };
        loop {
            let claimed = steps.claim_free(period).await?;
            let code = match generator {
                Generator::Secret(totp) => Some(totp.code(claimed.time_step)?),
                Generator::Account(account) => {
                    yubikey::code(&self.request, account, claimed.time_step).await?
                }
            };
            // `None`: the time step was over before the YubiKey was touched.
            if let Some(code) = code {
                claimed.used();
                return Ok(code);
            }
        }
    }

    /// The code of a time step that may be over: IAM takes it together with the next one.
    pub async fn of_step(&self, time_step: u64) -> Result<TokenCode> {
        match &self.generator {
            Some(Generator::Secret(totp)) => totp.code(time_step),
            Some(Generator::Account(account)) => {
                yubikey::code_of_step(&self.request, account, time_step).await
            }
            None => Err(anyhow!("no MFA code was computed before")),
        }
    }

    /// The account on a YubiKey. If none is configured, the key must answer at once.
    async fn account(&self) -> Result<yubikey::Account, Skipped> {
        let settings = self.request.settings;
        if settings.sources.is_some() || settings.yubikey.origin().is_some() {
            let account = yubikey::account(&self.request).await;
            return account.map_err(unusable);
        }
        let account = yubikey::account_at_once(&self.request).await;
        account.map_err(|error| (Because::Unasked, error))
    }

    /// Where the last code came from, in words.
    pub fn origin_of_code(&self) -> String {
        let settings = self.request.settings;
        match &self.generator {
            Some(Generator::Account(account)) if settings.yubikey.account.is_none() => {
                format!(
                    "the YubiKey's account {} (found by its name)",
                    account.label()
                )
            }
            _ => origin_of_code(self.source, settings),
        }
    }
}

fn unusable(error: Error) -> Skipped {
    (Because::Unusable, error)
}

/// All reasons, with the first hint of a source that the user asked for.
fn no_source(reasons: &[(Source, Because, Error)]) -> Error {
    let texts: Vec<_> = reasons
        .iter()
        .map(|(source, _, error)| format!("{source}: {error:#}"))
        .collect();
    let error = anyhow!("no source gave an MFA code: {}", texts.join("; "));
    let mut asked = reasons
        .iter()
        .filter(|(_, because, _)| *because != Because::Unasked);
    match asked.find_map(|(.., error)| hint_of(error)) {
        Some(hint) => hinted(error, hint),
        None => error,
    }
}
