//! Where a request failed, and whether any of it was sent.

use std::error::Error;
use std::io;
use std::time::{Duration, UNIX_EPOCH};

use aws_smithy_runtime_api::client::result::ConnectorError;
use rustls::pki_types::UnixTime;
use rustls::{CertificateError, Error as TlsError};

use crate::dates::utc;
use crate::message::hint_of;

/// Why a request got no usable answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{said}")]
pub struct TransportError {
    pub kind: ErrorKind,
    /// Whether the server may have got the request.
    pub sent: bool,
    /// It is about the TLS connection to the proxy itself.
    pub of_proxy: bool,
    /// Details in words that can follow a colon; empty if the kind says everything.
    pub said: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The CA bundle or the proxy cannot be used; `hint` says what to do.
    Settings {
        hint: String,
    },
    NameNotResolved,
    ConnectionRefused,
    /// No connection in time, or no answer.
    TimedOut,
    /// Not trusted; with `wrong_time`, because it has expired or is not valid yet.
    Certificate {
        wrong_time: bool,
    },
    /// The peer does not speak TLS, or the two sides cannot agree on a connection.
    Tls,
    /// The peer speaks, but not HTTP.
    NotHttp,
    /// More bytes or headers than any answer from AWS has.
    TooLarge,
    /// A success whose end is missing.
    CutOff,
    ProxyAuthorization,
    ProxyRefused,
    /// The proxy's answer is not HTTP, or there is none.
    ProxyGarbled,
    /// Reset, closed, unreachable.
    Broken,
}

impl TransportError {
    /// Nothing of the request was sent.
    pub fn unsent(kind: ErrorKind, said: impl Into<String>) -> Self {
        Self {
            kind,
            sent: false,
            of_proxy: false,
            said: said.into(),
        }
    }

    /// The request may have been received.
    pub fn sent(kind: ErrorKind) -> Self {
        Self {
            kind,
            sent: true,
            of_proxy: false,
            said: String::new(),
        }
    }

    /// The other side closed the connection before anything was sent.
    pub fn closed() -> Self {
        Self::unsent(ErrorKind::Broken, "the other side has closed it")
    }

    /// The TCP connection failed.
    pub fn from_connect(error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::ConnectionRefused => ErrorKind::ConnectionRefused,
            io::ErrorKind::TimedOut => ErrorKind::TimedOut,
            _ => ErrorKind::Broken,
        };
        Self::unsent(kind, error.to_string())
    }

    /// The TLS handshake failed.
    pub fn from_handshake(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
        match tls {
            Some(TlsError::InvalidCertificate(problem)) => Self::from_certificate(problem),
            Some(TlsError::InvalidMessage(_)) => {
                Self::unsent(ErrorKind::Tls, "the other side does not speak TLS")
            }
            Some(error) => Self::unsent(ErrorKind::Tls, error.to_string()),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::closed(),
            None => Self::unsent(ErrorKind::Broken, error.to_string()),
        }
    }

    /// The certificate is not trusted.
    pub fn from_certificate(problem: &CertificateError) -> Self {
        use CertificateError as Tls;
        let date = |time: &UnixTime| utc(UNIX_EPOCH + Duration::from_secs(time.as_secs()));
        let why = match problem {
            Tls::ExpiredContext { not_after, .. } => format!("it expired on {}", date(not_after)),
            Tls::NotValidYetContext { not_before, .. } => {
                format!("it is not valid before {}", date(not_before))
            }
            Tls::NotValidForName | Tls::NotValidForNameContext { .. } => {
                "it was issued for another host".to_owned()
            }
            // The last two: by a CA with the name of a trusted one, but another key.
            Tls::UnknownIssuer
            | Tls::BadSignature
            | Tls::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                "it is self-signed, or signed by a CA that is not trusted here".to_owned()
            }
            Tls::UnsupportedSignatureAlgorithmContext { .. } => {
                "it is signed with an outdated or rare algorithm, such as SHA-1".to_owned()
            }
            // webpki's word for what is wrong.
            Tls::Other(other) => other.0.to_string(),
            other => other.to_string(),
        };
        let wrong_time = matches!(
            problem,
            Tls::ExpiredContext { .. } | Tls::NotValidYetContext { .. }
        );
        Self::unsent(ErrorKind::Certificate { wrong_time }, why)
    }

    /// No answer came, or it broke off.
    pub fn from_exchange(error: &hyper::Error) -> Self {
        let io = error.source();
        let io = io.and_then(|error| error.downcast_ref::<io::Error>());
        let is_tls = |io: &io::Error| {
            io.get_ref()
                .is_some_and(<dyn Error + Send + Sync>::is::<TlsError>)
        };
        Self::sent(match io.map(|io| (io.kind(), is_tls(io))) {
            _ if error.is_parse_too_large() => ErrorKind::TooLarge,
            _ if error.is_parse() => ErrorKind::NotHttp,
            // A body in chunks that are malformed.
            Some((io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData, false)) => {
                ErrorKind::NotHttp
            }
            _ => ErrorKind::Broken,
        })
    }
}

/// The connection cannot even be tried with these roots or this proxy.
impl From<anyhow::Error> for TransportError {
    fn from(error: anyhow::Error) -> Self {
        let hint = hint_of(&error).unwrap_or_default().to_owned();
        Self::unsent(ErrorKind::Settings { hint }, format!("{error:#}"))
    }
}

impl From<TransportError> for ConnectorError {
    fn from(error: TransportError) -> Self {
        Self::other(error.into(), None)
    }
}

impl ErrorKind {
    /// Whether another attempt may succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::NameNotResolved
                | Self::ConnectionRefused
                | Self::TimedOut
                | Self::CutOff
                | Self::ProxyGarbled
                | Self::Broken
        )
    }
}
