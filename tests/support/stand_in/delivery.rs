//! How an answer's bytes reach the client, where a fault spoils the way and not the answer.

use std::io::{self, Write};
use std::thread;

use super::faults::Fault;
use super::http::Response;

/// Sends the answer; whether the connection can be used for another one.
pub fn deliver(
    stream: &mut impl Write,
    response: &Response,
    fault: Option<&Fault>,
) -> io::Result<bool> {
    let bytes = response.bytes();
    let head = bytes.len() - response.body.len();
    match fault {
        Some(Fault::HeadOnly) => send(stream, &bytes[..head])?,
        Some(Fault::Dribble(pause)) => {
            for byte in &bytes {
                send(stream, &[*byte])?;
                thread::sleep(*pause);
            }
            return Ok(true);
        }
        Some(Fault::Raw(bytes)) => send(stream, bytes)?,
        Some(Fault::Cut) => send(stream, &bytes[..head + response.body.len() / 2])?,
        Some(Fault::CutChunk) => send(stream, &[CHUNKED, &response.body[..20]].concat())?,
        Some(Fault::Endless) => {
            send(stream, CHUNKED)?;
            loop {
                send(stream, &[b' '; 0xfff])?;
                send(stream, b"\r\nfff\r\n")?;
            }
        }
        _ => {
            send(stream, &bytes)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// A chunk of 4095 bytes is announced.
const CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n";

fn send(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}
