//! When a request may be sent again, and for how long.
//!
//! The SDK's own retries are switched off: it would send a code a second time after a lost answer,
//! and the refusal of the spent code would hide that the first request had succeeded.

use std::time::{Duration, Instant};

use super::error::{CallError, Refusal};
use super::transport::error::{ErrorKind, TransportError};
use crate::profile::NetworkSettings;

/// Attempts of one call, the first included. A request that acts once, such as one with a code, is sent
/// more often if AWS turns it away unread: giving up would cost a person another code.
const ATTEMPTS: u32 = 4;

/// The pause before the second attempt; it doubles for each one after that.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The time-outs of a call (`--connect-timeout`, `--timeout`).
#[derive(Clone, Copy)]
pub struct Timeouts {
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

impl Timeouts {
    /// The whole call has the longer time: see [`Attempts::have_time_after`].
    pub fn of(network: &NetworkSettings) -> Self {
        Self {
            connect: network.connect_timeout.min(network.timeout * 9 / 10),
            call: network.timeout,
        }
    }
}

impl Exhausted {
    pub fn is_refusal(&self, is_such: impl Fn(&Refusal) -> bool) -> bool {
        self.error.refusal().is_some_and(is_such)
    }
}

/// The attempts of one call: they share its time.
pub struct Attempts {
    timeouts: Timeouts,
    acts_once: bool,
    start: Instant,
}

impl Attempts {
    /// The call's time begins now.
    pub fn new(timeouts: Timeouts, acts_once: bool) -> Self {
        let start = Instant::now();
        Self {
            timeouts,
            acts_once,
            start,
        }
    }

    /// Makes a call, and makes it again if that is allowed, until the call's time is over.
    /// `announce` gets the reason and the pause before each new attempt.
    pub async fn make<T>(
        &self,
        announce: impl Fn(&CallError, Duration),
        attempt: impl AsyncFn() -> Result<T, CallError>,
    ) -> Result<T, Exhausted> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let left = self.timeouts.call.saturating_sub(self.start.elapsed());
            let error = match tokio::time::timeout(left, attempt()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(_) => CallError::Transport(TransportError::sent(ErrorKind::TimedOut)),
            };
            let asked_for = error.refusal().and_then(|refusal| refusal.retry_after);
            let pause = FIRST_PAUSE * 2_u32.pow(attempts - 1);
            let pause = pause.max(asked_for.unwrap_or_default());
            let elapsed = self.start.elapsed();
            if !self.may_repeat(&error, attempts) || !self.have_time_after(pause) {
                return Err(Exhausted {
                    error,
                    attempts,
                    elapsed,
                });
            }
            announce(&error, pause);
            tokio::time::sleep(pause).await;
        }
    }

    /// Whether there is time for another attempt after `pause`. If the call's time ended in the
    /// middle of it, we could not tell whether the request was sent.
    pub fn have_time_after(&self, pause: Duration) -> bool {
        let needed = pause.saturating_add(self.timeouts.connect);
        self.start.elapsed().saturating_add(needed) < self.timeouts.call
    }

    /// What acts once is sent again only if AWS cannot have looked at it.
    fn may_repeat(&self, error: &CallError, attempts: u32) -> bool {
        let is_unread = error.refusal().is_some_and(Refusal::is_unread);
        let was_sent = match error {
            CallError::Transport(error) => error.sent,
            CallError::Refused(_) | CallError::Unusable(_) => !is_unread,
            CallError::Unsendable(_) => false,
        };
        let is_allowed = !(self.acts_once && was_sent);
        let is_patient = self.acts_once && is_unread;
        is_allowed && (attempts < ATTEMPTS || is_patient) && error.is_retryable()
    }
}

impl CallError {
    /// Whether another attempt may succeed.
    fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(error) => error.kind.is_retryable(),
            Self::Refused(refusal) => refusal.is_temporary(),
            Self::Unusable(_) => true,
            Self::Unsendable(_) => false,
        }
    }
}
