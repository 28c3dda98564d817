//! A YubiKey that can take the secret of a new MFA device. Which key it is, its password, its room,
//! its firmware and the account's name are settled before anything is created at AWS.

use anyhow::{Context, Result, anyhow};

use super::ask;
use super::explain::why_no_key;
use super::key::YubiKey;
use super::search::Search;
use crate::arn::Arn;
use crate::message::hinted;
use crate::mfa::CodeRequest;
use crate::origin::{Origin, Sourced};
use crate::profile::MfaSettings;
use crate::terminal::Terminal;
use crate::ykoath::card::Reader;
use crate::ykoath::{AccessKey, Credential, LONGEST_ID, Version, WriteAccess};

/// The first firmware whose accounts can ask for a touch. (ykman's limit. Yubico's text says 4.2.4.)
const TOUCH_VERSION: Version = [4, 2, 6];

/// A key that was read, with its password if it has one, and has room for another account.
pub struct ReadyKey {
    /// Its serial number, else its OATH device id.
    pub name: String,
    pub(super) reader: Reader,
    pub(super) device_id: Vec<u8>,
    pub(super) password: Option<AccessKey>,
    /// Whether the account is to ask for a touch.
    pub(super) touch: bool,
    pub(super) access: WriteAccess,
    version: Option<Version>,
    accounts: Vec<Credential>,
}

/// The name that a device's account gets on a YubiKey: its ARN, by which a login finds it, else, if
/// that is too long, the device's name.
///
/// # Errors
/// The device's name has more than 64 bytes.
pub fn account_name(arn: &str) -> Result<String> {
    let name = Arn::parse(arn).map_or(arn, Arn::name);
    let mut names = [arn, name].into_iter();
    let fitting = names.find(|name| name.len() <= LONGEST_ID);
    fitting.map(str::to_owned).ok_or_else(|| {
        hinted(
            anyhow!(
                "a YubiKey has room for a name of {LONGEST_ID} characters, and {name} has {}",
                name.len()
            ),
            "choose a shorter one with --name",
        )
    })
}

/// The key that `mfa_yubikey_serial` selects, else the only one that is connected, else the one that
/// the user chooses. Asks for its password if it has one. Writes nothing.
///
/// # Errors
/// No key; several, and no terminal to choose on; no password; no room; `touch`, and a firmware that
/// does not know touches.
pub async fn prepare(
    request: &CodeRequest<'_>,
    touch: bool,
    access: WriteAccess,
) -> Result<ReadyKey> {
    let search = scan(request).await?;
    let settings = match &search.keys.iter().collect::<Vec<_>>()[..] {
        several @ [_, _, ..] => only(request.settings, &choose(request, several).await?),
        _ => request.settings.clone(),
    };
    open(request, &settings, touch, access).await
}

/// Every key that the settings allow, without its password.
pub(super) async fn scan<'a>(request: &CodeRequest<'a>) -> Result<Search<'a>> {
    let mut search = Search::new(*request);
    search.list_all = true;
    search.scan().await?;
    Ok(search)
}

/// The settings, narrowed to one key.
pub(super) fn only(settings: &MfaSettings, name: &str) -> MfaSettings {
    let mut settings = settings.clone();
    let origin = Origin::Rule("the chosen YubiKey");
    settings.yubikey.serial = Some(Sourced::new(name.to_owned(), origin));
    settings
}

/// The name of the key that the user chooses.
pub(super) async fn choose(request: &CodeRequest<'_>, keys: &[&YubiKey]) -> Result<String> {
    let mut names: Vec<_> = keys.iter().map(|key| key.name()).collect();
    let Ok(terminal) = Terminal::open() else {
        return Err(hinted(
            anyhow!("several YubiKeys are connected: {}", names.join(", ")),
            "choose one with --yubikey-serial (mfa_yubikey_serial)",
        ));
    };
    let question = "several YubiKeys are connected; which one gets the secret?";
    let index = ask(request, terminal.choose(question, &names)).await?;
    Ok(names.swap_remove(index))
}

/// Reads and unlocks the only key that `settings` allow.
pub(super) async fn open(
    request: &CodeRequest<'_>,
    settings: &MfaSettings,
    touch: bool,
    access: WriteAccess,
) -> Result<ReadyKey> {
    let mut search = Search::new(request.with_settings(settings));
    search.list_all = true;
    search.open().await?;
    if let Some(error) = why_no_key(&search) {
        return Err(error);
    }
    let passwords = search.passwords;
    let mut keys = search.keys.into_iter();
    let ready = keys.find_map(|key| ReadyKey::new(key, &passwords, touch, access));
    let ready = ready.context("no YubiKey could be read")?;
    ready.check()?;
    Ok(ready)
}

impl ReadyKey {
    /// `None` if the key could not be read.
    fn new(
        key: YubiKey,
        passwords: &[AccessKey],
        touch: bool,
        access: WriteAccess,
    ) -> Option<Self> {
        let mut passwords = passwords.iter();
        let password = passwords.find(|password| password.device_id == key.device_id);
        let name = key.name();
        let accounts = key.accounts.ok()?.into_iter();
        Some(Self {
            name,
            reader: key.reader,
            device_id: key.device_id,
            password: password.cloned(),
            touch,
            access,
            version: key.version,
            accounts: accounts.map(|account| account.credential).collect(),
        })
    }

    fn check(&self) -> Result<()> {
        let (name, has) = (&self.name, self.accounts.len());
        if self.version.and_then(room).is_some_and(|room| has >= room) {
            return Err(hinted(
                anyhow!("the YubiKey {name} has {has} accounts and no room for another"),
                "use another key, or delete an account that you no longer need (ykman oath accounts \
                 delete)",
            ));
        }
        match self.version {
            Some(version @ [major, minor, patch]) if self.touch && version < TOUCH_VERSION => {
                Err(hinted(
                    anyhow!(
                        "the YubiKey {name} (version {major}.{minor}.{patch}) cannot ask for a touch"
                    ),
                    "leave out --touch",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Whether an account can be stored under this name.
    ///
    /// # Errors
    /// The key has an account of that name. It may be another device's and is never overwritten.
    pub fn check_free(&self, account: &str) -> Result<()> {
        let is_taken = |credential: &&Credential| {
            let ids = [&credential.id[..], credential.id_without_period()];
            ids.contains(&account.as_bytes()) || self.would_damage(credential, account)
        };
        let Some(taken) = self.accounts.iter().find(is_taken) else {
            return Ok(());
        };
        let taken = taken.label();
        Err(hinted(
            anyhow!("the YubiKey {} already has an account {taken}", self.name),
            format!(
                "if no device needs that account any more: {}; a new device can also have another \
                 name",
                deletion(&taken)
            ),
        ))
    }

    /// Between 4.0.0 and 4.3.5, PUT overwrites an account whose id begins with the new one (ykman
    /// refuses this as well).
    fn would_damage(&self, credential: &Credential, account: &str) -> bool {
        let has_this_bug = |version| version > [4, 0, 0] && version < [4, 3, 5];
        self.version.is_some_and(has_this_bug) && credential.id.starts_with(account.as_bytes())
    }
}

/// The command that deletes an account.
pub fn deletion(account: &str) -> String {
    let quoted = shell_escape::escape(account.into());
    format!("ykman oath accounts delete {quoted}")
}

/// How many accounts a YubiKey has room for. `None` if that is not known: other applets have versions
/// of their own, and a YubiKey NEO's room depends on the lengths of the names.
fn room(version: Version) -> Option<usize> {
    match version {
        [4, ..] | [5, ..7, _] => Some(32),
        [5, ..] => Some(64),
        _ => None,
    }
}
