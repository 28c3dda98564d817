//! When a request may be sent again, and for how long.
//!
//! The SDK's own retries are switched off: it would send a code a second time after a lost answer,
//! and the refusal of the spent code would hide that the first request had succeeded.

use std::time::{Duration, Instant};

use super::call_error::{CallError, CauseKind};

/// Attempts of one call, the first included.
const ATTEMPTS: u32 = 4;

/// The pause before the second attempt; it doubles for each one after that.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// When a call may be repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Whenever another attempt may help.
    Freely,
    /// Only when nothing was sent: the request carries a code.
    Unsent,
}

/// The time-outs of a call (SPEC section 7; `--connect-timeout`, `--timeout`).
#[derive(Clone, Copy)]
pub struct Limits {
    pub connect: Duration,
    /// All attempts together.
    pub call: Duration,
}

/// A call that has been given up.
pub struct GivenUp {
    pub error: CallError,
    pub attempts: u32,
    pub elapsed: Duration,
}

/// Makes a call, again where `repeat` allows it, until the call's time is over.
pub async fn repeated<T>(
    limits: Limits,
    repeat: Repeat,
    attempt: impl AsyncFn() -> Result<T, CallError>,
) -> Result<T, GivenUp> {
    let start = Instant::now();
    let mut attempts = 0;
    loop {
        attempts += 1;
        let left = limits.call.saturating_sub(start.elapsed());
        let error = match tokio::time::timeout(left, attempt()).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error,
            Err(_) => CallError::no_answer(),
        };
        let pause = FIRST_PAUSE * 2_u32.pow(attempts - 1);
        // An attempt that could be cut off half-way by the end of the call's time would leave it
        // open whether it was sent.
        let enough = start.elapsed() + pause + limits.connect < limits.call;
        if attempts == ATTEMPTS || !enough || !error.may_pass(repeat) {
            return Err(GivenUp {
                error,
                attempts,
                elapsed: start.elapsed(),
            });
        }
        tokio::time::sleep(pause).await;
    }
}

impl CallError {
    /// Whether another attempt is allowed, and may go better.
    fn may_pass(&self, repeat: Repeat) -> bool {
        match self {
            Self::NotConnected(cause) => cause.kind.may_pass(),
            _ if repeat == Repeat::Unsent => false,
            Self::Lost(cause) => cause.kind.may_pass(),
            Self::Refused(refusal) => refusal.is_load(),
            Self::Foreign { status } => *status >= 500,
            Self::Incomplete(_) => true,
            Self::Unsendable(_) => false,
        }
    }
}

impl CauseKind {
    fn may_pass(self) -> bool {
        match self {
            Self::NameNotResolved
            | Self::ConnectionRefused
            | Self::ConnectTimeout
            | Self::NoAnswer
            | Self::Broken => true,
            Self::Certificate | Self::Tls | Self::ProxyAuthorization | Self::ProxyRefused => false,
        }
    }
}
