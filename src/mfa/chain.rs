//! The chain of sources: which one gives the first code, and what comes after a refusal.

use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Error, Result, anyhow, bail};

use super::ledger::Ledger;
use super::totp::{TIME_STEP_SECONDS, Totp};
use super::{CodeOrigin, Source, TokenCode, process, prompt, secret_file};
use crate::environment::Environment;
use crate::message::{Messages, OrHint, hint_of};
use crate::profile::{MfaSettings, Origin};
use crate::sts::clock::Clock;
use crate::terminal::{ATTEMPTS, Interrupted, Terminal};

/// The codes of one login: the first, and after a refusal the next.
pub struct Codes<'a> {
    settings: &'a MfaSettings,
    given: Option<TokenCode>,
    environment: &'a Environment,
    clock: &'a Clock,
    messages: &'a Messages,
    ledger: Ledger,
    /// The secret of the source `file`, once a code was computed from it.
    totp: Option<Totp>,
    /// How many codes AWS has refused.
    refusals: usize,
}

/// Why a source gave no code.
enum PassedOver {
    /// There is no such source here.
    Absent(Error),
    /// It is there and cannot be used: where no list names a next one, that is a failure.
    Unusable(Error),
    /// The user ended the run: no other source is tried.
    Interrupted(Error),
}

impl<'a> Codes<'a> {
    /// `given` is `--token-code` or the positional code, which wins over all sources.
    pub fn new(
        settings: &'a MfaSettings,
        given: Option<TokenCode>,
        environment: &'a Environment,
        clock: &'a Clock,
        messages: &'a Messages,
    ) -> Self {
        let ledger = Ledger::of(environment);
        Self {
            settings,
            given,
            environment,
            clock,
            messages,
            ledger,
            totp: None,
            refusals: 0,
        }
    }

    /// Walks the chain. `serial` is the device the code is for: shown in the prompt, and the key of
    /// the ledger. A code that needs no waiting is there without a pause.
    pub async fn first(&mut self, serial: &str) -> Result<TokenCode> {
        if let Some(code) = self.given.take() {
            return Ok(code);
        }
        let (sources, listed) = match &self.settings.sources {
            Some(list) => (list.value.clone(), list.value.len() > 1),
            None => (default_order(self.settings), false),
        };
        let mut reasons = Vec::new();
        for source in sources {
            match self.try_source(source, serial).await {
                Ok(code) => return Ok(code),
                Err(PassedOver::Interrupted(error)) => return Err(error),
                Err(PassedOver::Unusable(error)) if !listed => return Err(error),
                Err(PassedOver::Unusable(error)) => {
                    self.messages.note(&passed_over(source, &error));
                    reasons.push((source, error));
                }
                Err(PassedOver::Absent(error)) => {
                    self.messages.detail(&passed_over(source, &error));
                    reasons.push((source, error));
                }
            }
        }
        no_source(&reasons)
    }

    /// AWS refused `code`: the next one, or the reason why there is none. Typed: asked again, three
    /// codes at most in all. Computed, or from a command: the next time step's, once. Given: none.
    pub async fn next(&mut self, serial: &str, refused: &TokenCode) -> Result<TokenCode> {
        self.refusals += 1;
        match refused.origin {
            CodeOrigin::Given => Err(anyhow!("AWS refused the MFA code: {WRONG_OR_USED}"))
                .or_hint(|| format!("the next code comes in {} s", self.seconds_left())),
            CodeOrigin::Typed if self.refusals < ATTEMPTS => self.ask_again(serial).await,
            CodeOrigin::Typed => Err(anyhow!("AWS refused {ATTEMPTS} MFA codes in a row"))
                .or_hint(|| self.what_to_check(serial)),
            CodeOrigin::Computed { time_step } if self.refusals == 1 => {
                self.computed(serial, Some(time_step)).await
            }
            CodeOrigin::Process if self.refusals == 1 => self.run_again(refused).await,
            CodeOrigin::Computed { .. } | CodeOrigin::Process => {
                Err(anyhow!("AWS refused two MFA codes of different time steps"))
                    .or_hint(|| self.what_to_check(serial))
            }
        }
    }

    /// AWS refused the request before it looked at `code`, and its time is known now: the same
    /// code, or the one of the right time step.
    pub async fn again(&mut self, serial: &str, code: TokenCode) -> Result<TokenCode> {
        match code.origin {
            CodeOrigin::Computed { .. } => self.computed(serial, None).await,
            CodeOrigin::Given | CodeOrigin::Typed | CodeOrigin::Process => Ok(code),
        }
    }

    /// AWS accepted `code`: terminals that compute theirs need not try this time step.
    pub fn accepted(&self, serial: &str, code: &TokenCode) {
        if !matches!(code.origin, CodeOrigin::Computed { .. }) {
            self.claim(serial, self.now() / TIME_STEP_SECONDS);
        }
    }

    async fn try_source(&mut self, source: Source, serial: &str) -> Result<TokenCode, PassedOver> {
        let code = match source {
            Source::Prompt => {
                // Without a terminal, as in a cron job, a list goes on quietly.
                let terminal = prompt::open().map_err(PassedOver::Absent)?;
                self.ask(&terminal, serial).await
            }
            Source::File => {
                self.totp = Some(self.secret()?);
                self.computed(serial, None).await
            }
            Source::Process => match &self.settings.process {
                Some(command) => process::run(&command.value).await,
                None => return Err(PassedOver::Absent(anyhow!("no mfa_process is configured"))),
            },
        };
        code.map_err(|error| {
            if error.is::<Interrupted>() {
                PassedOver::Interrupted(error)
            } else {
                PassedOver::Unusable(error)
            }
        })
    }

