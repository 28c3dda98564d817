//! What goes wrong on purpose.

use std::time::Duration;

use super::errors::Refusal;
use super::http::{Response, escape};

/// What happens to the answer of an action. Except for `Refuse`, the request has been carried
/// out by then: a code in it is spent.
#[derive(Clone, Debug)]
pub enum Fault {
    /// this refusal instead of carrying the request out (500, 503, Throttling …)
    Refuse(Refusal),
    /// a 200 that stops in the middle of `SessionToken` (or of the body), lengths agreeing
    Truncate,
    /// a 200 that stops after this text
    TruncateAfter(&'static str),
    /// an element is missing from the answer
    Without(&'static str),
    /// an element has this text instead
    Replace(&'static str, String),
    /// a 200 with these bytes: empty, HTML of a captive portal, noise
    Body(Vec<u8>),
    /// this answer, whatever it is: of a proxy, a gateway, a captive portal
    Foreign(Response),
    /// the answer is right and its `Date` is this text
    Date(&'static str),
    /// the connection is closed instead of the answer
    Close,
    /// the connection is reset instead of the answer
    Reset,
    /// nothing is ever answered; the connection stays open
    Silence,
    /// the answer comes late
    Delay(Duration),
    /// the head of the answer comes, and nothing after it
    HeadOnly,
    /// a byte at a time with a pause after each; whole in the end
    Dribble(Duration),
    /// the connection is closed in the middle of the body
    Cut,
    /// the same in the middle of a chunk
    CutChunk,
    /// these bytes instead of an answer
    Raw(&'static [u8]),
    /// a body that does not end
    Endless,
}

impl Fault {
    pub fn throttling() -> Self {
        Self::Refuse(Refusal::new(400, "Throttling", "Rate exceeded"))
    }

    pub fn internal_failure() -> Self {
        Self::Refuse(Refusal::new(
            500,
            "InternalFailure",
            "The request processing has failed because of an unknown error, exception or failure.",
        ))
    }

    pub fn service_unavailable() -> Self {
        Self::Refuse(Refusal::new(
            503,
            "ServiceUnavailable",
            "Service is unable to handle request.",
        ))
    }

    /// The answer as this fault leaves it; unchanged for the faults of the connection.
    pub fn spoil(&self, mut response: Response) -> Response {
        let text = String::from_utf8_lossy(&response.body).into_owned();
        match self {
            Self::Truncate => {
                let middle = text
                    .find("<SessionToken>")
                    .map_or(text.len() / 2, |at| at + 40);
                response.body.truncate(middle);
            }
            Self::TruncateAfter(end) => {
                let at = text.find(end).expect("a text of the answer");
                response.body.truncate(at + end.len());
            }
            Self::Without(element) => response.body = replaced(&text, element, "").into_bytes(),
            Self::Replace(element, value) => {
                let whole = format!("<{element}>{}</{element}>", escape(value));
                response.body = replaced(&text, element, &whole).into_bytes();
            }
            Self::Body(bytes) => {
                response.status = 200;
                response.body.clone_from(bytes);
            }
            Self::Foreign(other) => return other.clone(),
            _ => {}
        }
        response
    }
}

/// The text with the first `<element>…</element>` replaced.
fn replaced(text: &str, element: &str, by: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let Some((before, rest)) = text.split_once(&open) else {
        return text.to_owned();
    };
    let (_, after) = rest.split_once(&close).unwrap_or_default();
    format!("{before}{by}{after}")
}

/// What happens to a connection before anything is read from it.
#[derive(Clone, Copy, Debug)]
pub enum ConnectionFault {
    /// the server takes its time before it says or hears anything
    Delay(Duration),
    /// accepted and closed
    Close,
    /// accepted, and never a byte (with TLS: no handshake)
    Silence,
}
