//! The arguments of a login, the same for every command that logs in.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueHint};

use super::completions;
use crate::duration;
use crate::environment::Environment;
use crate::message::Level;

// The variables in the help texts are read elsewhere: an empty one counts as not set, and messages
// say where a value came from. No `Debug`: a code is in it.
#[derive(Args, Clone, Default)]
pub struct Login {
    #[command(flatten)]
    pub who: Who,
    #[command(flatten)]
    pub session: SessionFlags,
    #[command(flatten)]
    pub code: CodeFlags,
    #[command(flatten)]
    pub network: NetworkFlags,
    #[command(flatten)]
    pub agent: AgentFlags,
}

// The profile, the code as a word, and the level of messages.
#[derive(Args, Clone, Default)]
pub struct Who {
    /// The profile [default: --profile, AWS_PROFILE, AWS_DEFAULT_PROFILE, AWSMFA_PROFILE, "default"]
    #[arg(value_name = "PROFILE", value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub word: Option<String>,
    /// The MFA code. A word of exactly six digits is the code (123 456 too), anything else the profile
    #[arg(value_name = "CODE", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub(super) second_word: Option<String>,
    /// The second half of a code, and what is one word too many.
    #[arg(hide = true, num_args = 0.., value_hint = ValueHint::Other)]
    pub(super) more_words: Vec<String>,
    /// The profile [env: AWS_PROFILE, AWS_DEFAULT_PROFILE]
    #[arg(long, short = 'p', value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub profile: Option<String>,
    /// Print nothing but errors [env: AWSMFA_QUIET=1]
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say where the code comes from, which sources were skipped and why, and each call [env:
    /// AWSMFA_VERBOSE=1]
    #[arg(long, short)]
    pub(super) verbose: bool,
}

#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Session")]
pub struct SessionFlags {
    /// How long the session lasts: 12h, 90m, 28800; 15m to 36h, a role's to 12h [default: 12h, a
    /// role 1h] [env: AWSMFA_DURATION, MFA_STS_DURATION, AWS_SESSION_TOKEN_TTL, AWS_ASSUME_ROLE_TTL]
    #[arg(long, value_parser = duration::parse, value_hint = ValueHint::Other)]
    pub duration: Option<u64>,
    /// The role to assume, whatever the profile says [env: MFA_ASSUME_ROLE]
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub role_arn: Option<String>,
    /// The name of the role's session, which AWS's logs show [default: USER@HOST] [env:
    /// AWSMFA_ROLE_SESSION_NAME]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub role_session_name: Option<String>,
    /// What the role's trust policy asks for [env: AWSMFA_EXTERNAL_ID]
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub external_id: Option<String>,
    /// The region of the STS call and of the session [env: AWS_REGION, AWS_DEFAULT_REGION]
    #[arg(long, value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub region: Option<String>,
    /// Renew the session even if it is still valid [env: AWSMFA_FORCE=1]
    #[arg(long, short)]
    pub force: bool,
}

#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Code")]
pub struct CodeFlags {
    /// The MFA code, six digits: nothing is asked or computed [env: AWSMFA_TOKEN_CODE]
    #[arg(long, short = 'c', value_name = "CODE", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub token_code: Option<String>,
    /// The MFA device: its ARN, or a hardware device's serial number [env: MFA_DEVICE, AWS_MFA_SERIAL]
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub mfa_serial: Option<String>,
    /// Where the code comes from, tried in order: prompt, file, secret_process, yubikey, process [env:
    /// AWSMFA_SOURCE]
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "SOURCE,…",
        value_delimiter = ','
    )]
    pub source: Option<Vec<Source>>,
    /// The file with the TOTP secret, base32 or otpauth:// [default: ~/.aws-mfa] [env:
    /// AWSMFA_SECRET_FILE]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub secret_file: Option<PathBuf>,
    #[command(flatten)]
    pub yubikey: YubikeyFlags,
}

#[derive(Args, Clone, Default)]
#[command(next_help_heading = "YubiKey")]
pub struct YubikeyFlags {
    /// The YubiKey's OATH account, byte for byte [default: found by the MFA device] [env:
    /// AWSMFA_YUBIKEY_ACCOUNT]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub yubikey_account: Option<String>,
    /// The YubiKey: its serial number or OATH device id [env: AWSMFA_YUBIKEY_SERIAL]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub yubikey_serial: Option<String>,
}

#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Network")]
pub struct NetworkFlags {
    /// How long connecting may take [default: 5] [env: AWSMFA_CONNECT_TIMEOUT]
    #[arg(long, value_name = "SECONDS", value_parser = duration::parse_timeout, value_hint = ValueHint::Other)]
    pub connect_timeout: Option<Duration>,
    /// How long a call may take in all [default: 15] [env: AWSMFA_TIMEOUT]
    #[arg(long, value_name = "SECONDS", value_parser = duration::parse_timeout, value_hint = ValueHint::Other)]
    pub timeout: Option<Duration>,
}

#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Session")]
pub struct AgentFlags {
    /// Log in without the agent: do not use its session, and do not hand it one [env: AWSMFA_AGENT=off]
    #[arg(long)]
    pub no_agent: bool,
}

impl Who {
    /// A flag wins over a variable.
    pub fn level(&self, environment: &Environment) -> Level {
        match (self.quiet, self.verbose) {
            (true, _) => Level::Quiet,
            (_, true) => Level::Verbose,
            _ if environment.is_on("AWSMFA_QUIET") => Level::Quiet,
            _ if environment.is_on("AWSMFA_VERBOSE") => Level::Verbose,
            _ => Level::Normal,
        }
    }
}

impl Login {
    pub(super) fn words_mut(&mut self) -> (&mut Who, &mut Option<String>) {
        (&mut self.who, &mut self.code.token_code)
    }

    /// Whether a session that is still valid is to be renewed.
    pub fn forced(&self, environment: &Environment) -> bool {
        self.session.force || environment.is_on("AWSMFA_FORCE")
    }
}

/// The words of `--source`, `AWSMFA_SOURCE` and `mfa_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Source {
    /// typed at the terminal
    Prompt,
    /// computed (TOTP, RFC 6238) from the secret in a file
    File,
    /// computed (TOTP, RFC 6238) from the secret that a command prints
    #[value(name = "secret_process", alias = "secret-process")]
    SecretProcess,
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
            Self::SecretProcess => "secret_process",
            Self::Yubikey => "yubikey",
            Self::Process => "process",
        })
    }
}
