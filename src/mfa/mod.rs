//! Where the MFA code comes from: the sources, the chain that tries them, and the codes that are
//! spent already.

mod chain;
mod ledger;
mod needs;
mod process;
mod prompt;
mod secret_file;
mod totp;
pub mod yubikey;

use std::fmt;

use anyhow::{Result, bail};
use zeroize::Zeroizing;

use crate::message::OrHint;
pub use chain::{Codes, order};

/// The words of `--source`, `AWSMFA_SOURCE` and `mfa_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Source {
    /// typed at the terminal
    Prompt,
    /// computed (TOTP, RFC 6238) from the secret in a file
    File,
    /// computed by a YubiKey's OATH application
    Yubikey,
    /// printed by a command
    Process,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prompt => "prompt",
            Self::File => "file",
            Self::Yubikey => "yubikey",
            Self::Process => "process",
        })
    }
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
    /// Computed for this RFC 6238 time step: Unix time in AWS's time, divided by the step's length.
    Computed {
        time_step: u64,
    },
    Process,
}

impl TokenCode {
    /// Six ASCII digits (STS `TokenCode`: exactly 6 of `[\d]`), blanks around them allowed. A typed
    /// one may have a blank in the middle, as phone apps show it. Anything else is refused here,
    /// before it is sent, and never shown: it may be a password typed into the wrong window.
    pub fn parse(text: &str, origin: CodeOrigin) -> Result<Self> {
        let text = text.trim();
        let halves = text.split_once(' ').filter(|_| origin == CodeOrigin::Typed);
        let digits = match halves {
            Some((left, right)) if left.len() == 3 => Zeroizing::new(format!("{left}{right}")),
            _ => Zeroizing::new(text.to_owned()),
        };
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self { digits, origin });
        }
        if is_yubico_otp(text) {
            return Err(anyhow::anyhow!(
                "that is a YubiKey's own one-time password, not an MFA code"
            ))
            .or_hint(|| {
                "a YubiKey types it when it is touched; AWS wants the six digits of the \
                     account in the authenticator app"
                    .to_owned()
            });
        }
        bail!("an MFA code is six digits")
    }

    pub fn expose(&self) -> &str {
        &self.digits
    }
}

impl fmt::Debug for TokenCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenCode([redacted], {:?})", self.origin)
    }
}

/// 32 to 48 characters of modhex: up to 16 of the public identity, 32 of the password.
/// <https://developers.yubico.com/OTP/OTPs_Explained.html>
fn is_yubico_otp(text: &str) -> bool {
    (32..=48).contains(&text.len()) && text.bytes().all(|byte| b"cbdefghijklnrtuv".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn digits(text: &str, origin: CodeOrigin) -> Option<String> {
        TokenCode::parse(text, origin)
            .ok()
            .map(|code| code.expose().to_owned())
    }

    #[test]
    fn six_digits_are_a_code() {
        for text in ["012345", " 012345\n", "012345\r\n"] {
            assert_eq!(digits(text, CodeOrigin::Process).as_deref(), Some("012345"));
        }
    }

    #[test]
    fn a_blank_in_the_middle_is_for_people() {
        assert_eq!(
            digits("012 345", CodeOrigin::Typed).as_deref(),
            Some("012345")
        );
        assert_eq!(digits("012 345", CodeOrigin::Process), None);
        for text in ["01 2345", "0123 45", "012  345", "012 34 5"] {
            assert_eq!(digits(text, CodeOrigin::Typed), None, "{text}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            "12345",
            "1234567",
            "12345a",
            "-12345",
            "+12345",
            "１２３４５６",
            "٣٤٥٦٧٨",
        ] {
            assert_eq!(digits(text, CodeOrigin::Typed), None, "{text}");
        }
    }

    #[test]
    fn a_yubico_otp_gets_its_own_hint() {
        let otp = "cccccccfhcbelrhifnjrrddcgrburluurftrgfdrdifj";
        let error = TokenCode::parse(otp, CodeOrigin::Typed).unwrap_err();
        assert!(
            crate::message::hint_of(&error)
                .unwrap()
                .contains("six digits")
        );
        assert!(!format!("{error:#}").contains(otp));
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_six_ascii_digits(text in "\\PC{0,9}|[0-9 ]{4,9}") {
            if let Some(code) = digits(&text, CodeOrigin::Typed) {
                prop_assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
