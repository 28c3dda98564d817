//! The walk along the sources: the first code of a login, and why a source was passed over.

use std::path::PathBuf;

use anyhow::{Context, Error, Result, anyhow};

use super::time_steps::Computer;
use super::{Codes, order};
use crate::message::{OrHint, hint_of, hinted};
use crate::mfa::totp::Totp;
use crate::mfa::yubikey::{self, Yubikey};
use crate::mfa::{Source, TokenCode, process, prompt, secret_file};
use crate::terminal::{Interrupted, Terminal};

/// Why a source gave no code.
enum PassedOver {
    /// Nobody has asked for it: only `--verbose` is told.
    Unasked(Error),
    /// There is no such source here.
    Absent(Error),
    /// It is there and cannot be used: where no list names a next one, that is a failure.
    Unusable(Error),
    /// The user ended the run: no other source is tried.
    Interrupted(Error),
}

impl Codes<'_> {
    /// Walks the chain. `serial` is the device the code is for: shown in the prompt, and the key of
    /// the ledger. A code that needs no waiting is there without a pause.
    pub async fn first(&mut self, serial: &str) -> Result<TokenCode> {
        if let Some(code) = self.given.take() {
            return Ok(code);
        }
        let sources = order(self.settings);
        let listed = self.settings.sources.is_some() && sources.len() > 1;
        let mut reasons = Vec::new();
        for source in sources {
            match self.try_source(source, serial).await {
                Ok(code) => return Ok(code),
                Err(PassedOver::Interrupted(error)) => return Err(error),
                Err(PassedOver::Unasked(error)) => {
                    self.messages.detail(&passed_over(source, &error));
                }
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

    async fn try_source(&mut self, source: Source, serial: &str) -> Result<TokenCode, PassedOver> {
        let code = match source {
            Source::Prompt => {
                // Without a terminal, as in a cron job, a list goes on quietly.
                let terminal = prompt::open().map_err(PassedOver::Absent)?;
                self.ask(&terminal, serial).await
            }
            Source::File => {
                self.computer = Some(Computer::Secret(self.secret()?));
                self.computed(serial, None).await
            }
            Source::Yubikey => {
                self.computer = Some(Computer::Account(self.account(serial).await?));
                self.computed(serial, None).await
            }
            Source::Process => match &self.settings.process {
                Some(command) => {
                    let code = process::run(&command.value);
                    self.messages.while_running(code).await
                }
                None => return Err(PassedOver::Absent(anyhow!("no mfa_process is configured"))),
            },
        };
        code.map_err(|error| or_interrupted(error, PassedOver::Unusable))
    }

    /// The secret of the source `file`. That there is none at the default place is no failure.
    fn secret(&self) -> Result<Totp, PassedOver> {
        let (path, named_by) = match &self.settings.secret_file {
            Some(path) => (path.value.clone(), Some(&path.origin)),
            None => (
                self.default_secret_file().map_err(PassedOver::Absent)?,
                None,
            ),
        };
        let absent = || anyhow!("there is no secret file {}", path.display());
        match (
            secret_file::read(&path).map_err(PassedOver::Unusable)?,
            named_by,
        ) {
            (Some(totp), _) => Ok(totp),
            (None, Some(origin)) => Err(PassedOver::Unusable(hinted(
                absent(),
                format!("{origin} names it: put the secret there, or correct the path"),
            ))),
            (None, None) => Err(PassedOver::Absent(absent())),
        }
    }

    fn default_secret_file(&self) -> Result<PathBuf> {
        Ok(self
            .environment
            .home()
            .context("HOME is not set")?
            .join(".aws-mfa"))
    }

    pub(super) fn yubikey(&self) -> Yubikey<'_> {
        Yubikey {
            settings: &self.settings.yubikey,
            clock: self.clock,
            messages: self.messages,
        }
    }

    /// The account on a YubiKey. A key that nobody configured must answer at once and have one.
    async fn account(&self, serial: &str) -> Result<yubikey::Account, PassedOver> {
        let asked = self.settings.sources.is_some() || self.settings.yubikey.origin().is_some();
        let account = if asked {
            self.yubikey().account(serial).await
        } else {
            self.yubikey().account_at_once(serial).await
        };
        let otherwise = if asked {
            PassedOver::Unusable
        } else {
            PassedOver::Unasked
        };
        account.map_err(|error| or_interrupted(error, otherwise))
    }

    pub(super) async fn ask(&self, terminal: &Terminal, serial: &str) -> Result<TokenCode> {
        // The proof of the keys goes on meanwhile, and may have something to say.
        let code = prompt::ask(terminal, serial);
        self.messages.while_asking(code).await
    }
}

fn passed_over(source: Source, error: &Error) -> String {
    match hint_of(error) {
        Some(hint) => format!("passed over the source {source}: {error:#} ({hint})"),
        None => format!("passed over the source {source}: {error:#}"),
    }
}

fn or_interrupted(error: Error, otherwise: fn(Error) -> PassedOver) -> PassedOver {
    if error.is::<Interrupted>() {
        PassedOver::Interrupted(error)
    } else {
        otherwise(error)
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
