//! What is done while a person types a code, touches a YubiKey, or runs a command that prints one:
//! the connection is opened and kept, and the keys are proven with `GetCallerIdentity`.
//!
//! It never delays a code. It ends the wait only if no code could help: AWS refuses the keys, the
//! device is of another account, or no request can be made with the settings. If AWS cannot be
//! reached, awsmfa says so beside the question. It ignores other failures: the call with the code may
//! not meet them, or reports them itself.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, Error, Result};
use tokio::sync::Notify;

use super::roles::RoleCalls;
use super::{NO_LOGIN, device};
use crate::aws::{self, Failure, Kind};
use crate::message::hint_of;
use crate::mfa::CodeRequest;

/// How old the connection may get before it is replaced. AWS's servers close one that has been idle
/// for about 20 seconds, and `aws::transport` does not use one after 15, because a code would be lost
/// on a connection that closes at that very moment.
const FRESH: Duration = Duration::from_secs(12);

/// There is no code, or none that AWS accepts.
#[derive(Clone, Copy, Debug)]
pub struct NoCode;

impl fmt::Display for NoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NO_LOGIN)
    }
}

/// What runs beside the wait for the codes of one login.
pub struct Prewarm<'a> {
    calls: &'a RoleCalls<'a>,
    request: CodeRequest<'a>,
    /// A code is being waited for.
    is_waiting: Cell<bool>,
    /// Why no code can help.
    verdict: RefCell<Option<Error>>,
    judged: Notify,
}

impl<'a> Prewarm<'a> {
    pub fn new(calls: &'a RoleCalls<'a>, request: CodeRequest<'a>) -> Self {
        Self {
            calls,
            request,
            is_waiting: Cell::default(),
            verdict: RefCell::default(),
            judged: Notify::default(),
        }
    }

    /// Runs beside the calls with a code too: one of them may wait for the connection that is being
    /// opened here.
    pub async fn run(&self) -> Infallible {
        // A code that is given, or computed at once, is sent without this.
        self.request.prompted.notified().await;
        match self.calls.sts.caller_arn() {
            // The look-up of the device or the user has opened the connection and proven the keys.
            Some(arn) => self.check_device(arn),
            None => self.prove_keys().await,
        }
        loop {
            tokio::time::sleep(FRESH).await;
            if self.is_waiting.get() {
                self.keep_connection().await;
            }
        }
    }

    async fn keep_connection(&self) {
        let sts = self.calls.sts;
        if sts.caller_arn().is_none() {
            self.prove_keys().await;
        } else if let Err(failure) = sts.refresh_connection().await {
            self.say_unreachable(&failure.error);
        }
    }

    /// A code typed now would not reach AWS. The person may be able to fix that first.
    fn say_unreachable(&self, error: &Error) {
        let hint = hint_of(error).unwrap_or_default();
        let messages = self.request.context.messages;
        messages.aside_once(&error.root_cause().to_string(), hint);
    }

    /// The code, or why no code can help, if that is known sooner.
    pub async fn while_waiting<T>(
        &self,
        code: impl Future<Output = Result<T>>,
    ) -> Result<T, Failure> {
        let verdict = async {
            self.judged.notified().await;
            self.verdict.take()
        };
        self.is_waiting.set(true);
        let code = tokio::select! {
            biased;
            code = code => code.context(NoCode),
            Some(verdict) = verdict => Err(verdict),
        };
        self.is_waiting.set(false);
        code.map_err(|error| Failure {
            kind: Kind::InvalidTokenCode,
            error,
        })
    }

    async fn prove_keys(&self) {
        let Self { calls, request, .. } = self;
        let messages = request.context.messages;
        match aws::caller_identity(calls.sts, true).await {
            Ok(caller) => self.check_device(&caller),
            Err(Failure { kind, error }) => match kind {
                Kind::Hopeless | Kind::UnknownKey => self.end_the_wait(error),
                Kind::NotSent | Kind::LostAnswer => self.say_unreachable(&error),
                _ => messages.detail(&format!("the keys are not proven yet: {error:#}")),
            },
        }
    }

    /// Ends the wait if the user of the keys cannot log in with the device.
    fn check_device(&self, caller: &str) {
        if let Err(verdict) = device::fits(self.calls, caller) {
            self.end_the_wait(verdict.context(NO_LOGIN));
        }
    }

    fn end_the_wait(&self, verdict: Error) {
        self.verdict.replace(Some(verdict));
        self.judged.notify_one();
    }
}