    /// The secret of the source `file`. That there is none at the default place is no failure.
    fn secret(&self) -> Result<Totp, PassedOver> {
        let (path, configured) = match &self.settings.secret_file {
            Some(path) => (path.value.clone(), true),
            None => (
                self.default_secret_file().map_err(PassedOver::Absent)?,
                false,
            ),
        };
        let absent = || anyhow!("there is no secret file {}", path.display());
        match secret_file::read(&path).map_err(PassedOver::Unusable)? {
            Some(totp) => Ok(totp),
            None if configured => Err(PassedOver::Unusable(absent())),
            None => Err(PassedOver::Absent(absent())),
        }
    }

    fn default_secret_file(&self) -> Result<PathBuf> {
        Ok(self
            .environment
            .home()
            .context("HOME is not set")?
            .join(".aws-mfa"))
    }

    /// The code of the first time step that nobody has used and AWS has not refused: the current
    /// one, or a later one, waited for.
    async fn computed(&self, serial: &str, refused: Option<u64>) -> Result<TokenCode> {
        let totp = self
            .totp
            .as_ref()
            .context("no MFA code was computed before")?;
        loop {
            let now = self.now();
            let time_step = totp.time_step(now);
            if refused == Some(time_step) {
                self.wait(REFUSED, totp.period() - now % totp.period())
                    .await?;
            } else if self.claim(serial, time_step) {
                return totp.code(time_step);
            } else {
                self.wait(USED, totp.period() - now % totp.period()).await?;
            }
        }
    }

    async fn ask_again(&self, serial: &str) -> Result<TokenCode> {
        let terminal = prompt::open()?;
        let left = self.seconds_left();
        terminal.say(&format!(
            "AWS refused it: {WRONG_OR_USED}; next code in {left} s"
        ))?;
        self.ask(&terminal, serial).await
    }

    async fn ask(&self, terminal: &Terminal, serial: &str) -> Result<TokenCode> {
        // The proof of the keys goes on meanwhile, and may have something to say.
        let _held = self.messages.hold();
        prompt::ask(terminal, serial).await
    }

    async fn run_again(&self, refused: &TokenCode) -> Result<TokenCode> {
        let command = self
            .settings
            .process
            .as_ref()
            .context("no mfa_process is configured")?;
        self.wait(REFUSED, self.seconds_left()).await?;
        let code = process::run(&command.value).await?;
        if code.expose() == refused.expose() {
            bail!("mfa_process printed the MFA code again that AWS has refused");
        }
        Ok(code)
    }

    /// A countdown on the terminal; without one, a note.
    async fn wait(&self, why: &str, seconds: u64) -> Result<()> {
        let text = format!("{why}; the next one comes in");
        if let Ok(terminal) = Terminal::open() {
            return terminal.count_down(&text, seconds).await;
        }
        self.messages.note(&format!("{text} {seconds} s"));
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok(())
    }

    /// Whether the time step is ours. A ledger that cannot be kept says nothing against it.
    fn claim(&self, serial: &str, time_step: u64) -> bool {
        self.ledger
            .claim(serial, time_step)
            .unwrap_or_else(|error| {
                self.messages.detail(&format!(
                    "could not keep the ledger of used time steps: {error:#}"
                ));
                true
            })
    }

    /// AWS's time, in seconds since the Unix epoch.
    fn now(&self) -> u64 {
        self.clock
            .aws()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs())
    }

    /// Seconds until the next time step, 1 to 30.
    fn seconds_left(&self) -> u64 {
        TIME_STEP_SECONDS - self.now() % TIME_STEP_SECONDS
    }

    fn what_to_check(&self, serial: &str) -> String {
        let clock = self.clock.difference().unwrap_or_else(|| {
            "no difference between this computer's clock and AWS's was seen".to_owned()
        });
        format!("check that the code is that of {serial}; {clock}")
    }
}

const WRONG_OR_USED: &str = "wrong, or already used in this window (another terminal?)";
const REFUSED: &str = "AWS refused the MFA code (used already?)";
const USED: &str = "this MFA code was just used (another terminal?)";

fn passed_over(source: Source, error: &Error) -> String {
    match hint_of(error) {
        Some(hint) => format!("passed over the source {source}: {error:#} ({hint})"),
        None => format!("passed over the source {source}: {error:#}"),
    }
}

/// Without a list: what the profile configures, then `~/.aws-mfa`, then the prompt. A secret file
/// named for this run (a flag, a variable) comes before a command that the profile names.
fn default_order(settings: &MfaSettings) -> Vec<Source> {
    let in_profile = |origin: &Origin| matches!(origin, Origin::File { .. });
    let file_first = settings
        .secret_file
        .as_ref()
        .is_some_and(|file| !in_profile(&file.origin))
        && settings
            .process
            .as_ref()
            .is_none_or(|process| in_profile(&process.origin));
    if file_first {
        vec![Source::File, Source::Process, Source::Prompt]
    } else {
        vec![Source::Process, Source::File, Source::Prompt]
    }
}

/// Every reason, and the first thing to do about one.
fn no_source(reasons: &[(Source, Error)]) -> Result<TokenCode> {
    let texts: Vec<_> = reasons
        .iter()
        .map(|(source, error)| format!("{source}: {error:#}"))
        .collect();
    let error = Err(anyhow!("no source gave an MFA code: {}", texts.join("; ")));
    match reasons.iter().find_map(|(_, error)| hint_of(error)) {
        Some(hint) => error.or_hint(|| hint.to_owned()),
        None => error,
    }
}
