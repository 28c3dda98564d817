//! Where the MFA code comes from: the chain of sources, and what happens after a refusal.

pub mod ledger;
pub mod process;
pub mod prompt;
pub mod secret_file;

use anyhow::Result;
use zeroize::Zeroizing;

use crate::message::Messages;
use crate::profile::MfaSettings;
use crate::environment::Environment;
use crate::sts::clock::Clock;

/// The words of `--source`, `AWSMFA_SOURCE` and `mfa_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Source {
    /// typed at the terminal
    Prompt,
    /// computed (TOTP, RFC 6238) from the secret in a file
    File,
    /// printed by a command
    Process,
}

/// Six digits, accepted by AWS once.
pub struct TokenCode {
    digits: Zeroizing<String>,
    /// Where it came from decides what can be done when AWS refuses it.
    pub origin: CodeOrigin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeOrigin {
    /// `--token-code` or the positional code: cannot be asked for again.
    Given,
    Typed,
    /// Computed for this RFC 6238 time step (unix time / period, in AWS's time).
    Computed { time_step: u64, period: u64 },
    Process,
}

impl TokenCode {
    /// Six ASCII digits, blanks around them allowed; anything else is refused before it is sent.
    pub fn parse(text: &str, origin: CodeOrigin) -> Result<Self> {
        todo!()
    }

    pub fn expose(&self) -> &str {
        &self.digits
    }
}

/// The codes of one login: the first, and after a refusal the next.
pub struct Codes<'a> {
    pub settings: &'a MfaSettings,
    /// `--token-code`: wins over all sources.
    pub given: Option<TokenCode>,
    pub environment: &'a Environment,
    pub clock: &'a Clock,
    pub messages: &'a Messages,
}

impl Codes<'_> {
    /// Walks the chain. `serial` is the device the code is for (shown in the prompt, key of the ledger).
    pub async fn first(&mut self, serial: &str) -> Result<TokenCode> {
        todo!()
    }

    /// AWS refused `code`: the next one, or the reason why there is none
    /// (typed: asked again, three codes at most in all; computed: the next time step, once; given: none).
    pub async fn next(&mut self, serial: &str, refused: &TokenCode) -> Result<TokenCode> {
        todo!()
    }
}
