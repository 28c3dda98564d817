//! What went wrong below HTTP, told from the errors of the layers in between: by their types where
//! they are public, else by their texts. Every class has a test with the real layers in
//! `tests/network`, so that a release of theirs that says it otherwise is noticed.

use std::error::Error;
use std::fmt;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;
use hyper_util::client::legacy;
use rustls::{CertificateError, Error as TlsError};

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
    Certificate(CertificateProblem),
    /// The peer speaks, but not TLS.
    NotTls,
    /// The two sides cannot agree on a connection.
    Tls,
    /// The peer speaks, but not HTTP.
    NotHttp,
    /// More than an answer of AWS can have.
    TooLarge,
    ProxyAuthorization,
    ProxyRefused,
    /// What the proxy answers is not HTTP, or nothing.
    ProxyGarbled,
    /// Reset, closed, unreachable.
    Broken,
}

/// Why a certificate is not trusted. Times in seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateProblem {
    Expired {
        end: u64,
        now: u64,
    },
    NotYetValid {
        start: u64,
        now: u64,
    },
    OtherHost,
    UnknownIssuer,
    /// A CA's own certificate stands where the server's should be.
    AuthorityAsServer,
    Other,
}

/// The mark of an error that has been through our transport.
#[derive(Debug)]
pub struct OfTransport(pub ConnectorError);

impl fmt::Display for OfTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request failed")
    }
}

impl Error for OfTransport {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// An answer that is larger than any of AWS's.
#[derive(Debug)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is too large")
    }
}

impl Error for TooLarge {}

impl Cause {
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let text = chain_text(error);
        let kind = of_tls(error)
            .or_else(|| of_io(error))
            .unwrap_or_else(|| of_text(&text));
        let kind = match find::<TooLarge>(error) {
            Some(_) => CauseKind::TooLarge,
            None => kind,
        };
        Self { kind, text }
    }

    /// The part that says most.
    pub fn innermost(&self) -> &str {
        // The layers' own words name a page of a library's manual.
        if [NO_FAREWELL, "handshake eof"]
            .iter()
            .any(|words| self.text.contains(words))
        {
            return "the other side has closed it";
        }
        self.text.rsplit(": ").next().unwrap_or_default()
    }

    /// It has been through our transport.
    pub fn is_of_transport(error: &ConnectorError) -> bool {
        find::<OfTransport>(error).is_some()
    }

    /// The HTTP client's own word that no connection was made.
    pub fn is_before_connection(error: &ConnectorError) -> bool {
        find::<legacy::Error>(error).is_some_and(legacy::Error::is_connect)
    }
}

fn of_tls(error: &(dyn Error + 'static)) -> Option<CauseKind> {
    let kind = match find::<TlsError>(error)? {
        TlsError::InvalidCertificate(problem) => CauseKind::Certificate(problem.into()),
        TlsError::InvalidMessage(_) => CauseKind::NotTls,
        _ => CauseKind::Tls,
    };
    Some(kind)
}

impl From<&CertificateError> for CertificateProblem {
    fn from(error: &CertificateError) -> Self {
        match error {
            CertificateError::ExpiredContext { time, not_after } => Self::Expired {
                end: not_after.as_secs(),
                now: time.as_secs(),
            },
            CertificateError::NotValidYetContext { time, not_before } => Self::NotYetValid {
                start: not_before.as_secs(),
                now: time.as_secs(),
            },
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::OtherHost
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::UnknownIssuer,
            other if other.to_string().contains("CaUsedAsEndEntity") => Self::AuthorityAsServer,
            _ => Self::Other,
        }
    }
}

fn of_io(error: &(dyn Error + 'static)) -> Option<CauseKind> {
    layers(error)
        .filter_map(|layer| layer.downcast_ref::<io::Error>())
        .find_map(|io| match io.kind() {
            io::ErrorKind::ConnectionRefused => Some(CauseKind::ConnectionRefused),
            io::ErrorKind::TimedOut => Some(CauseKind::ConnectTimeout),
            _ => None,
        })
}

/// The connection has ended without TLS's farewell: by a crash, or a balancer that lost its server.
const NO_FAREWELL: &str = "without sending TLS close_notify";

/// The layers' words, where their types cannot be seen.
fn of_text(text: &str) -> CauseKind {
    const WORDS: [(&str, CauseKind); 13] = [
        ("dns error", CauseKind::NameNotResolved),
        ("failed to lookup address", CauseKind::NameNotResolved),
        (
            "proxy authorization required",
            CauseKind::ProxyAuthorization,
        ),
        ("tunnel error: unsuccessful", CauseKind::ProxyRefused),
        ("tunnel error: unexpected end", CauseKind::ProxyGarbled),
        ("proxy response headers too long", CauseKind::ProxyGarbled),
        ("connect timeout occurred", CauseKind::ConnectTimeout),
        ("invalid HTTP", CauseKind::NotHttp),
        ("invalid content-length", CauseKind::NotHttp),
        ("Invalid chunk", CauseKind::NotHttp),
        ("message head is too large", CauseKind::TooLarge),
        (NO_FAREWELL, CauseKind::Broken),
        ("TLS", CauseKind::Tls),
    ];
    let found = WORDS.iter().find(|(words, _)| text.contains(words));
    found.map_or(CauseKind::Broken, |(_, kind)| *kind)
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    layers(error).find_map(|layer| layer.downcast_ref::<E>())
}

/// An error and what caused it. An `io::Error` hides the error it wraps from `source`.
fn layers<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> + Clone {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

/// The layers' messages, each once. Display only: that is safe, Debug is not.
pub fn chain_text(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for text in layers(error).map(ToString::to_string) {
        if parts.last().is_none_or(|last| !last.ends_with(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}
