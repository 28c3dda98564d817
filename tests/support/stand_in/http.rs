//! HTTP/1.1, as much of it as the SDKs' clients speak.

use std::fmt::Write as _;
use std::io::{self, BufRead, Read};

use percent_encoding::percent_decode_str;

/// The longest line and the largest body taken, in bytes.
const LIMIT: u64 = 1 << 20;

#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// still percent-encoded, always with a leading slash
    pub path: String,
    /// still percent-encoded, without the question mark
    pub query: String,
    /// names in lower case, in the order they came
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The next request on a connection; nothing when the client has closed it.
    pub fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Ok(None);
        }
        let mut words = line.split_whitespace();
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(io::Error::other("not a request line"));
        };
        let (path, query) = split_target(target);
        let mut request = Self {
            method: method.to_owned(),
            path,
            query,
            ..Self::default()
        };
        request.headers = read_headers(stream)?;
        request.body = read_body(stream, &request)?;
        Ok(Some(request))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn host(&self) -> &str {
        self.header("host").unwrap_or_default()
    }

    /// The parameters of a query API, from the body of a POST or the query of a GET, decoded.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let body = String::from_utf8_lossy(&self.body);
        let text = if self.method == "POST" {
            body.as_ref()
        } else {
            self.query.as_str()
        };
        pairs(text)
            .into_iter()
            .map(|(name, value)| (form_decoded(name), form_decoded(value)))
            .collect()
    }

    /// The client wants the connection to end after this request.
    pub fn closes(&self) -> bool {
        self.header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// `a=1&b` as (a, 1), (b, nothing), still encoded.
pub fn pairs(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .collect()
}

fn form_decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

/// Path and query of `/path?query` or, through a proxy, `http://host/path?query`.
fn split_target(target: &str) -> (String, String) {
    let after_host = target
        .split_once("://")
        .map(|(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let (path, query) = after_host
        .unwrap_or(target)
        .split_once('?')
        .unwrap_or((after_host.unwrap_or(target), ""));
    (path.to_owned(), query.to_owned())
}

/// A line without its end; empty at the end of the stream.
pub fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    stream.take(LIMIT).read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line)
        .trim_end_matches(['\r', '\n'])
        .to_owned())
}

pub fn read_headers(stream: &mut impl BufRead) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        let Some((name, value)) = line.split_once(':') else {
            return Ok(headers);
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn read_body(stream: &mut impl BufRead, request: &Request) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if request
        .header("transfer-encoding")
        .is_some_and(|value| value.contains("chunked"))
    {
        loop {
            let length = u64::from_str_radix(&read_line(stream)?, 16).map_err(io::Error::other)?;
            stream.take(length.min(LIMIT)).read_to_end(&mut body)?;
            read_line(stream)?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
    let length = request.header("content-length").unwrap_or("0");
    let length: u64 = length.parse().map_err(io::Error::other)?;
    stream.take(length.min(LIMIT)).read_to_end(&mut body)?;
    Ok(body)
}

#[derive(Clone, Debug, Default)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn xml(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), "text/xml".to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Head and body.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let _ = write!(head, "Content-Length: {}\r\n\r\n", self.body.len());
        let mut bytes = head.into_bytes();
        bytes.extend(&self.body);
        bytes
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        412 => "Precondition Failed",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

/// Text as XML character data; control characters as references, so that they can be sent at all.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            control if control.is_control() => {
                let _ = write!(escaped, "&#{};", u32::from(control));
            }
            other => escaped.push(other),
        }
    }
    escaped
}
