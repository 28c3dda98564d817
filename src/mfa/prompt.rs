//! The source `prompt`: a code typed at the terminal.

use anyhow::{Result, bail};

use super::totp::next_code_in;
use super::{CodeOrigin, CodeRequest, MAY_BE_SPENT, TokenCode};
use crate::message::{OrHint, hint_of};
use crate::terminal::{ATTEMPTS, Terminal};

/// The terminal. Without one, the hint names the ways to log in without typing.
pub fn open() -> Result<Terminal> {
    Terminal::open().or_hint(|| {
        "to log in without typing: --token-code, a secret in ~/.aws-mfa (mfa_secret_file), \
         or a command that prints the code or the secret (mfa_process, mfa_secret_process)"
    })
}

/// Asks for the code of the device. `lost`, which may be spent, is not accepted again.
pub async fn ask(
    request: &CodeRequest<'_>,
    terminal: &Terminal,
    lost: Option<&TokenCode>,
) -> Result<TokenCode> {
    request.prompted.notify_one();
    let answer = async {
        loop {
            let code = six_digits(request.serial, terminal).await?;
            if lost.is_none_or(|lost| lost.expose() != code.expose()) {
                return Ok(code);
            }
            terminal.say(&type_the_next(request))?;
        }
    };
    request.context.messages.hold_during(answer).await
}

/// What to do if the last code may be spent.
pub fn type_the_next(request: &CodeRequest<'_>) -> String {
    let next = next_code_in(request.context.clock);
    format!("{MAY_BE_SPENT}: type the next one, which comes in {next}")
}

/// Asks until six digits come, three times at most.
async fn six_digits(serial: &str, terminal: &Terminal) -> Result<TokenCode> {
    let question = match serial {
        "" => "MFA code: ".to_owned(),
        _ => format!("MFA code for {serial}: "),
    };
    for _ in 0..ATTEMPTS {
        let line = terminal.ask(&question).await?;
        match TokenCode::parse(&line, CodeOrigin::Typed) {
            Ok(code) => return Ok(code),
            Err(error) => match hint_of(&error) {
                Some(hint) => terminal.say(&format!("{error:#}: {hint}"))?,
                None => terminal.say(&format!("{error:#}"))?,
            },
        }
    }
    bail!("no MFA code was typed: {ATTEMPTS} entries were not six digits")
}
