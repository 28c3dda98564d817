//! The walk along the sources: the first code of a login, and why a source was skipped.

use std::path::PathBuf;

use anyhow::{Context, Error, Result, anyhow};

use super::time_steps::Computer;
use super::{Codes, order};
use crate::cli::Source;
use crate::message::{Messages, OrHint, hint_of, hinted};
use crate::mfa::totp::Totp;
use crate::mfa::yubikey::{self, YubiKeys};
use crate::mfa::{TokenCode, process, prompt, secret_file};
use crate::origin::Sourced;
use crate::terminal::{Interrupted, Terminal};

/// Why a source gave no code.
enum Skipped {
    /// Nobody has asked for it: only `--verbose` is told.
    Unasked(Error),
    /// There is no such source here.
    Absent(Error),
    /// It is there, or somebody names it, and it gives no code.
    Unusable(Error),
    /// The user ended the run: no other source is tried.
    Interrupted(Error),
}

impl<'a> Codes<'a> {
    /// Walks the chain. `serial` is the device the code is for: shown in the prompt, and the key of
    /// the ledger. A code that needs no waiting is there without a pause.
    pub async fn first(&mut self, serial: &str) -> Result<TokenCode> {
        if let Some(code) = self.given.take() {
            self.messages
                .detail("the MFA code was given: no source was asked");
            return Ok(code);
        }
        let mut reasons = Vec::new();
        for source in order(self.settings) {
            match self.try_source(source, serial).await {
                Ok(code) => {
                    let gave = self.name(source);
                    self.messages
                        .detail(&format!("the source {source} gave the MFA code{gave}"));
                    return Ok(code);
                }
                Err(Skipped::Interrupted(error)) => return Err(error),
                Err(Skipped::Unasked(error)) => {
                    self.messages.detail(&skipped(source, &error));
                    // Without its hint: only a source that the user asked for needs one.
                    reasons.push((source, anyhow!("{error:#}")));
                }
                Err(Skipped::Unusable(error)) if self.is_last(source) => return Err(error),
                Err(Skipped::Unusable(error)) if !self.asks_nobody() => {
                    self.tell_failure(source, &error);
                    reasons.push((source, error));
                }
                Err(Skipped::Absent(error) | Skipped::Unusable(error)) => {
                    self.messages.detail(&skipped(source, &error));
                    reasons.push((source, error));
                }
            }
            self.computer = None;
        }
        no_source(&reasons)
    }

    /// Whether nothing comes after `source` if it fails: without a list, that is a person. A clock that
    /// is too wrong for a code is set before anything else is done.
    fn is_last(&self, source: Source) -> bool {
        let order = order(self.settings);
        let stops = self.computer.is_some() && self.clock.is_too_far_for_codes();
        match (&self.settings.sources, &order[..]) {
            (Some(_), list) => list.len() == 1,
            (None, [.., last, _]) if *last == source => stops || self.asks_nobody(),
            (None, _) => stops || source == Source::Prompt,
        }
    }

    /// Whether the failure of a source is told at the end only. There is nobody without a terminal, and
    /// a person needs no code to be shown that they have typed.
    fn asks_nobody(&self) -> bool {
        self.settings.sources.is_none() && (!self.claims || prompt::open().is_err())
    }

    /// Another source is tried; or, without a list, a person is asked, who should know why even
    /// with `--quiet`.
    fn tell_failure(&self, source: Source, error: &Error) {
        let say = match self.settings.sources {
            Some(_) => Messages::note,
            None => Messages::failure,
        };
        say(
            self.messages,
            &format!("could not use the source {source}: {error:#}"),
        );
        if let Some(hint) = hint_of(error) {
            say(self.messages, &format!("hint: {hint}"));
        }
    }

    async fn try_source(&mut self, source: Source, serial: &str) -> Result<TokenCode, Skipped> {
        let code = match source {
            Source::Prompt => {
                // Without a terminal, as in a cron job, a list goes on quietly.
                let terminal = prompt::open().map_err(Skipped::Absent)?;
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
                Some(command) => process::run(&command.value, self.messages, self.prompted).await,
                None => return Err(Skipped::Absent(anyhow!("no mfa_process is configured"))),
            },
        };
        code.map_err(|error| or_interrupted(error, Skipped::Unusable))
    }

    /// The secret of the source `file`.
    fn secret(&self) -> Result<Totp, Skipped> {
        let Some(Sourced { value, origin }) = &self.settings.secret_file else {
            return self.default_secret();
        };
        match secret_file::read(value).map_err(Skipped::Unusable)? {
            Some(totp) => Ok(totp),
            None => Err(Skipped::Unusable(hinted(
                anyhow!("there is no secret file {}", value.display()),
                format!("{origin} names it: put the secret there, or correct the path"),
            ))),
        }
    }

    /// The secret in `~/.aws-mfa`, which nobody has named: it may be absent, or another tool's.
    fn default_secret(&self) -> Result<Totp, Skipped> {
        let path = self.default_secret_file().map_err(Skipped::Absent)?;
        if secret_file::is_something_else(&path) {
            let error = anyhow!("{} is not a regular file", path.display());
            return Err(Skipped::Absent(error));
        }
        let absent = || Skipped::Absent(anyhow!("there is no secret file {}", path.display()));
        secret_file::read(&path)
            .map_err(|error| Skipped::Unusable(or_other_tools(error)))?
            .ok_or_else(absent)
    }

    fn default_secret_file(&self) -> Result<PathBuf> {
        Ok(self
            .environment
            .home()
            .context("HOME is not set")?
            .join(".aws-mfa"))
    }

    pub(super) fn yubikeys(&self) -> YubiKeys<'a> {
        YubiKeys {
            settings: &self.settings.yubikey,
            clock: self.clock,
            messages: self.messages,
            prompted: self.prompted,
            user_name: self.user_name,
        }
    }

    /// The account on a YubiKey. A key that nobody configured must answer at once and have one.
    async fn account(&self, serial: &str) -> Result<yubikey::Account, Skipped> {
        let asked = self.settings.sources.is_some() || self.settings.yubikey.origin().is_some();
        let account = if asked {
            self.yubikeys().account(serial).await
        } else {
            self.yubikeys().account_at_once(serial).await
        };
        let otherwise = if asked {
            Skipped::Unusable
        } else {
            Skipped::Unasked
        };
        account.map_err(|error| or_interrupted(error, otherwise))
    }

    pub(super) async fn ask(&self, terminal: &Terminal, serial: &str) -> Result<TokenCode> {
        loop {
            // The proof of the keys goes on meanwhile, and may have something to say.
            let code = prompt::ask(terminal, serial);
            self.prompted.notify_one();
            let code = self.messages.hold_during(code).await?;
            if !self.is_lost(&code) {
                return Ok(code);
            }
            terminal.say(&self.wait_for_next())?;
        }
    }
}

fn skipped(source: Source, error: &Error) -> String {
    match hint_of(error) {
        Some(hint) => format!("skipped the source {source}: {error:#} ({hint})"),
        None => format!("skipped the source {source}: {error:#}"),
    }
}

/// A file at the default path whose error has no hint of its own is most likely not awsmfa's.
fn or_other_tools(error: Error) -> Error {
    match hint_of(&error) {
        Some(_) => error,
        None => hinted(
            error,
            "if the file is another tool's, add mfa_source = prompt to the profile \
             (or mfa_secret_file, with another path)",
        ),
    }
}

fn or_interrupted(error: Error, otherwise: fn(Error) -> Skipped) -> Skipped {
    if error.is::<Interrupted>() {
        Skipped::Interrupted(error)
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
