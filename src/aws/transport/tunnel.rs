//! A tunnel through a proxy (RFC 9110, section 9.3.6): `CONNECT`, and its answer.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::error::{ErrorKind, TransportError};
use super::proxy::Proxy;
use super::stream::Stream;

/// Bytes. A proxy's answer has a few hundred; some proxies add a page, which is not used.
const LARGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 100;

/// Asks the proxy at the other end for a connection to `authority` (`host:port`). Afterwards the
/// stream is that connection.
///
/// # Errors
/// The proxy refuses, asks for a password, or does not answer in HTTP.
pub async fn open(
    stream: &mut Stream,
    authority: &str,
    proxy: &Proxy,
) -> Result<(), TransportError> {
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some(authorization) = &proxy.authorization {
        request.extend(["Proxy-Authorization: ", authorization.expose(), "\r\n"]);
    }
    request.push_str("\r\n");
    let sent = stream.write_all(request.as_bytes()).await;
    sent.and(stream.flush().await)
        .map_err(|error| garbled(&error))?;
    match status(stream).await? {
        200..=299 => Ok(()),
        407 => Err(TransportError::unsent(ErrorKind::ProxyAuthorization, "")),
        status => Err(TransportError::unsent(
            ErrorKind::ProxyRefused,
            status.to_string(),
        )),
    }
}

/// The status of the answer. Nothing may follow the head of one that opens the tunnel: in TLS the
/// client speaks first.
async fn status(stream: &mut Stream) -> Result<u16, TransportError> {
    let mut answer = Vec::new();
    loop {
        let mut room = (&mut *stream).take((LARGEST_HEAD - answer.len()) as u64);
        if room
            .read_buf(&mut answer)
            .await
            .map_err(|error| garbled(&error))?
            == 0
        {
            return Err(garbled("it has closed the connection"));
        }
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let length = head.parse(&answer).map_err(|error| garbled(&error))?;
        match (length, head.code) {
            (httparse::Status::Partial, _) => {}
            (httparse::Status::Complete(length), Some(200..=299)) if length < answer.len() => {
                return Err(garbled("more than an answer came"));
            }
            (_, status) => return Ok(status.unwrap_or_default()),
        }
    }
}

fn garbled<E: ToString + ?Sized>(said: &E) -> TransportError {
    TransportError::unsent(ErrorKind::ProxyGarbled, said.to_string())
}
