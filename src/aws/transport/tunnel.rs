//! A tunnel through a proxy (RFC 9110, section 9.3.6): `CONNECT`, and its answer.

use httparse::Status;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::error::{ErrorKind, TransportError};
use super::stream::Stream;
use crate::profile::Proxy;

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

/// The status of the final answer: others (`100 Continue`) may come before it. Nothing may follow the
/// head of one that opens the tunnel: in TLS the client speaks first.
async fn status(stream: &mut Stream) -> Result<u16, TransportError> {
    let mut answer = Vec::new();
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let length = head.parse(&answer).map_err(|error| garbled(&error))?;
        match (length, head.code.unwrap_or_default()) {
            (Status::Complete(length), 100..=199) => drop(answer.drain(..length)),
            (Status::Complete(length), 200..=299) if length < answer.len() => {
                return Err(garbled("more than an answer came"));
            }
            (Status::Complete(_), status) => return Ok(status),
            (Status::Partial, _) => {
                let mut room = (&mut *stream).take((LARGEST_HEAD - answer.len()) as u64);
                let read = room.read_buf(&mut answer).await;
                if read.map_err(|error| garbled(&error))? == 0 {
                    return Err(garbled("it has closed the connection"));
                }
            }
        }
    }
}

fn garbled<E: ToString + ?Sized>(said: &E) -> TransportError {
    TransportError::unsent(ErrorKind::ProxyGarbled, said.to_string())
}

#[cfg(test)]
mod tests {
    use http::Uri;
    use tokio::io::duplex;

    use super::*;
    use crate::profile::Proxies;

    /// What the client makes of this answer, of which `at_once` bytes come at a time.
    async fn outcome(answer: &str, at_once: usize) -> Result<(), ErrorKind> {
        let url = Uri::from_static("https://sts.example.com");
        let proxies = Proxies::read(|name| (name == "ALL_PROXY").then(|| "proxy".to_owned()));
        let proxy = proxies.for_url(&url).unwrap().unwrap();
        let (near, mut far) = duplex(at_once);
        let asking = async {
            let mut stream: Stream = Box::new(near);
            open(&mut stream, "sts.example.com:443", &proxy).await
        };
        let answering = async {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                far.read_buf(&mut request).await.unwrap();
            }
            assert!(request.starts_with(b"CONNECT sts.example.com:443 HTTP/1.1\r\n"));
            // Who has heard enough hangs up.
            let _ = far.write_all(answer.as_bytes()).await;
            drop(far);
        };
        let (outcome, ()) = tokio::join!(asking, answering);
        outcome.map_err(|error| error.kind)
    }

    #[tokio::test]
    async fn the_final_answer_counts_in_however_many_pieces_it_comes() {
        const OK: &str = "HTTP/1.1 200 Connection established\r\n\r\n";
        const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";
        let many = |count| "A: b\r\n".repeat(count);
        for (answer, expected) in [
            (OK.to_owned(), Ok(())),
            (format!("{CONTINUE}{OK}"), Ok(())),
            (
                format!("{CONTINUE}HTTP/1.1 103 Early Hints\r\n{}\r\n{OK}", many(9)),
                Ok(()),
            ),
            ("HTTP/1.0 200 OK\r\nVia: x\r\n\r\n".to_owned(), Ok(())),
            (format!("{OK}HTTP"), Err(ErrorKind::ProxyGarbled)),
            (CONTINUE.to_owned(), Err(ErrorKind::ProxyGarbled)),
            (OK[..20].to_owned(), Err(ErrorKind::ProxyGarbled)),
            (String::new(), Err(ErrorKind::ProxyGarbled)),
            (
                "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
                Err(ErrorKind::ProxyGarbled),
            ),
            (
                format!("HTTP/1.1 200 OK\r\n{}", many(9_999)),
                Err(ErrorKind::ProxyGarbled),
            ),
            (
                format!("HTTP/1.1 403 No\r\n\r\n{}", many(9)),
                Err(ErrorKind::ProxyRefused),
            ),
            (
                format!("{CONTINUE}HTTP/1.1 407 Password\r\nA: b\r\n\r\n"),
                Err(ErrorKind::ProxyAuthorization),
            ),
        ] {
            for at_once in [1, 20, 1 << 20] {
                // What follows an answer can only be seen if it comes with it.
                if at_once == 1 << 20 || !answer.ends_with("\n\r\nHTTP") {
                    assert_eq!(
                        outcome(&answer, at_once).await,
                        expected,
                        "{at_once}: {answer}"
                    );
                }
            }
        }
    }
}
