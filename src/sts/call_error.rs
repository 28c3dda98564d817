//! What became of a request: refused, never sent, lost, or answered by something else than AWS.

use std::error::Error;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;

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

impl CallError {
    /// Sorts an error of the SDK. Its Debug output must not be shown: it holds the raw answer.
    pub fn from_sdk<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        match error {
            SdkError::ConstructionFailure(_) => Self::Unsendable(chain_text(error)),
            SdkError::TimeoutError(_) => Self::no_answer(),
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                Some(error) => Self::from_connector(error),
                None => Self::Lost(Cause::of(error)),
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
                None => Self::Lost(Cause::of(error)),
            },
        }
    }

    /// An answer that is no success, or one that could not be read.
    pub fn from_answer(refusal: Refusal) -> Self {
        match refusal.status {
            200..=299 => Self::Incomplete("it is cut off, or not AWS's at all"),
            status if refusal.code.is_empty() => Self::Foreign { status },
            _ => Self::Refused(refusal),
        }
    }

    /// The call's time is over.
    pub fn no_answer() -> Self {
        Self::Lost(Cause {
            kind: CauseKind::NoAnswer,
            text: String::new(),
        })
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

    /// The serial number is that of another user, or of nobody.
    pub fn is_about_the_device(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_about_the_device())
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
    pub fn is_about_the_device(&self) -> bool {
        let says = |words| self.message.contains(words);
        says("unable to validate MFA code") || says("verify your MFA serial number")
    }

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
