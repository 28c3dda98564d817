//! Settings of the sources of codes (each also of the source profile).

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;

use super::settings::{SECRET_FILE, SOURCE, Settings, YUBIKEY_ACCOUNT, YUBIKEY_SERIAL};
use crate::cli::Source;
use crate::files::refusal::refused;
use crate::origin::{Origin, Sourced};

/// The keys that configure a source, the strongest first. `mfa_secret_process` comes before
/// `mfa_process`, which other tools read too: from the secret, awsmfa knows the time step of a code.
const KEYS: [(&str, Source); 6] = [
    ("mfa_secret_process", Source::SecretProcess),
    ("mfa_process", Source::Process),
    ("mfa_secret_file", Source::File),
    ("mfa_yubikey_account", Source::Yubikey),
    ("mfa_yubikey_serial", Source::Yubikey),
    ("mfa_yubikey_password_process", Source::Yubikey),
];

/// Settings of the code sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MfaSettings {
    /// `--source`, `AWSMFA_SOURCE`, `mfa_source`: the list of words, if there is one.
    pub sources: Option<Sourced<Vec<Source>>>,
    /// Without a list: the source that one of the other settings configures.
    pub configured: Option<Source>,
    /// `--secret-file`, `AWSMFA_SECRET_FILE`, `mfa_secret_file`. `~` is expanded.
    pub secret_file: Option<Sourced<PathBuf>>,
    /// `mfa_process`, a command for `/bin/sh -c`; inherited from the source profile.
    pub process: Option<Sourced<String>>,
    /// `mfa_secret_process`, likewise.
    pub secret_process: Option<Sourced<String>>,
    /// Account, key and password of the source `yubikey`.
    pub yubikey: YubikeySettings,
}

/// What the profile, a variable or a flag says about the YubiKey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct YubikeySettings {
    /// `--yubikey-account`, `AWSMFA_YUBIKEY_ACCOUNT`, `mfa_yubikey_account`.
    pub account: Option<Sourced<String>>,
    /// `--yubikey-serial`, `AWSMFA_YUBIKEY_SERIAL`, `mfa_yubikey_serial`.
    pub serial: Option<Sourced<String>>,
    /// `mfa_yubikey_password_process`: a command for `/bin/sh -c`.
    pub password_process: Option<Sourced<String>>,
}

impl YubikeySettings {
    /// Where a setting of the YubiKey comes from, if there is one: a flag or a variable
    /// comes before a file.
    pub fn origin(&self) -> Option<&Origin> {
        let settings = [&self.account, &self.serial, &self.password_process].into_iter();
        let origins = settings.flatten().map(|setting| &setting.origin);
        origins.min_by_key(|origin| matches!(origin, Origin::File { .. }))
    }
}

impl MfaSettings {
    pub fn read(settings: &Settings<'_>) -> Result<Self> {
        let flags = &settings.login.code;
        let yubikey = &flags.yubikey;
        let account = settings.text(&YUBIKEY_ACCOUNT, yubikey.yubikey_account.as_deref());
        let serial = settings.text(&YUBIKEY_SERIAL, yubikey.yubikey_serial.as_deref());
        let path = |text: &Sourced<&str>| Ok(PathBuf::from(text.value));
        let file = settings.parsed(&SECRET_FILE, flags.secret_file.clone(), path)?;
        let command = |key| settings.inherited(key).map(Sourced::owned);
        let mut read = Self {
            sources: settings.parsed(&SOURCE, flags.source.clone(), source_list)?,
            secret_file: file.map(|file| file.map(|path| settings.environment.expand(path))),
            process: command("mfa_process"),
            secret_process: command("mfa_secret_process"),
            yubikey: YubikeySettings {
                account: account.map(Sourced::owned),
                serial: serial.map(Sourced::owned),
                password_process: command("mfa_yubikey_password_process"),
            },
            configured: None,
        };
        read.configured = read.by_hand().or_else(|| by_profile(settings));
        Ok(read)
    }

    /// The source that a flag or a variable configures.
    fn by_hand(&self) -> Option<Source> {
        let by_hand = |origin: &&Origin| !matches!(origin, Origin::File { .. });
        let file = self.secret_file.as_ref().map(|file| &file.origin);
        let file = file.filter(by_hand).map(|_| Source::File);
        file.or_else(|| {
            self.yubikey
                .origin()
                .filter(by_hand)
                .map(|_| Source::Yubikey)
        })
    }
}

/// The source that a profile configures, the one nearest to the profile asked for.
fn by_profile(settings: &Settings<'_>) -> Option<Source> {
    settings.profiles.iter().find_map(|profile| {
        let mut keys = KEYS.iter();
        let key = keys.find(|(key, _)| profile.get(key).is_some());
        key.map(|(_, source)| *source)
    })
}

/// Words separated by commas or blanks.
fn source_list(list: &Sourced<&str>) -> Result<Vec<Source>> {
    let words = list.value.split([',', ' ', '\t', '\n']);
    let words = words.filter(|word| !word.is_empty());
    let sources: Result<Vec<_>, _> = words
        .map(|word| Source::from_str(word, true).map_err(|_| word))
        .collect();
    let why = match sources {
        Ok(sources) if !sources.is_empty() => return Ok(sources),
        Ok(_) => "names no source of codes".to_owned(),
        Err(word) => format!("names an unknown source of codes: {word:?}"),
    };
    let known: Vec<_> = Source::value_variants()
        .iter()
        .map(Source::to_string)
        .collect();
    let hint = format!("the sources of codes are {}", known.join(", "));
    Err(refused(list, why, &hint))
}
