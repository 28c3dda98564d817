//! What is done while a person types a code, touches a YubiKey, or runs a command that prints one:
//! the connection is opened and kept, and the keys are proven with `GetCallerIdentity`.
//!
//! It never delays a code. Only what no code could fix ends the wait: keys that AWS refuses, a device
//! of another account, settings with which no request can be made. If AWS cannot be reached, that is
//! said beside the question, which stays. Other failures the call with the code may not meet, or will
//! report itself.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::time::Duration;

use anyhow::{Context as _, Error, Result};
use tokio::sync::Notify;

use super::roles::Walk;
use super::{NO_LOGIN, device};
use crate::aws::{CallerIdentity, Kind, Repeats};
use crate::credentials::LongTermKeys;
use crate::message::{Messages, hint_of};

/// How old the connection may get before it is used again. AWS's servers close one that has been
/// idle for about 20 seconds, and ours are not used again after 15 (`aws::transport`), because a
/// code would be lost on a connection that closes at that very moment.
const FRESH: Duration = Duration::from_secs(12);

/// Every refreshment is a request, and an entry in the account's audit trail. Who has to fetch a
/// phone takes 5 to 40 seconds: with four, the connection is there for a minute. After that the
/// code goes over a new one, which costs two round trips.
const REFRESHMENTS: usize = 4;

/// The company of one login's codes.
pub struct Early<'a> {
    pub walk: &'a Walk<'a>,
    pub keys: &'a LongTermKeys,
    pub mfa_serial: &'a str,
    pub messages: &'a Messages,
    /// Notified when a person has to do something for a code.
    pub prompted: &'a Notify,
    pub wait: Wait,
}

/// What the wait for a code and its company know of each other.
#[derive(Default)]
pub struct Wait {
    /// A code is being waited for.
    going_on: Cell<bool>,
    /// Why no code can help.
    verdict: RefCell<Option<Error>>,
    judged: Notify,
}

impl Early<'_> {
    /// Goes on for as long as it is polled, which must be before the first code is asked for. A
    /// call that is under way when the code comes is not broken off: its connection, or its answer,
    /// may be what the login's call waits for.
    pub async fn run(&self) -> Infallible {
        // A code that is given, or computed at once, needs no call of its own.
        self.prompted.notified().await;
        let caller = match self.walk.sts.caller_arn() {
            // Who asked AWS for the device or the user has the connection and the proof already.
            Some(arn) => self.check_device(arn).then(|| arn.to_owned()),
            None => self.prove().await.map(|caller| caller.arn),
        };
        if let Some(caller) = caller
            && !device::is_named_like(self.mfa_serial, &caller)
        {
            self.messages.detail(&format!(
                "{} and {caller}, whose keys these are, have different names; a device may have any name",
                self.mfa_serial
            ));
        }
        for _ in 0..REFRESHMENTS {
            tokio::time::sleep(FRESH).await;
            if self.wait.going_on.get() {
                self.prove().await;
            }
        }
        std::future::pending().await
    }

    /// The code, or the reason why none can help, if that is known sooner.
    pub async fn while_waiting<T>(&self, code: impl Future<Output = Result<T>>) -> Result<T> {
        self.wait.going_on.set(true);
        let code = tokio::select! {
            biased;
            code = code => code.context(NO_LOGIN),
            verdict = self.verdict() => Err(verdict),
        };
        self.wait.going_on.set(false);
        code
    }

    async fn verdict(&self) -> Error {
        loop {
            self.wait.judged.notified().await;
            if let Some(verdict) = self.wait.verdict.take() {
                return verdict;
            }
        }
    }

    /// Whose keys these are, where AWS says so.
    async fn prove(&self) -> Option<CallerIdentity> {
        let sts = self.walk.sts;
        let mut answer = sts.caller_identity_once(Repeats::Silent).await;
        // AWS's time is known now. A code that has come meanwhile tells by itself what the keys are
        // worth.
        if matches!(&answer, Err(failure) if failure.kind == Kind::ClockSkew)
            && self.wait.going_on.get()
        {
            answer = sts.caller_identity_once(Repeats::Silent).await;
        }
        match answer {
            Ok(caller) => {
                self.check_device(&caller.arn);
                return Some(caller);
            }
            Err(failure) if failure.kind == Kind::Hopeless => self.end_the_wait(failure.error),
            Err(failure) if matches!(failure.kind, Kind::NotSent | Kind::LostAnswer) => {
                self.say_unreachable(&failure.error);
            }
            Err(failure) => self
                .messages
                .detail(&format!("the keys are not proven yet: {:#}", failure.error)),
        }
        None
    }

    /// A code that is typed now will not reach AWS. Whoever is asked for it may know why, and mend it
    /// before they answer.
    fn say_unreachable(&self, error: &Error) {
        let cause = error.root_cause();
        let hint = hint_of(error).unwrap_or_default();
        self.messages.aside_once(&format!("{cause} ({hint})"));
    }

    /// Whether the caller can log in with the device. If not, that ends the wait.
    fn check_device(&self, caller: &str) -> bool {
        match device::fits(self.walk.profile, self.keys, caller) {
            Ok(()) => true,
            Err(verdict) => {
                self.end_the_wait(verdict.context(NO_LOGIN));
                false
            }
        }
    }

    fn end_the_wait(&self, verdict: Error) {
        self.wait.verdict.replace(Some(verdict));
        self.wait.judged.notify_one();
    }
}
