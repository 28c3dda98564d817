//! The MFA device, and settings of the sources of its codes (each also of the source profile).

pub mod serial;

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::ValueEnum;

use super::chain::Chain;
use crate::cli::{Login, Source};
use crate::environment::Environment;
use crate::files::stray;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};

/// Settings of the code sources (SPEC section 5).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MfaSettings {
    /// `--source`, `AWSMFA_SOURCE`, `mfa_source`: the list of words, where one is configured.
    pub sources: Option<Sourced<Vec<Source>>>,
    /// `--secret-file`, `AWSMFA_SECRET_FILE`, `mfa_secret_file`. `~` is expanded.
    pub secret_file: Option<Sourced<PathBuf>>,
    /// `mfa_process`, a command for `/bin/sh -c`; inherited from the source profile.
    pub process: Option<Sourced<String>>,
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
    /// Who has said that the code comes from a YubiKey, if anybody has.
    pub fn origin(&self) -> Option<&Origin> {
        let settings = [&self.account, &self.serial, &self.password_process];
        let origins = settings
            .into_iter()
            .flatten()
            .map(|setting| &setting.origin);
        origins.min_by_key(|origin| matches!(origin, Origin::File { .. }))
    }
}

impl MfaSettings {
    pub fn read(chain: &Chain<'_>, login: &Login, environment: &Environment) -> Result<Self> {
        let variable = |name| {
            environment
                .get(name)
                .map(|value| Sourced::new(value, Origin::Variable(name)))
        };
        let sources = match &login.code.source {
            Some(words) => Some(Sourced::new(words.clone(), Origin::Flag("--source"))),
            None => variable("AWSMFA_SOURCE")
                .or_else(|| chain.inherited("mfa_source"))
                .map(source_list)
                .transpose()?,
        };
        let secret_file = login
            .code
            .secret_file
            .as_ref()
            .map(|path| Sourced::new(path.clone(), Origin::Flag("--secret-file")))
            .or_else(|| {
                variable("AWSMFA_SECRET_FILE")
                    .or_else(|| chain.inherited("mfa_secret_file"))
                    .map(|path| path.map(PathBuf::from))
            });
        Ok(Self {
            sources,
            secret_file: secret_file.map(|path| path.map(|path| environment.expand(path))),
            process: chain
                .inherited("mfa_process")
                .map(|command| command.map(str::to_owned)),
            yubikey: yubikey_settings(chain, login, environment),
        })
    }
}

/// A flag, a variable, or the profile says each.
fn yubikey_settings(
    chain: &Chain<'_>,
    login: &Login,
    environment: &Environment,
) -> YubikeySettings {
    let setting = |given: &Option<String>, flag, variable, key| {
        let given = given
            .clone()
            .map(|value| Sourced::new(value, Origin::Flag(flag)));
        let from_variable = || {
            let value = environment.get(variable)?.to_owned();
            Some(Sourced::new(value, Origin::Variable(variable)))
        };
        let from_profile = || Some(chain.inherited(key)?.map(str::to_owned));
        given.or_else(from_variable).or_else(from_profile)
    };
    YubikeySettings {
        account: setting(
            &login.code.yubikey.yubikey_account,
            "--yubikey-account",
            "AWSMFA_YUBIKEY_ACCOUNT",
            "mfa_yubikey_account",
        ),
        serial: setting(
            &login.code.yubikey.yubikey_serial,
            "--yubikey-serial",
            "AWSMFA_YUBIKEY_SERIAL",
            "mfa_yubikey_serial",
        ),
        password_process: chain
            .inherited("mfa_yubikey_password_process")
            .map(|command| command.map(str::to_owned)),
    }
}

/// Words separated by commas or blanks.
fn source_list(list: Sourced<&str>) -> Result<Sourced<Vec<Source>>> {
    let words = list
        .value
        .split([',', ' ', '\t', '\n'])
        .filter(|word| !word.is_empty());
    let sources: Result<Vec<_>, _> = words
        .map(|word| Source::from_str(word, true).map_err(|_| word))
        .collect();
    let known = || {
        let values = Source::value_variants()
            .iter()
            .filter_map(ValueEnum::to_possible_value);
        let names: Vec<_> = values.map(|value| value.get_name().to_owned()).collect();
        format!("the sources of codes are {}", names.join(", "))
    };
    match sources {
        Ok(sources) if !sources.is_empty() => Ok(Sourced::new(sources, list.origin)),
        Ok(_) => Err(anyhow!("{} names no source of codes", list.origin)).or_hint(known),
        Err(word) => Err(anyhow!(
            "{} names an unknown source of codes: {word:?}",
            list.origin
        ))
        .or_hint(|| stray::hint(list.value, known)),
    }
}

/// The configured serial number of the MFA device: the one nearest to the requested profile wins.
pub fn configured_serial(
    chain: &Chain<'_>,
    login: &Login,
    environment: &Environment,
) -> Result<Option<Sourced<String>>> {
    let variable = |name| {
        environment
            .get(name)
            .map(|value| Sourced::new(value, Origin::Variable(name)))
    };
    let flag = login
        .code
        .mfa_serial
        .as_deref()
        .filter(|serial| !serial.is_empty());
    let mut hops = chain.hops.iter();
    let serial = flag
        .map(|serial| Sourced::new(serial, Origin::Flag("--mfa-serial")))
        .or_else(|| hops.next()?.mfa_serial())
        .or_else(|| variable("MFA_DEVICE"))
        .or_else(|| variable("AWS_MFA_SERIAL"))
        .or_else(|| {
            chain
                .hops
                .iter()
                .skip(1)
                .find_map(super::chain::Hop::mfa_serial)
        });
    serial.map(|serial| serial::checked(&serial)).transpose()
}
