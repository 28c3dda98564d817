//! When a request may be sent again, and for how long.
//!
//! The SDK's own retries are switched off: it would send a code a second time after a lost answer,
//! and the refusal of the spent code would hide that the first request had succeeded.

use std::time::{Duration, Instant};

use super::call_error::CallError;
use super::transport::error::CauseKind;

/// Attempts of one call, the first included. A request with a code that AWS puts off has no such
/// limit but the call's time: another one costs a person a code.
const ATTEMPTS: u32 = 4;

/// The pause before the second attempt; it doubles for each one after that.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// When a call may be repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Whenever another attempt may help.
    Freely,
    /// Only if AWS has not looked at the code in the request.
    Unspent,
}

/// The time-outs of a call (SPEC section 7; `--connect-timeout`, `--timeout`).
#[derive(Clone, Copy)]
pub struct Limits {
    pub connect: Duration,
    /// All attempts together.
    pub call: Duration,
}

/// A call that has been given up.
pub struct Exhausted {
    pub error: CallError,
    pub attempts: u32,
    pub elapsed: Duration,
}

/// The attempts of one call, which share its time.
pub struct Attempts {
    limits: Limits,
    repeat: Repeat,
    start: Instant,
}

impl Attempts {
    /// The call's time begins now.
    pub fn new(limits: Limits, repeat: Repeat) -> Self {
        Self {
            limits,
            repeat,
            start: Instant::now(),
        }
    }

    /// Makes a call, again where that is allowed, until the call's time is over. `say` is told
    /// why, and the pause before the next attempt.
    pub async fn make<T>(
        &self,
        say: impl Fn(&Exhausted, Duration),
        attempt: impl AsyncFn() -> Result<T, CallError>,
    ) -> Result<T, Exhausted> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let left = self.limits.call.saturating_sub(self.start.elapsed());
            let error = match tokio::time::timeout(left, attempt()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(_) => CallError::no_answer(),
            };
            let exhausted = Exhausted {
                error,
                attempts,
                elapsed: self.start.elapsed(),
            };
            let pause = FIRST_PAUSE * 2_u32.pow(attempts - 1);
            let pause = pause.max(exhausted.error.retry_after().unwrap_or_default());
            let patient = self.repeat == Repeat::Unspent && exhausted.error.is_put_off();
            let over = attempts >= ATTEMPTS && !patient || !self.have_time_after(pause);
            if over || !exhausted.error.is_retryable(self.repeat) {
                return Err(exhausted);
            }
            say(&exhausted, pause);
            tokio::time::sleep(pause).await;
        }
    }

    /// Whether another attempt has a chance after `pause`. One that could be cut off half-way by
    /// the end of the call's time would leave it open whether it was sent.
    pub fn have_time_after(&self, pause: Duration) -> bool {
        let needed = pause.saturating_add(self.limits.connect);
        self.start.elapsed().saturating_add(needed) < self.limits.call
    }
}

impl CallError {
    /// Whether another attempt is allowed, and may go better.
    fn is_retryable(&self, repeat: Repeat) -> bool {
        match self {
            Self::NotConnected(cause) => cause.kind.is_retryable(),
            _ if self.is_put_off() => true,
            _ if repeat == Repeat::Unspent => false,
            Self::Lost(cause) => cause.kind.is_retryable(),
            Self::Refused(refusal) => refusal.is_load(),
            Self::Foreign { status, .. } => matches!(status, 429 | 500 | 502 | 503 | 504),
            Self::Incomplete(_) => true,
            Self::Unsendable(_) => false,
        }
    }
}

impl CauseKind {
    fn is_retryable(self) -> bool {
        match self {
            Self::NameNotResolved
            | Self::ConnectionRefused
            | Self::ConnectTimeout
            | Self::NoAnswer
            | Self::ProxyGarbled
            | Self::Broken => true,
            Self::Certificate(_)
            | Self::NotTls
            | Self::Tls
            | Self::NotHttp
            | Self::TooLarge
            | Self::ProxyAuthorization
            | Self::ProxyRefused => false,
        }
    }
}
