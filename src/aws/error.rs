//! Why a request failed, and a failed call as its caller sees it.

use std::error::Error;
use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::http::Headers;

use super::transport::error::TransportError;

/// A failed call: the kind, and the explained error (with its hint) to show.
#[derive(Debug)]
pub struct Failure {
    pub kind: Kind,
    pub error: anyhow::Error,
}

impl From<Failure> for anyhow::Error {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

/// Why a call failed, as far as the program branches on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `MultiFactorAuthentication failed with invalid MFA one time pass code.`
    InvalidTokenCode,
    /// The signature's time was off; the clock now knows by how much. The code was not looked at.
    ClockSkew,
    /// The request was sent, a usable answer never came: the code may be spent.
    LostAnswer,
    /// The session that signed has expired, or AWS does not know it: the long-term keys can make
    /// another.
    SessionRefused,
    /// The connection was never made, or AWS turned the request away unread: a code in it is
    /// unspent.
    NotSent,
    /// AWS is busy or out of order, and nothing can be spent: a later attempt may succeed.
    Temporary,
    /// No policy allows the action, or one denies it.
    Denied,
    /// There is already something of this name.
    AlreadyExists,
    /// A quota of the account is used up.
    LimitExceeded,
    /// What the request names does not exist.
    NoSuchEntity,
    /// AWS does not know the long-term key that signed, or not yet: no code would help.
    UnknownKey,
    /// The keys are refused, or no request can be made with these settings: no code would help.
    Hopeless,
    Other,
}

impl Kind {
    /// Whether the same call may succeed later: AWS is out of reach or out of order.
    pub fn may_pass(self) -> bool {
        match self {
            Self::ClockSkew | Self::LostAnswer | Self::NotSent | Self::Temporary => true,
            Self::AlreadyExists
            | Self::Denied
            | Self::Hopeless
            | Self::InvalidTokenCode
            | Self::LimitExceeded
            | Self::NoSuchEntity
            | Self::Other
            | Self::SessionRefused
            | Self::UnknownKey => false,
        }
    }
}

/// Why an attempt failed.
pub enum CallError {
    /// AWS's refusal, or the answer of something else on the way to AWS.
    Refused(Refusal),
    /// No answer came.
    Transport(TransportError),
    /// AWS reports success, but its answer cannot be used: the part that is wrong.
    Unusable(&'static str),
    /// The SDK could not make a request from the settings: why not.
    Unsendable(String),
}

/// An answer with the status of an error.
#[derive(Default)]
pub struct Refusal {
    pub status: u16,
    /// Empty if the answer is not AWS's: a proxy's or a captive portal's page.
    pub code: String,
    pub message: String,
    pub request_id: Option<String>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

/// Sorts an error of the SDK. Its Debug output must not be shown: it holds the raw answer.
impl<E> From<SdkError<E, HttpResponse>> for CallError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let causes = std::iter::successors(error.source(), |&error| error.source());
        if let Some(error) = causes
            .clone()
            .find_map(<dyn Error>::downcast_ref::<TransportError>)
        {
            return Self::Transport(error.clone());
        }
        let Some(raw) = error.raw_response() else {
            return match error {
                // It never reached our transport.
                SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_) => {
                    let innermost = causes.last().map(ToString::to_string);
                    Self::Unsendable(innermost.unwrap_or_default())
                }
                _ => Self::Unusable("it cannot be read"),
            };
        };
        let meta = error.as_service_error().map(ProvideErrorMetadata::meta);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self::from_answer(Refusal {
            status: raw.status().as_u16(),
            code: text(meta.and_then(|meta| meta.code())),
            message: text(meta.and_then(|meta| meta.message())),
            request_id: meta.and_then(|meta| meta.request_id()).map(str::to_owned),
            retry_after: retry_after(raw.headers()),
        })
    }
}

impl CallError {
    /// A failure, or a success that could not be read.
    pub fn from_answer(refusal: Refusal) -> Self {
        match refusal.status {
            200..=299 => Self::Unusable("it is cut off, or does not come from AWS"),
            _ => Self::Refused(refusal),
        }
    }

    /// AWS's refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal {
    pub fn is_from_aws(&self) -> bool {
        !self.code.is_empty()
    }

    /// The code without the ending that some of AWS's services add.
    pub fn short_code(&self) -> &str {
        self.code.trim_end_matches("Exception")
    }

    /// Whether the session that signed has expired, or is one that AWS does not know.
    pub fn is_of_dead_session(&self) -> bool {
        ["ExpiredToken", "InvalidClientTokenId", "UnrecognizedClient"].contains(&self.short_code())
    }

    pub fn is_region_disabled(&self) -> bool {
        self.short_code() == "RegionDisabled"
    }

    /// The serial number is that of another user, or of nobody.
    pub const ABOUT_THE_DEVICE: &str = "unable to validate MFA code";

    pub fn is_about_the_device(&self) -> bool {
        self.message.contains(Self::ABOUT_THE_DEVICE)
    }

    /// AWS throttled the request, or turned it away before it looked inside or changed anything.
    pub fn is_unread(&self) -> bool {
        const CODES: [&str; 8] = [
            "BandwidthLimitExceeded",
            "ConcurrentModification",
            "EntityTemporarilyUnmodifiable",
            "LimitExceeded",
            "RequestLimitExceeded",
            "ServiceUnavailable",
            "SlowDown",
            "TooManyRequests",
        ];
        let code = self.short_code();
        // IAM's quotas have a code of the same name.
        if self.is_quota() {
            return false;
        }
        let is_throttled = self.status == 429 || code.contains("Throttl") || CODES.contains(&code);
        self.is_from_aws() && is_throttled
    }

    /// IAM's `LimitExceeded`: a quota of the account.
    fn is_quota(&self) -> bool {
        self.status == 409 && self.short_code() == "LimitExceeded"
    }

    /// Throttling, and errors on the server's side: what botocore retries, except the codes
    /// of services that are not called here.
    pub fn is_temporary(&self) -> bool {
        self.is_unread()
            || matches!(self.status, 429 | 500 | 502..=504)
            || self.is_from_aws() && self.status > 504
            || ["RequestTimeout", "PriorRequestNotComplete"].contains(&self.short_code())
    }
}

/// `Retry-After` in seconds. Its other form, a date, is ignored: our own pauses do as well.
pub fn retry_after(headers: &Headers) -> Option<Duration> {
    let seconds = headers.get("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
