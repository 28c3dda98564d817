//! One transaction that writes an account to a key: list, put, prove, or take back.

use std::sync::{Arc, Mutex, PoisonError};

use crate::secret::Secret;
use crate::ykoath::card::Progress;
use crate::ykoath::{Applet, Error, NewAccount, WriteAccess};

/// What there is of the account on the key.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Left {
    #[default]
    Nothing,
    /// The key was sent PUT and has not answered.
    Perhaps,
    Account,
}

/// The same, for whoever may have to say so while the key is written to.
#[derive(Clone, Default)]
pub struct LeftOnKey(Arc<Mutex<Left>>);

impl LeftOnKey {
    pub fn get(&self) -> Left {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, left: Left) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = left;
    }
}

/// What to do. If the transaction is interrupted, it starts over once.
pub struct Writing {
    pub account: NewAccount,
    pub access: WriteAccess,
    pub time_step: u64,
    /// Of `time_step`, computed from the secret.
    pub code: Secret,
    pub left: LeftOnKey,
}

impl Writing {
    pub fn run(&self, applet: &Applet, tell: &dyn Fn(Progress)) -> Result<(), Error> {
        let mut listed = applet.list()?.into_iter();
        match listed.any(|credential| credential.id == self.account.id) {
            // Some applets would overwrite it.
            true if self.left.get() == Left::Nothing => return Err(Error::Exists),
            // PUT was sent before the interruption.
            true => {}
            false => self.put(applet)?,
        }
        self.left.set(Left::Account);
        let proof = self.prove(applet, tell);
        let is_refuted = proof.as_ref().is_err_and(was_answered);
        if is_refuted && applet.delete(self.access, &self.account).is_ok() {
            self.left.set(Left::Nothing);
        }
        proof
    }

    fn put(&self, applet: &Applet) -> Result<(), Error> {
        self.left.set(Left::Perhaps);
        let put = applet.put(self.access, &self.account);
        if put.as_ref().is_err_and(was_answered) {
            self.left.set(Left::Nothing);
        }
        put
    }

    /// CALCULATE ALL confirms the touch if one was asked for: some applets ignore the property.
    fn prove(&self, applet: &Applet, tell: &dyn Fn(Progress)) -> Result<(), Error> {
        if self.account.touch {
            let all = match applet.calculate_all(self.time_step) {
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

/// Whether the key itself gave this answer, so that it is still there and listens. (LIST has just
/// worked in the same transaction: an unknown instruction comes from an applet that does not know it.)
fn was_answered(error: &Error) -> bool {
    matches!(
        error,
        Error::Status(..)
            | Error::Deselected
            | Error::NoSpace
            | Error::NotTouched
            | Error::TouchNotTaken
            | Error::WrongCode
            | Error::Malformed(_)
            | Error::Digits(_)
            | Error::TooLong
    )
}
