//! Stores the secret of a new MFA device on a YubiKey, and says what there is of it on the key if that
//! fails.

use anyhow::{Result, anyhow};

use super::hints::explained;
use super::key::HOLDER_TIMEOUT;
use super::now;
use super::ready::{ReadyKey, deletion};
use super::wait::on_thread;
use super::writing::{Left, LeftOnKey, Writing};
use crate::message::{Messages, hint_of, with_hint};
use crate::mfa::CodeRequest;
use crate::mfa::totp::{Totp, shared_secret};
use crate::secret::Secret;
use crate::terminal::ATTEMPTS;
use crate::ykoath::card::Service;
use crate::ykoath::{Applet, Error, NewAccount};

/// Stores `secret` (base32) as `account`, and compares one code that the key computes with the
/// secret's. That code takes a touch if the account's codes do; it may be missed twice.
///
/// # Errors
/// They say what there is of the account on the key. What the key does not prove is taken back.
pub async fn store(
    request: &CodeRequest<'_>,
    key: &ReadyKey,
    account: &str,
    secret: &Secret,
) -> Result<()> {
    let messages = request.context.messages;
    let left = LeftOnKey::default();
    for attempt in 1.. {
        let abandoned = Abandoned(Some(messages), key, account, &left);
        let stored = write_once(request, key, account, secret, &left).await;
        abandoned.not_abandoned();
        match stored? {
            Ok(()) => break,
            Err(Error::NotTouched) if left.get() == Left::Nothing && attempt < ATTEMPTS => {
                messages.note("the YubiKey was not touched in time: once more");
            }
            Err(error) => return Err(failure(key, account, left.get(), &explained(&error))),
        }
    }
    Ok(())
}

async fn write_once(
    request: &CodeRequest<'_>,
    key: &ReadyKey,
    account: &str,
    secret: &Secret,
    left: &LeftOnKey,
) -> Result<Result<(), Error>> {
    let totp = Totp::parse(secret.expose())?;
    let time_step = now(request) / totp.period();
    let writing = Writing {
        account: NewAccount {
            id: account.as_bytes().to_vec(),
            secret: shared_secret(secret.expose())?.to_vec(),
            touch: key.touch,
        },
        access: key.access,
        time_step,
        code: Secret::new(totp.code(time_step)?.expose().to_owned()),
        left: left.clone(),
    };
    let (reader, device_id) = (key.reader.clone(), key.device_id.clone());
    let password = key.password.clone();
    let work = move |service: &Service| {
        Ok(reader.hold(service, HOLDER_TIMEOUT, |card| {
            let mut applet = Applet::select(card)?;
            if applet.device_id != device_id {
                return Err(Error::AnotherKey);
            }
            applet.unlock(password.as_slice())?;
            writing.run(&applet, service.tell)
        }))
    };
    let done = on_thread(request, u64::MAX, work).await;
    done.map_err(|error| failure(key, account, left.get(), &error))
}

/// Says what may be on the key if the user ends the run while it is written to.
struct Abandoned<'a>(Option<&'a Messages>, &'a ReadyKey, &'a str, &'a LeftOnKey);

impl Abandoned<'_> {
    fn not_abandoned(mut self) {
        self.0 = None;
    }
}

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        let Self(messages, key, account, left) = self;
        if let (Some(messages), Left::Perhaps | Left::Account) = (messages, left.get()) {
            // The key may still be at work.
            messages.failure(&what_is_left(key, account, Left::Perhaps));
            messages.failure(&removal(account));
        }
    }
}

fn failure(key: &ReadyKey, account: &str, left: Left, cause: &anyhow::Error) -> anyhow::Error {
    let error = anyhow!("{cause:#} ({})", what_is_left(key, account, left));
    let hints = [
        hint_of(cause).map(str::to_owned),
        (left != Left::Nothing).then(|| removal(account)),
    ];
    let hints: Vec<_> = hints.into_iter().flatten().collect();
    with_hint(error, (!hints.is_empty()).then(|| hints.join("; ")))
}

fn what_is_left(key: &ReadyKey, account: &str, left: Left) -> String {
    let name = &key.name;
    match left {
        Left::Nothing => format!("nothing of it is on the YubiKey {name}"),
        Left::Perhaps => format!("the YubiKey {name} may have the account {account} now"),
        Left::Account => format!("the YubiKey {name} has the account {account} now"),
    }
}

fn removal(account: &str) -> String {
    format!("to remove the account: {}", deletion(account))
}
