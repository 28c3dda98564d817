//! A second YubiKey with the same secret. No key gives a secret back, so there is no later chance.

use anyhow::Result;

use super::ask;
use super::ask_user::wait_for_another;
use super::key::YubiKey;
use super::ready::{ReadyKey, choose, only, open, scan};
use super::store::store;
use crate::mfa::CodeRequest;
use crate::origin::{Origin, Sourced};
use crate::profile::MfaSettings;
use crate::secret::Secret;
use crate::terminal::{Interrupted, Terminal};
use crate::ykoath::Error;

/// Offers to store the secret on more keys, until the user declines. Without a terminal
/// there is no offer. A key that cannot take it is reported, and the offer repeated.
///
/// The first key has the secret: call this when the device works, and nothing can be lost.
///
/// # Errors
/// [`Interrupted`]; the terminal is gone.
pub async fn offer_another(
    request: &CodeRequest<'_>,
    first: &ReadyKey,
    account: &str,
    secret: &Secret,
) -> Result<()> {
    let mut done = vec![first.device_id.clone()];
    while let Ok(terminal) = Terminal::open() {
        let question = "store the secret on another YubiKey too, in case this one gets lost?";
        if !ask(request, terminal.confirm(question)).await? {
            break;
        }
        match on_another(request, first, &done, account, secret).await {
            Ok(key) => {
                let name = &key.name;
                let said = format!("the YubiKey {name} has the secret too, as {account}");
                let messages = request.context.messages;
                messages.notes([Some(said), only_one_is_allowed(request)].iter().flatten());
                done.push(key.device_id);
            }
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                let error = error.context("could not store the secret on another YubiKey");
                request.context.messages.error(&error);
            }
        }
    }
    Ok(())
}

/// A setting that keeps logins from using the other keys.
fn only_one_is_allowed(request: &CodeRequest<'_>) -> Option<String> {
    let Sourced { value, origin } = request.settings.yubikey.serial.as_ref()?;
    let stays = !matches!(origin, Origin::Flag(_));
    stays.then(|| {
        format!("{origin} lets only the YubiKey {value} give codes: remove it to use either key")
    })
}

async fn on_another(
    request: &CodeRequest<'_>,
    first: &ReadyKey,
    done: &[Vec<u8>],
    account: &str,
    secret: &Secret,
) -> Result<ReadyKey> {
    // The first key may be configured by its number.
    let mut any = request.settings.clone();
    any.yubikey.serial = None;
    let request = request.with_settings(&any);
    let settings = another(&request, done).await?;
    let key = open(&request, &settings, first.touch, first.access).await?;
    key.check_free(account)?;
    store(&request, &key, account, secret).await?;
    Ok(key)
}

/// Settings that allow only a key that is not in `done`. Waits until one is plugged in.
async fn another(request: &CodeRequest<'_>, done: &[Vec<u8>]) -> Result<MfaSettings> {
    loop {
        let search = scan(request).await;
        let keys = search.as_ref().map_or(&[][..], |search| &search.keys);
        let others: Vec<&YubiKey> = keys
            .iter()
            .filter(|key| !done.contains(&key.device_id))
            // The service takes a moment to notice that a key was pulled.
            .filter(|key| !matches!(key.accounts, Err(Error::Removed)))
            .collect();
        let name = match others[..] {
            [] => {
                wait_for_another(request).await?;
                continue;
            }
            [key] => key.name(),
            _ => choose(request, &others).await?,
        };
        return Ok(only(request.settings, &name));
    }
}
