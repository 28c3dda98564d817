//! Where MFA codes come from: the sources, their order, and the time steps whose codes are spent.

mod codes;
mod ledger;
mod new_file;
mod new_secret;
mod order;
mod printed_secret;
mod process;
mod prompt;
mod secret_file;
mod shape;
mod sources;
mod time_steps;
mod totp;
pub mod yubikey;

use std::fmt;

use anyhow::{Error, Result, anyhow};
use tokio::sync::Notify;

use crate::cli::six_digits;
use crate::context::Context;
use crate::message::hinted;
use crate::profile::{CodeProfile, MfaSettings};
pub use codes::Codes;
pub use ledger::{LastUses, Ledger};
pub use new_file::NewFile;
pub use new_secret::{NewCodes, NewSecret};
pub use order::{order, origin_of_code};
pub use secret_file::{check as check_secret_file, default_path as default_secret_file};
use shape::Shape;
pub use totp::next_code_in;

const MAY_BE_SPENT: &str = "the MFA code may be spent";

/// What a code is for, and what is needed to get it.
#[derive(Clone, Copy)]
pub struct CodeRequest<'a> {
    pub settings: &'a MfaSettings,
    /// The MFA device: shown in the prompt, and the key of the ledger. Empty if it is not known.
    pub serial: &'a str,
    pub context: &'a Context<'a>,
    /// Notified when a person has to do something for a code: type, touch, answer a command.
    pub prompted: &'a Notify,
    /// Whose keys the login uses, for an account on a YubiKey. `None` if AWS is not asked.
    pub user_name: Option<yubikey::UserName<'a>>,
    /// The code is not sent to AWS from here, so its time step is not marked as used.
    pub shown_only: bool,
}

impl<'a> CodeRequest<'a> {
    /// For a code that is sent to AWS. AWS is not asked for the user's name.
    pub fn new(
        settings: &'a MfaSettings,
        serial: &'a str,
        context: &'a Context<'a>,
        prompted: &'a Notify,
    ) -> Self {
        Self {
            settings,
            serial,
            context,
            prompted,
            user_name: None,
            shown_only: false,
        }
    }

    /// For a person who looks at the code, or at the accounts that give one. AWS is not asked.
    pub fn to_show(
        profile: &'a CodeProfile,
        context: &'a Context<'a>,
        prompted: &'a Notify,
    ) -> Self {
        Self {
            shown_only: true,
            ..Self::new(&profile.mfa, profile.serial_number(), context, prompted)
        }
    }

    /// The same with other settings. AWS is not asked.
    fn with_settings<'b>(&'b self, settings: &'b MfaSettings) -> CodeRequest<'b> {
        CodeRequest {
            shown_only: self.shown_only,
            ..CodeRequest::new(settings, self.serial, self.context, self.prompted)
        }
    }
}

/// Six digits, accepted by AWS once.
pub struct TokenCode {
    digits: String,
    /// Decides what happens if AWS refuses the code.
    pub origin: CodeOrigin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeOrigin {
    /// `--token-code`, the positional code or `AWSMFA_TOKEN_CODE`.
    Given,
    Typed,
    /// Computed for this RFC 6238 time step: AWS's time in seconds since the Unix epoch, divided by
    /// the step's length.
    Computed {
        time_step: u64,
    },
    Process,
}

/// Why a source gave no code.
type Skipped = (Because, Error);

#[derive(PartialEq)]
enum Because {
    /// A YubiKey that is not configured has no account for the device.
    Unasked,
    /// There is no such source here.
    Absent,
    /// It is there, or configured, and gives no code.
    Unusable,
}

impl TokenCode {
    /// Six ASCII digits, as STS asks for. Blanks around them and one in the middle are allowed,
    /// because apps show them that way. The error for anything else names its shape and never quotes it:
    /// it may be a password typed into the wrong window.
    pub fn parse(text: &str, origin: CodeOrigin) -> Result<Self> {
        if let Some(digits) = six_digits(text) {
            return Ok(Self { digits, origin });
        }
        let Shape {
            words,
            typed,
            printed,
        } = Shape::of(text.trim());
        let (error, hint) = match origin {
            CodeOrigin::Process => (
                anyhow!("mfa_process did not print an MFA code: its output {words}"),
                Some(printed),
            ),
            _ => (
                anyhow!("an MFA code is six digits, and this {words}"),
                typed,
            ),
        };
        Err(match hint {
            Some(hint) => hinted(error, hint),
            None => error,
        })
    }

    fn is_computed(&self) -> bool {
        matches!(self.origin, CodeOrigin::Computed { .. })
    }

    /// Whether a person typed it and has to be asked for the next one.
    fn is_typed(&self) -> bool {
        matches!(self.origin, CodeOrigin::Given | CodeOrigin::Typed)
    }

    /// Whether a next code can be had: without a terminal, nobody can be asked for one.
    pub fn has_next(&self) -> bool {
        !self.is_typed() || prompt::open().is_ok()
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
    fn one_blank_may_stand_in_the_middle() {
        for origin in [CodeOrigin::Typed, CodeOrigin::Given, CodeOrigin::Process] {
            for text in ["012 345", " 012\u{a0}345\n"] {
                assert_eq!(digits(text, origin).as_deref(), Some("012345"));
            }
            for text in [
                "01 2345", "0123 45", "012  345", "012 34 5", "012\n345", "012\t345",
            ] {
                assert_eq!(digits(text, origin), None, "{text}");
            }
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
