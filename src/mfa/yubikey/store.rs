//! Stores the secret of a new MFA device on a YubiKey, and proves that it is there.

use anyhow::{Result, anyhow};

use super::hints::explained;
use super::key::HOLDER_TIMEOUT;
use super::now;
use super::ready::ReadyKey;
use super::wait::on_thread;
use crate::message::{hint_of, with_hint};
use crate::mfa::CodeRequest;
use crate::mfa::totp::{Totp, shared_secret};
use crate::secret::Secret;
use crate::terminal::ATTEMPTS;
use crate::ykoath::card::{Progress, Service};
use crate::ykoath::{Applet, Error, NewAccount, WriteAccess};

/// What there is of the account on the key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    /// The key was sent PUT and did not answer.
    Perhaps,
    Account,
}

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
    let mut attempt = 1;
    loop {
        let (left, stored) = write_once(request, key, account, secret).await?;
        match stored {
            Ok(()) => return Ok(()),
            Err(Error::NotTouched) if left == Left::Nothing && attempt < ATTEMPTS => {
                let messages = request.context.messages;
                messages.note("the YubiKey was not touched in time: once more");
                attempt += 1;
            }
            Err(error) => return Err(failure(key, account, left, &explained(&error))),
        }
    }
}

async fn write_once(
    request: &CodeRequest<'_>,
    key: &ReadyKey,
    account: &str,
    secret: &Secret,
) -> Result<(Left, Result<(), Error>)> {
    let totp = Totp::parse(secret.expose())?;
    let time_step = now(request) / totp.period();
    let mut writing = Writing {
        account: NewAccount {
            id: account.as_bytes().to_vec(),
            secret: shared_secret(secret.expose())?.to_vec(),
            touch: key.touch,
        },
        access: key.access,
        time_step,
        code: Secret::new(totp.code(time_step)?.expose().to_owned()),
        left: Left::Nothing,
    };
    let (reader, device_id) = (key.reader.clone(), key.device_id.clone());
    let password = key.password.clone();
    let work = move |service: &Service| {
        let stored = reader.hold(service, HOLDER_TIMEOUT, |card| {
            let mut applet = Applet::select(card)?;
            if applet.device_id != device_id {
                return Err(Error::AnotherKey);
            }
            applet.unlock(password.as_slice())?;
            writing.run(&applet, service.tell)
        });
        Ok((writing.left, stored))
    };
    let done = on_thread(request, u64::MAX, work).await;
    done.map_err(|error| failure(key, account, Left::Nothing, &error))
}

/// What to do in one transaction with the key. If that is interrupted, it starts over once.
struct Writing {
    account: NewAccount,
    access: WriteAccess,
    time_step: u64,
    /// Of `time_step`, computed here.
    code: Secret,
    left: Left,
}

impl Writing {
    fn run(&mut self, applet: &Applet, tell: &dyn Fn(Progress)) -> Result<(), Error> {
        let mut listed = applet.list()?.into_iter();
        match listed.any(|credential| credential.id == self.account.id) {
            // Some applets would overwrite it.
            true if self.left == Left::Nothing => return Err(Error::Exists),
            // PUT was sent before the interruption.
            true => {}
            false => self.put(applet)?,
        }
        self.left = Left::Account;
        let proof = self.prove(applet, tell);
        if proof.as_ref().is_err_and(was_answered)
            && applet.delete(self.access, &self.account).is_ok()
        {
            self.left = Left::Nothing;
        }
        proof
    }

    fn put(&mut self, applet: &Applet) -> Result<(), Error> {
        let put = applet.put(self.access, &self.account);
        self.left = match &put {
            Err(error) if was_answered(error) => Left::Nothing,
            _ => Left::Perhaps,
        };
        put
    }

    /// A touch that was asked for is confirmed by CALCULATE ALL; some applets ignore the property.
    fn prove(&self, applet: &Applet, tell: &dyn Fn(Progress)) -> Result<(), Error> {
        if self.account.touch {
            let all = match applet.calculate_all(self.time_step) {
                // Some applets do not know CALCULATE ALL.
                Err(Error::Deselected) => return Err(Error::TouchNotTaken),
                Err(error) if was_answered(&error) => return Err(Error::TouchNotTaken),
                other => other?,
            };
            let mut credentials = all.into_iter().map(|(credential, _)| credential);
            let stored = credentials.find(|credential| credential.id == self.account.id);
            if stored.and_then(|credential| credential.touch) != Some(true) {
                return Err(Error::TouchNotTaken);
            }
            tell(Progress::Touch);
        }
        let code = applet.calculate(&self.account.credential(), self.time_step)?;
        if code.text() == self.code.expose() {
            Ok(())
        } else {
            Err(Error::WrongCode)
        }
    }
}

/// Whether the key itself gave this answer, so that it is still there and listens.
fn was_answered(error: &Error) -> bool {
    matches!(
        error,
        Error::Status(..)
            | Error::NoSpace
            | Error::NotTouched
            | Error::TouchNotTaken
            | Error::WrongCode
            | Error::Malformed(_)
            | Error::Digits(_)
            | Error::TooLong
    )
}

fn failure(key: &ReadyKey, account: &str, left: Left, cause: &anyhow::Error) -> anyhow::Error {
    let name = &key.name;
    let now = match left {
        Left::Nothing => format!("nothing of it is on the YubiKey {name}"),
        Left::Perhaps => format!("the YubiKey {name} may have the account {account} now"),
        Left::Account => format!("the YubiKey {name} has the account {account} now"),
    };
    let error = anyhow!("{cause:#} ({now})");
    let quoted = shell_escape::unix::escape(account.into());
    let clean_up = format!("to remove the account: ykman oath accounts delete {quoted}");
    let hints = [
        hint_of(cause).map(str::to_owned),
        (left != Left::Nothing).then_some(clean_up),
    ];
    let hints: Vec<_> = hints.into_iter().flatten().collect();
    with_hint(error, (!hints.is_empty()).then(|| hints.join("; ")))
}
