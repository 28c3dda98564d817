//! Servers that do as they are told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

/// What a server does with a request.
pub enum Reaction {
    Answer {
        status: u16,
        headers: String,
        body: String,
    },
    /// Says nothing and closes.
    Close,
    /// Answers, and closes the connection although nothing was said about it.
    AnswerAndClose(String),
}

pub fn answer(status: u16, body: impl Into<String>) -> Reaction {
    Reaction::Answer {
        status,
        headers: String::new(),
        body: body.into(),
    }
}

/// A server that reacts as told; the requests come out of the receiver, head and body.
pub fn server(script: Vec<Reaction>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut script = script.into_iter();
        'connections: while let Ok((stream, _)) = listener.accept() {
            let mut reader = BufReader::new(stream);
            while let Some(request) = read_request(&mut reader) {
                if sender.send(request).is_err() {
                    return;
                }
                match script.next() {
                    Some(Reaction::Answer {
                        status,
                        headers,
                        body,
                    }) => {
                        respond(reader.get_mut(), status, &headers, &body);
                    }
                    Some(Reaction::AnswerAndClose(body)) => {
                        respond(reader.get_mut(), 200, "", &body);
                        drop(reader);
                        let _ = sender.send("closed".to_owned());
                        continue 'connections;
                    }
                    Some(Reaction::Close) | None => continue 'connections,
                }
            }
        }
    });
    (url, receiver)
}

pub fn read_request(reader: &mut BufReader<impl Read>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8(body).unwrap())
}

pub fn respond(stream: &mut impl Write, status: u16, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    let _ = stream.flush();
}
