//! What became of a request: refused, never sent, lost, or answered by something else than AWS.

use std::error::Error;
use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;

use super::retry_after::retry_after;
use super::transport::error::{Cause, CauseKind, chain_text};

/// Why an attempt failed.
pub enum CallError {
    /// AWS's own refusal.
    Refused(Refusal),
    /// No connection was made: nothing was sent.
    NotConnected(Cause),
    /// The request was, or may have been, sent; no whole answer came.
    Lost(Cause),
    /// An answer, but not one of AWS's: a proxy's or a captive portal's page.
    Foreign {
        status: u16,
        /// How long whoever answers asks to wait.
        retry_after: Option<Duration>,
    },
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
    /// How long AWS asks to wait.
    pub retry_after: Option<Duration>,
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
                    retry_after: retry_after(service.raw().headers()),
                })
            }
            _ => match error.raw_response() {
                Some(raw) => Self::from_answer(Refusal {
                    status: raw.status().as_u16(),
                    retry_after: retry_after(raw.headers()),
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
            status if refusal.code.is_empty() => Self::Foreign {
                status,
                retry_after: refusal.retry_after,
            },
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

    /// How long whoever answered asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::Foreign { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The serial number is that of another user, or of nobody.
    pub fn is_about_the_device(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_about_the_device())
    }

    /// AWS has refused the request before it looked at what is in it.
    pub fn is_put_off(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_put_off())
    }

    pub fn is_region_disabled(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == "RegionDisabledException")
    }

    /// An error of the HTTP client. Only its own word that the connection was never made counts;
    /// anything else may have been sent. What has not been through our transport was not even made
    /// up: the endpoint, say, cannot be told from the settings.
    pub fn from_connector(error: &ConnectorError) -> Self {
        let cause = Cause::of(error);
        if !Cause::is_of_transport(error) {
            Self::Unsendable(cause.innermost().to_owned())
        } else if Cause::is_before_connection(error) {
            Self::NotConnected(cause)
        } else {
            Self::Lost(cause)
        }
    }
}

impl Refusal {
    /// The serial number is that of another user, or of nobody.
    pub fn is_about_the_device(&self) -> bool {
        let says = |words| self.message.contains(words);
        says("unable to validate MFA code") || says("verify your MFA serial number")
    }

    /// Throttled or turned away before AWS looked at the request.
    pub fn is_put_off(&self) -> bool {
        let codes = [
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "RequestLimitExceeded",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "SlowDown",
            "TooManyRequestsException",
        ];
        let code = self.code.as_str();
        self.status == 429 || code.contains("Throttl") || codes.contains(&code)
    }

    /// Throttling, and errors on AWS's side: the codes that botocore repeats, less those of services
    /// that are not asked here.
    pub fn is_load(&self) -> bool {
        let unsure = [
            "RequestTimeout",
            "RequestTimeoutException",
            "PriorRequestNotComplete",
        ];
        self.status >= 500 || self.is_put_off() || unsure.contains(&self.code.as_str())
    }
}
