//! Which requests are answered: those that have the token and that no web page can have sent.

use std::time::Duration;

use httparse::{EMPTY_HEADER, Request, Status};
use subtle::ConstantTimeEq as _;

use super::{Gate, PATH};

/// Bytes of a request without its body.
const LONGEST_HEAD: usize = 16 * 1024;

/// How long a client that counts its attempts waits for an answer. The SDKs for Go, and so
/// Terraform, wait for ever, the SDK for Rust 5 s. Terraform gives up after 15 answers at most.
const LONG: Duration = Duration::from_secs(4);

/// Why a request is rejected, whatever the credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Not HTTP, or too long.
    Malformed,
    /// Wrong token, the wrong `Host`, or any `Origin`.
    Forbidden,
    NotFound,
    MethodNotAllowed,
}

impl Gate {
    /// How long the client waits for an answer. `None` while `head` is only the beginning of a
    /// request.
    pub(super) fn judge(&self, head: &[u8]) -> Option<Result<Duration, Rejection>> {
        let mut headers = [EMPTY_HEADER; 64];
        let mut request = Request::new(&mut headers);
        match request.parse(head) {
            Ok(Status::Complete(_)) => Some(self.check(&request)),
            Ok(Status::Partial) if head.len() <= LONGEST_HEAD => None,
            Ok(Status::Partial) | Err(_) => Some(Err(Rejection::Malformed)),
        }
    }

    fn check(&self, request: &Request<'_, '_>) -> Result<Duration, Rejection> {
        let token = self.token.expose().as_bytes();
        let has_token =
            only(request, "authorization").is_some_and(|value| value.ct_eq(token).into());
        let is_page = values(request, "origin").next().is_some();
        if !has_token || is_page || only(request, "host") != Some(self.host.as_bytes()) {
            Err(Rejection::Forbidden)
        } else if request.path != Some(PATH) {
            Err(Rejection::NotFound)
        } else if request.method != Some("GET") {
            Err(Rejection::MethodNotAllowed)
        } else if values(request, "amz-sdk-request").next().is_some() {
            Ok(LONG)
        } else {
            Ok(Duration::ZERO)
        }
    }
}

fn values<'a>(request: &'a Request<'_, '_>, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let headers = request.headers.iter();
    headers
        .filter(move |header| header.name.eq_ignore_ascii_case(name))
        .map(|header| header.value)
}

/// The header's value, if there is exactly one.
fn only<'a>(request: &'a Request<'_, '_>, name: &'a str) -> Option<&'a [u8]> {
    let mut values = values(request, name);
    values.next().filter(|_| values.next().is_none())
}
