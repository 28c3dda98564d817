//! The arguments of `enroll` and `resync`.

#![expect(clippy::doc_markdown, reason = "these comments are the text of --help")]

use std::fmt;
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueHint};

use super::login::{CodeFlags, Login, NetworkFlags, Source, Who, YubikeyFlags};

#[derive(Args)]
pub struct Enroll {
    #[command(flatten)]
    pub who: Who,
    /// The device's name at AWS [default: the user's name, or that and a number]
    #[arg(long, value_name = "NAME", value_parser = device_name, value_hint = ValueHint::Other)]
    pub name: Option<String>,
    /// Where its secret goes: yubikey, file, process (the stdin of a command) or show (a QR code on
    /// the terminal) [default: yubikey]
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "PLACE",
        requires_if("process", "store_command")
    )]
    pub to: Option<Place>,
    /// With --to file: the new file, which must not exist [default: mfa_secret_file, ~/.aws-mfa] [env:
    /// AWSMFA_SECRET_FILE]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub secret_file: Option<PathBuf>,
    /// With --to process: what stores the otpauth:// URI that it gets on its stdin
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::CommandString)]
    pub store_command: Option<String>,
    /// With --to yubikey: the key computes a code only when it is touched
    #[arg(long)]
    pub touch: bool,
    /// With --to yubikey: the key, by its serial number or OATH device id [env:
    /// AWSMFA_YUBIKEY_SERIAL]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub yubikey_serial: Option<String>,
    /// Say what would be done, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print the lines of the profile as JSON
    #[arg(long)]
    pub json: bool,
    /// A code of the device that the user has already, six digits [env: AWSMFA_TOKEN_CODE]
    #[arg(long, short = 'c', value_name = "CODE", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub token_code: Option<String>,
    /// The device that the user has already: AWS lets it vouch for the new one [env: MFA_DEVICE,
    /// AWS_MFA_SERIAL]
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub mfa_serial: Option<String>,
    #[command(flatten)]
    pub network: NetworkFlags,
}

/// The words of `--to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Place {
    Yubikey,
    File,
    Process,
    Show,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yubikey => "yubikey",
            Self::File => "file",
            Self::Process => "process",
            Self::Show => "show",
        })
    }
}

impl Enroll {
    /// `--to`, or what a flag of one place implies.
    pub fn place(&self) -> Place {
        self.to.unwrap_or_else(|| {
            if self.store_command.is_some() {
                Place::Process
            } else if self.secret_file.is_some() {
                Place::File
            } else {
                Place::Yubikey
            }
        })
    }

    /// A flag that the place has no use for, and the place.
    pub(super) fn surplus_flag(&self) -> Option<(&'static str, Place)> {
        let place = self.place();
        let flags = [
            ("--secret-file", self.secret_file.is_some(), Place::File),
            (
                "--store-command",
                self.store_command.is_some(),
                Place::Process,
            ),
            ("--touch", self.touch, Place::Yubikey),
            (
                "--yubikey-serial",
                self.yubikey_serial.is_some(),
                Place::Yubikey,
            ),
        ];
        let surplus = flags
            .into_iter()
            .find(|(_, given, of)| *given && *of != place);
        surplus.map(|(flag, ..)| (flag, place))
    }

    /// The arguments of a login with the device that the user has already. Its secret is not in the
    /// file that the new one goes to.
    pub fn login(&self) -> Login {
        Login {
            who: self.who.clone(),
            code: CodeFlags {
                token_code: self.token_code.clone(),
                mfa_serial: self.mfa_serial.clone(),
                ..CodeFlags::default()
            },
            network: self.network.clone(),
            ..Login::default()
        }
    }

    /// The same for the new device's place.
    pub fn new_login(&self) -> Login {
        let mut login = self.login();
        login.code.secret_file.clone_from(&self.secret_file);
        login.code.yubikey = YubikeyFlags {
            yubikey_serial: self.yubikey_serial.clone(),
            ..YubikeyFlags::default()
        };
        login
    }
}

#[derive(Args)]
pub struct Resync {
    #[command(flatten)]
    pub who: Who,
    /// Two codes of consecutive time steps, from the words; none if they are computed or asked for.
    #[arg(skip)]
    pub codes: Vec<String>,
    /// The MFA device: its ARN, or a hardware device's serial number [env: MFA_DEVICE, AWS_MFA_SERIAL]
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new(), value_hint = ValueHint::Other)]
    pub mfa_serial: Option<String>,
    /// Where the codes come from, tried in order: prompt, file, secret_process, yubikey, process [env:
    /// AWSMFA_SOURCE]
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "SOURCE,…",
        value_delimiter = ','
    )]
    pub source: Option<Vec<Source>>,
    #[command(flatten)]
    pub network: NetworkFlags,
}

impl Resync {
    /// The same arguments, as a login has them.
    pub fn login(&self) -> Login {
        Login {
            who: self.who.clone(),
            code: CodeFlags {
                mfa_serial: self.mfa_serial.clone(),
                source: self.source.clone(),
                ..CodeFlags::default()
            },
            network: self.network.clone(),
            ..Login::default()
        }
    }

    /// Gives the words their meaning.
    pub(super) fn take_codes(&mut self) -> Result<(), String> {
        self.codes = self.who.take_codes();
        self.who.assign_words(&mut None)?;
        match self.codes.len() {
            0 | 2 => Ok(()),
            1 => Err("one code is not enough: two that follow each other are needed".to_owned()),
            more => Err(format!("two codes are needed, and {more} were given")),
        }
    }
}

/// `VirtualMFADeviceName`: letters, digits and `_+=,.@-`. An ARN has at most 256 characters.
fn device_name(text: &str) -> Result<String, String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    if (1..=200).contains(&text.len()) && text.chars().all(is_letter) {
        return Ok(text.to_owned());
    }
    Err("a name of letters, digits and _ + = , . @ - is needed, 200 at most".to_owned())
}
