//! Where the secret of a new device goes. Everything about the place is settled before AWS is asked to
//! create anything.

use anyhow::{Context as _, Result, anyhow};

use super::NO_ENROLMENT;
use super::qr;
use crate::arn::Arn;
use crate::aws::NewDevice;
use crate::cli::{Enroll, Place, Source};
use crate::message::{OrHint as _, hinted};
use crate::mfa::yubikey::{self, ReadyKey};
use crate::mfa::{CodeRequest, NewFile, default_secret_file, order};
use crate::profile::{MfaSettings, YubikeySettings};
use crate::program;
use crate::secret::Secret;
use crate::terminal::Terminal;
use crate::ykoath::WriteAccess;

/// A place that can take a secret.
pub enum Prepared {
    Yubikey(Box<ReadyKey>),
    File(NewFile),
    /// The command.
    Process(String),
    Show(Terminal),
}

impl Prepared {
    /// `request` has the settings of the new device.
    pub async fn find(args: &Enroll, request: &CodeRequest<'_>) -> Result<Self> {
        match args.place() {
            Place::Yubikey => {
                let key = yubikey::prepare(request, args.touch, WriteAccess::for_enroll()).await;
                key.map(|key| Self::Yubikey(Box::new(key)))
            }
            Place::File => new_file(request).map(Self::File),
            Place::Process => Ok(Self::Process(
                args.store_command.clone().unwrap_or_default(),
            )),
            Place::Show => Terminal::open()
                .map(Self::Show)
                .or_hint(|| "without a terminal: --to yubikey, file or process"),
        }
        .context(NO_ENROLMENT)
    }

    /// The device whose secret an earlier run stored here before it ended.
    ///
    /// # Errors
    /// It has another name than `asked`.
    pub fn begun(&mut self, asked: Option<&str>) -> Result<Option<NewDevice>> {
        let Self::File(file) = self else {
            return Ok(None);
        };
        let path = file.path().display().to_string();
        let Some((serial, secret)) = file.begun() else {
            return Ok(None);
        };
        let is_asked = |name: &str| serial.ends_with(&format!(":mfa/{name}"));
        if asked.is_some_and(|name| !is_asked(name)) {
            let error = anyhow!("{path} holds the secret of {serial}, whose enrolment has begun");
            let hint = "leave --name out to go on with that device, or name another file";
            return Err(hinted(error, hint)).context(NO_ENROLMENT);
        }
        Ok(Some(NewDevice { serial, secret }))
    }

