//! What went wrong below HTTP. The libraries in between say so by the types of their errors, or only
//! by their texts if the types are private. `tests/network` tests each kind with the real
//! libraries, and so notices a release that words it differently.

use std::error::Error;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::date_time::{DateTime, Format};
use hyper_util::client::legacy;
use rustls::{CertificateError, Error as TlsError};
use rustls_pki_types::UnixTime;

use crate::message::hint_of;

/// A request that got no whole answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{said}")]
pub struct TransportError {
    pub kind: ErrorKind,
    /// Whether the server may have got the request.
    pub sent: bool,
    /// Why, in words that can follow a colon.
    pub said: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Roots or proxy cannot be used: what the user can do about it.
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
    /// More than an answer of AWS can have.
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
    /// The call's time is over.
    pub fn no_answer() -> Self {
        Self::of_body(ErrorKind::TimedOut)
    }

    /// The answer is not one of AWS, or there is none.
    pub fn of_body(kind: ErrorKind) -> Self {
        Self {
            kind,
            sent: true,
            said: String::new(),
        }
    }

    /// The connection cannot even be tried with these roots or this proxy.
    pub fn settings(error: &anyhow::Error) -> Self {
        let hint = hint_of(error).unwrap_or_default().to_owned();
        Self {
            kind: ErrorKind::Settings { hint },
            sent: false,
            said: format!("{error:#}"),
        }
    }

    /// An error of the HTTP client. Unless it says that the connection was never made, the request
    /// may have been sent.
    pub fn of_client(error: &ConnectorError) -> Self {
        Self {
            sent: !find::<legacy::Error>(error).is_some_and(legacy::Error::is_connect),
            ..Self::of_answer(error)
        }
    }

    /// The answer broke off.
    pub fn of_answer(error: &(dyn Error + 'static)) -> Self {
        let (kind, said) = match find::<TlsError>(error) {
            Some(TlsError::InvalidCertificate(problem)) => of_certificate(problem),
            Some(TlsError::InvalidMessage(_)) => {
                (ErrorKind::Tls, "what answers does not speak TLS".to_owned())
            }
            Some(error) => (ErrorKind::Tls, error.to_string()),
            None => (of_layers(error), innermost(error)),
        };
        Self {
            kind,
            sent: true,
            said,
        }
    }
}

impl From<TransportError> for ConnectorError {
    fn from(error: TransportError) -> Self {
        Self::other(error.into(), None)
    }
}

impl ErrorKind {
    /// Whether another attempt may go better.
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

/// Why a certificate is not trusted.
fn of_certificate(problem: &CertificateError) -> (ErrorKind, String) {
    use CertificateError as Tls;
    let date = |time: &UnixTime| {
        let time = DateTime::from_secs(time.as_secs().cast_signed());
        time.fmt(Format::DateTime).unwrap_or_default()
    };
    let (wrong_time, why) = match problem {
        Tls::ExpiredContext { not_after, .. } => {
            (true, format!("it expired on {}", date(not_after)))
        }
        Tls::NotValidYetContext { not_before, .. } => {
            (true, format!("it is not valid before {}", date(not_before)))
        }
        Tls::NotValidForName | Tls::NotValidForNameContext { .. } => {
            (false, "it was issued for another host".to_owned())
        }
        Tls::UnknownIssuer | Tls::BadSignature => {
            let why = "it is self-signed, or signed by a CA that is not trusted here";
            (false, why.to_owned())
        }
        other => (false, other.to_string()),
    };
    (ErrorKind::Certificate { wrong_time }, why)
}

/// Tells the errors of the layers below TLS and of HTTP by their kinds, or else by their words.
fn of_layers(error: &(dyn Error + 'static)) -> ErrorKind {
    const WORDS: [(&str, ErrorKind); 11] = [
        ("dns error", ErrorKind::NameNotResolved),
        ("failed to lookup address", ErrorKind::NameNotResolved),
        (
            "proxy authorization required",
            ErrorKind::ProxyAuthorization,
        ),
        ("tunnel error: unsuccessful", ErrorKind::ProxyRefused),
        ("tunnel error: unexpected end", ErrorKind::ProxyGarbled),
        ("proxy response headers too long", ErrorKind::ProxyGarbled),
        ("connect timeout occurred", ErrorKind::TimedOut),
        ("invalid HTTP", ErrorKind::NotHttp),
        ("invalid content-length", ErrorKind::NotHttp),
        ("Invalid chunk", ErrorKind::NotHttp),
        ("message head is too large", ErrorKind::TooLarge),
    ];
    let io = layers(error).filter_map(|layer| layer.downcast_ref::<io::Error>());
    for error in io {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => return ErrorKind::ConnectionRefused,
            io::ErrorKind::TimedOut => return ErrorKind::TimedOut,
            _ => (),
        }
    }
    let texts: Vec<String> = layers(error).map(ToString::to_string).collect();
    let text = texts.join(": ");
    let found = WORDS.into_iter().find(|(words, _)| text.contains(words));
    found.map_or(ErrorKind::Broken, |(_, kind)| kind)
}

/// The error of this type among `error` and its causes.
pub fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    layers(error).find_map(|layer| layer.downcast_ref::<E>())
}

/// An error and what caused it. An `io::Error` hides the error it wraps from `source`.
fn layers<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

/// What the innermost layer said. Display only: that is safe, Debug is not.
pub fn innermost(error: &(dyn Error + 'static)) -> String {
    let closed = |layer: &(dyn Error + 'static)| {
        let io = layer.downcast_ref::<io::Error>();
        io.is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof)
    };
    // The layers' own words name a page of a library's manual.
    if layers(error).any(closed) {
        return "the other side has closed it".to_owned();
    }
    let last = layers(error).last().map(ToString::to_string);
    let last = last.unwrap_or_default();
    last.rsplit(": ").next().unwrap_or_default().to_owned()
}
