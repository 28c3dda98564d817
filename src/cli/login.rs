//! What a login can be told, the same for every command that makes one.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use clap::error::ErrorKind;

use crate::commands::completions;
use crate::duration;
use crate::environment::Environment;
use crate::message::Level;
use crate::mfa::Source;

/// What a login can be told. The variables named in the help are read elsewhere, because an empty
/// one counts as not set and a message must be able to say where a value came from. No `Debug`: a
/// code is in it.
#[derive(Args, Clone, Default)]
pub struct Login {
    /// The profile [default: --profile, AWS_PROFILE, AWS_DEFAULT_PROFILE, AWSMFA_PROFILE, "default"]
    #[arg(value_name = "PROFILE", value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub word: Option<String>,
    /// The MFA code. A word of exactly six digits is the code, anything else the profile
    #[arg(value_name = "CODE", value_parser = NonEmptyStringValueParser::new())]
    pub second_word: Option<String>,
    /// The profile [env: AWS_PROFILE, AWS_DEFAULT_PROFILE]
    #[arg(long, short = 'p', value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub profile: Option<String>,
    /// The MFA code, six digits: nothing is asked or computed [env: AWSMFA_TOKEN_CODE]
    #[arg(long, short = 'c', value_name = "CODE", value_parser = NonEmptyStringValueParser::new())]
    pub token_code: Option<String>,
    /// The MFA device: its ARN, or a hardware device's serial number [env: MFA_DEVICE, AWS_MFA_SERIAL]
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new())]
    pub mfa_serial: Option<String>,
    /// How long the session is to last, 15m to 36h (a role's: to 12h): 12h, 90m, 28800 [default: 12h, a role 1h] [env: AWSMFA_DURATION, MFA_STS_DURATION, AWS_SESSION_TOKEN_TTL, AWS_ASSUME_ROLE_TTL]
    #[arg(long, value_parser = duration::parse)]
    pub duration: Option<u64>,
    /// The role to assume, whatever the profile says [env: MFA_ASSUME_ROLE]
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new())]
    pub role_arn: Option<String>,
    /// The name of the role's session, which AWS's logs show [default: USER@HOST] [env: AWSMFA_ROLE_SESSION_NAME]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub role_session_name: Option<String>,
    /// What the role's trust policy asks for [env: AWSMFA_EXTERNAL_ID]
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub external_id: Option<String>,
    /// The region of the STS call and of the session [env: AWS_REGION, AWS_DEFAULT_REGION]
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub region: Option<String>,
    /// Where the code comes from, tried in order [env: AWSMFA_SOURCE]
    #[arg(long, value_enum, value_name = "SOURCE,…", value_delimiter = ',')]
    pub source: Option<Vec<Source>>,
    /// The file with the TOTP secret, base32 or otpauth:// [default: ~/.aws-mfa] [env: AWSMFA_SECRET_FILE]
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// The YubiKey's OATH account, byte for byte [default: found by the MFA device] [env: AWSMFA_YUBIKEY_ACCOUNT]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub yubikey_account: Option<String>,
    /// The YubiKey: its serial number or OATH device id [env: AWSMFA_YUBIKEY_SERIAL]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new())]
    pub yubikey_serial: Option<String>,
    /// How long a connection may take to be made [default: 5] [env: AWSMFA_CONNECT_TIMEOUT]
    #[arg(long, value_name = "SECONDS", value_parser = duration::parse_timeout)]
    pub connect_timeout: Option<Duration>,
    /// How long a call may take in all [default: 15] [env: AWSMFA_TIMEOUT]
    #[arg(long, value_name = "SECONDS", value_parser = duration::parse_timeout)]
    pub timeout: Option<Duration>,
    /// Renew the session although it is still valid [env: AWSMFA_FORCE=1]
    #[arg(long, short)]
    pub force: bool,
    /// Say nothing but errors [env: AWSMFA_QUIET=1]
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say why a source of codes was passed over and what is called [env: AWSMFA_VERBOSE=1]
    #[arg(long, short)]
    pub verbose: bool,
}

impl Login {
    /// A flag wins over a variable.
    pub(super) fn level(&self, environment: &Environment) -> Level {
        match (self.quiet, self.verbose) {
            (true, _) => Level::Quiet,
            (_, true) => Level::Verbose,
            _ if environment.is_on("AWSMFA_QUIET") => Level::Quiet,
            _ if environment.is_on("AWSMFA_VERBOSE") => Level::Verbose,
            _ => Level::Normal,
        }
    }

    /// Whether a session that is still valid is to be renewed.
    pub fn forced(&self, environment: &Environment) -> bool {
        self.force || environment.is_on("AWSMFA_FORCE")
    }

    /// Gives the positional words their meaning: afterwards `word` is the profile or nothing.
    pub(super) fn assign_words(&mut self) -> Result<(), clap::Error> {
        let words = [self.word.take(), self.second_word.take()];
        for word in words.into_iter().flatten() {
            let (slot, what) = if is_token_code(&word) {
                (&mut self.token_code, "MFA code")
            } else {
                (&mut self.word, "profile")
            };
            if slot.as_ref().is_some_and(|earlier| *earlier != word) {
                return Err(twice(what));
            }
            *slot = Some(word);
        }
        match (&self.word, &self.profile) {
            (Some(word), Some(flag)) if word != flag => Err(twice("profile")),
            _ => Ok(()),
        }
    }
}

fn is_token_code(word: &str) -> bool {
    word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn twice(what: &str) -> clap::Error {
    let text = format!(
        "more than one {what} is given: a word of exactly six digits is the code, anything else the profile\n"
    );
    clap::Error::raw(ErrorKind::ArgumentConflict, text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words() -> impl Strategy<Value = Option<String>> {
        prop::option::of("[0-9]{5,7}|dev|\\PC{1,7}")
    }

    proptest! {
        #[test]
        fn six_digits_are_the_code_and_anything_else_the_profile(
            first in words(),
            second in words(),
            profile in words(),
            token_code in words(),
        ) {
            let mut login = Login {
                word: first.clone(),
                second_word: second.clone(),
                profile: profile.clone(),
                token_code: token_code.clone(),
                ..Login::default()
            };
            let is_code = |word: &String| word.chars().filter(char::is_ascii_digit).count() == 6 && word.chars().count() == 6;
            let (codes, profiles): (Vec<_>, Vec<_>) = [first, second].into_iter().flatten().partition(is_code);
            let single = |mut words: Vec<String>, flag: Option<String>| {
                words.extend(flag);
                words.dedup();
                words.len() < 2
            };
            let sound = single(codes.clone(), token_code.clone()) && single(profiles.clone(), profile);
            prop_assert_eq!(login.assign_words().is_ok(), sound);
            if sound {
                prop_assert_eq!(login.token_code, token_code.or_else(|| codes.first().cloned()));
                prop_assert_eq!(&login.word, &profiles.first().cloned());
            }
        }
    }
}