    /// Whether a second run goes on with what this one stores.
    pub fn can_go_on(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Whether it has no account yet of the device `serial`.
    pub fn check_free(&self, serial: &str) -> Result<()> {
        match self {
            Self::Yubikey(key) => key.check_free(&yubikey::account_name(serial)?),
            _ => Ok(()),
        }
    }

    /// In words, after "its secret goes to" and "its secret is in", for the device `serial`.
    pub fn words(&self, serial: &str) -> String {
        match self {
            Self::Yubikey(key) => match yubikey::account_name(serial) {
                Ok(account) => format!("the account {account} on the YubiKey {}", key.name),
                Err(_) => format!("the YubiKey {}", key.name),
            },
            Self::File(file) => format!("the file {}", file.path().display()),
            Self::Process(_) => "what the command of --store-command keeps".to_owned(),
            Self::Show(_) => "the app that read the QR code".to_owned(),
        }
    }

    /// Stores the secret durably, or fails.
    pub async fn store(&self, device: &NewDevice, request: &CodeRequest<'_>) -> Result<()> {
        let uri = device.secret.uri(&account_name(&device.serial));
        match self {
            Self::Yubikey(key) => {
                let account = yubikey::account_name(&device.serial)?;
                yubikey::store(request, key, &account, device.secret.base32()).await
            }
            Self::File(file) => file.store(&device.serial, &device.secret),
            Self::Process(command) => feed(command, &uri).await,
            Self::Show(terminal) => {
                for line in qr::lines(uri.expose())? {
                    terminal.say(&line)?;
                }
                let secret = device.secret.base32().expose();
                terminal.say(&format!("the same for typing: {secret}"))?;
                let question = "does the app show the account and its code now?";
                let answer = request
                    .context
                    .messages
                    .hold_during(terminal.confirm(question));
                answer
                    .await?
                    .then_some(())
                    .context("the app did not take it")
            }
        }
        .context("could not store the secret of the MFA device")
    }

    /// The device is enabled and proven.
    pub async fn finish(&self, device: &NewDevice, request: &CodeRequest<'_>) -> Result<()> {
        match self {
            Self::Yubikey(key) => {
                let account = yubikey::account_name(&device.serial)?;
                let secret = device.secret.base32();
                yubikey::offer_another(request, key, &account, secret).await
            }
            Self::File(file) => file.finish(&device.serial, &device.secret),
            Self::Process(_) | Self::Show(_) => Ok(()),
        }
    }

    /// The setting that names the place, for the device `serial`.
    pub fn setting(&self, serial: &str) -> Option<(&'static str, String)> {
        match self {
            Self::Yubikey(_) => Some(("mfa_yubikey_account", yubikey::account_name(serial).ok()?)),
            Self::File(file) => Some(("mfa_secret_file", file.path().display().to_string())),
            _ => None,
        }
    }

    /// `mfa_source`, if it is needed.
    pub fn source(&self, request: &CodeRequest<'_>) -> Option<(&'static str, String)> {
        let mut others = request.settings.clone();
        match self {
            Self::Yubikey(_) => {
                others.yubikey = YubikeySettings::default();
                needed(Source::Yubikey, &others)
            }
            Self::File(_) => {
                others.secret_file = None;
                needed(Source::File, &others)
            }
            // Only the user knows the command that reads it: one may be configured already.
            Self::Process(_) => {
                let order = order(&others);
                let is_command =
                    |source| matches!(source, &Source::Process | &Source::SecretProcess);
                let is_read = order.iter().any(is_command);
                let other = || needed(Source::Prompt, &others).or_else(|| prompt(request));
                (!is_read).then(other).flatten()
            }
            Self::Show(_) => Some(("mfa_source", Source::Prompt.to_string())),
        }
    }
}

/// The prompt, if the secret of another device in `~/.aws-mfa` would give the codes without it.
fn prompt(request: &CodeRequest<'_>) -> Option<(&'static str, String)> {
    let file = default_secret_file(request.context.environment)?;
    file.is_file()
        .then(|| ("mfa_source", Source::Prompt.to_string()))
}

/// `mfa_secret_file`, else `~/.aws-mfa`.
fn new_file(request: &CodeRequest<'_>) -> Result<NewFile> {
    let configured = request.settings.secret_file.as_ref();
    let configured = configured.map(|path| path.value.clone());
    let usual = || default_secret_file(request.context.environment);
    NewFile::at(&configured.or_else(usual).context("HOME is not set")?)
}

/// A command that fails may have stored the secret or not.
async fn feed(command: &str, uri: &Secret) -> Result<()> {
    let fed = program::feed(command, uri).await;
    fed.map_err(|error| match error {
        program::Error::Start(error) | program::Error::Read(error) => {
            anyhow!("the command of --store-command cannot be run: {error}")
        }
        program::Error::TooMuch => anyhow!("the command of --store-command prints too much"),
        program::Error::Failed(status) => {
            anyhow!("the command of --store-command failed: {status}")
        }
    })
}

/// `NAME@ACCOUNT`, as in AWS's QR codes.
fn account_name(serial: &str) -> String {
    let arn = Arn::parse(serial);
    let (name, account) = arn.map_or((serial, ""), |arn| (arn.name(), arn.account));
    format!("{name}@{account}")
}

/// The word of `mfa_source` that lets `source` give the codes, if without it another one would: the
/// profile, a variable or a flag configures one.
fn needed(source: Source, settings: &MfaSettings) -> Option<(&'static str, String)> {
    let others = order(settings);
    let is_usual = others == order(&MfaSettings::default());
    (!is_usual).then(|| ("mfa_source", source.to_string()))
}
