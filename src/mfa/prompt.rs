//! The source `prompt`: a code typed at the terminal.

use anyhow::{Result, bail};
use zeroize::Zeroizing;

use super::{CodeOrigin, TokenCode};
use crate::message::{OrHint, hint_of};
use crate::terminal::{ATTEMPTS, Terminal};

/// The terminal, or the ways to log in without typing.
pub fn open() -> Result<Terminal> {
    Terminal::open().or_hint(|| {
        "to log in without typing: --token-code, a secret in ~/.aws-mfa (mfa_secret_file), \
         or a command that prints the code (mfa_process)"
            .to_owned()
    })
}

/// Asks for the code of `serial` until six digits come, three times at most.
pub async fn ask(terminal: &Terminal, serial: &str) -> Result<TokenCode> {
    let question = match serial {
        "" => "MFA code: ".to_owned(),
        _ => format!("MFA code for {serial}: "),
    };
    for _ in 0..ATTEMPTS {
        let line = Zeroizing::new(terminal.ask(&question).await?);
        match TokenCode::parse(&line, CodeOrigin::Typed) {
            Ok(code) => return Ok(code),
            Err(error) => terminal.say(&correction(&error))?,
        }
    }
    bail!("no MFA code was typed: {ATTEMPTS} entries were not six digits")
}

fn correction(error: &anyhow::Error) -> String {
    match hint_of(error) {
        Some(hint) => format!("{error:#}: {hint}"),
        None => format!("{error:#}"),
    }
}
