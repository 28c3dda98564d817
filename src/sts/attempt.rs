//! What became of a request, and whether it may be sent again.
//!
//! The SDK's own retries are switched off: it would send a code a second time after a lost answer,
//! and the refusal of the spent code would hide that the first request had succeeded.

use std::error::Error;
use std::time::{Duration, Instant};

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;

/// Attempts of one call, the first included.
const ATTEMPTS: u32 = 4;

/// The pause before the second attempt; it doubles for each one after that.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Why an attempt failed.
pub enum CallError {
    /// AWS's own refusal.
    Refused(Refusal),
    /// No connection was made: nothing was sent.
    NotConnected(Cause),
    /// The request was, or may have been, sent; no whole answer came.
    Lost(Cause),
    /// An answer, but not one of AWS's: a proxy's or a captive portal's page.
    Foreign { status: u16 },
    /// AWS said that all is well, and what it said cannot be used: the part that is wrong.
    Incomplete(&'static str),
    /// The request could not be made up from the settings.
    Unsendable(String),
}

/// AWS's error answer.
#[derive(Default)]
pub struct Refusal {
    pub status: u16,
    pub code: String,
    pub message: String,
    pub request_id: Option<String>,
}

/// A failure below HTTP.
pub struct Cause {
    pub kind: CauseKind,
    /// What the layers below said, joined with colons.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CauseKind {
    NameNotResolved,
    ConnectionRefused,
    ConnectTimeout,
    NoAnswer,
    /// TLS: the certificate is not trusted, or is another host's.
    Certificate,
    Tls,
    ProxyAuthorization,
    ProxyRefused,
    /// Reset, closed, unreachable.
    Broken,
}

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
            Err(_) => CallError::Lost(Cause {
                kind: CauseKind::NoAnswer,
                text: String::new(),
            }),
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

    /// Sorts an error of the SDK. Its Debug output must not be shown: it holds the raw answer.
    pub fn from_sdk<E>(error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        match &error {
            SdkError::ConstructionFailure(_) => Self::Unsendable(chain_text(&error)),
            SdkError::TimeoutError(_) => Self::Lost(Cause {
                kind: CauseKind::NoAnswer,
                text: String::new(),
            }),
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                Some(error) => Self::from_connector(error),
                None => Self::Lost(Cause::of(&error)),
            },
            SdkError::ServiceError(service) => {
                let meta = service.err().meta();
                let status = service.raw().status().as_u16();
                Self::from_answer(Refusal {
                    status,
                    code: meta.code().unwrap_or_default().to_owned(),
                    message: meta.message().unwrap_or_default().to_owned(),
                    request_id: meta.request_id().map(str::to_owned),
                })
            }
            _ => match error.raw_response().map(|raw| raw.status().as_u16()) {
                Some(status) => Self::from_answer(Refusal {
                    status,
                    ..Refusal::default()
                }),
                None => Self::Lost(Cause::of(&error)),
            },
        }
    }

    /// An answer that is no success, or one that could not be read.
    pub fn from_answer(refusal: Refusal) -> Self {
        match refusal.status {
            200..=299 => Self::Incomplete("it cannot be read"),
            status if refusal.code.is_empty() => Self::Foreign { status },
            _ => Self::Refused(refusal),
        }
    }

    /// The answer broke off after its head.
    pub fn lost(error: &(dyn Error + 'static)) -> Self {
        Self::Lost(Cause::of(error))
    }

    /// The request did not reach the HTTP client: nothing can be lost.
    pub fn never_sent(self) -> Self {
        match self {
            Self::Lost(cause) => Self::Unsendable(
                cause
                    .text
                    .rsplit(": ")
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            ),
            other => other,
        }
    }

    pub fn is_region_disabled(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == "RegionDisabledException")
    }

    /// An error of the HTTP client. Only its own word that the connection was never made counts;
    /// anything else may have been sent.
    pub fn from_connector(error: &ConnectorError) -> Self {
        let never_connected = layers(error).any(|layer| {
            layer
                .downcast_ref::<hyper_util::client::legacy::Error>()
                .is_some_and(hyper_util::client::legacy::Error::is_connect)
        });
        let cause = Cause::of(error);
        if never_connected {
            Self::NotConnected(cause)
        } else {
            Self::Lost(cause)
        }
    }
}

impl Refusal {
    /// Throttling, and errors on AWS's side.
    pub fn is_load(&self) -> bool {
        let throttled = [
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "SlowDown",
        ];
        self.status >= 500 || throttled.contains(&self.code.as_str())
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

impl Cause {
    fn of(error: &(dyn Error + 'static)) -> Self {
        let text = chain_text(error);
        let io = layers(error).filter_map(|layer| layer.downcast_ref::<std::io::Error>());
        let refused = io
            .clone()
            .any(|io| io.kind() == std::io::ErrorKind::ConnectionRefused);
        let timed_out = io
            .clone()
            .any(|io| io.kind() == std::io::ErrorKind::TimedOut);
        let says = |words: &str| text.contains(words);
        let kind = if says("dns error") || says("failed to lookup address") {
            CauseKind::NameNotResolved
        } else if says("proxy authorization required") {
            CauseKind::ProxyAuthorization
        } else if says("tunnel error: unsuccessful") {
            CauseKind::ProxyRefused
        } else if refused {
            CauseKind::ConnectionRefused
        } else if timed_out || says("connect timeout occurred") {
            CauseKind::ConnectTimeout
        } else if says("invalid peer certificate") || says("UnknownCA") {
            CauseKind::Certificate
        } else if says("received fatal alert") || says("received corrupt message") || says("TLS") {
            CauseKind::Tls
        } else {
            CauseKind::Broken
        };
        Self { kind, text }
    }
}

/// An error and what caused it. An `io::Error` hides the error it wraps from `source`.
fn layers<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> + Clone {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<std::io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

/// The layers' messages, each once. Display only: that is safe, Debug is not.
fn chain_text(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for text in layers(error).map(ToString::to_string) {
        if parts.last().is_none_or(|last| !last.ends_with(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}
