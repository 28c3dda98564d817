//! An HTTP proxy for tests of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`: it records where clients
//! want to go and takes them all to the same place, or refuses.

use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::http::{read_headers, read_line};
use super::listener::Listener;

/// One request to the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// `sts.us-east-1.amazonaws.com:443` of a CONNECT, or the whole URL of a plain request
    pub target: String,
    /// the `Proxy-Authorization` header
    pub authorization: Option<String>,
}

pub struct Proxy {
    listener: Listener,
    visits: Arc<Mutex<Vec<Visit>>>,
}

impl Proxy {
    /// A proxy that leads every target to `destination`; without one it answers 502.
    pub fn start(destination: Option<SocketAddr>) -> Self {
        let visits = Arc::new(Mutex::new(Vec::new()));
        let log = visits.clone();
        let listener = Listener::start(move |stream, _| {
            let _ = serve(stream, destination, &log);
        });
        Self { listener, visits }
    }

    /// A proxy that says this to whoever comes, and closes; nothing at all: it stays, silent.
    pub fn answering(answer: Option<&'static str>) -> Self {
        let visits = Arc::default();
        let listener = Listener::start(move |mut stream, _| {
            let _ = stream.read(&mut [0; 4096]);
            let _ = match answer {
                Some(answer) => stream.write_all(answer.as_bytes()),
                None => io::copy(&mut stream, &mut io::sink()).map(|_| ()),
            };
        });
        Self { listener, visits }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.listener.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    pub fn visits(&self) -> Vec<Visit> {
        self.visits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn serve(
    stream: TcpStream,
    destination: Option<SocketAddr>,
    visits: &Mutex<Vec<Visit>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let line = read_line(&mut reader)?;
    let headers = read_headers(&mut reader)?;
    let mut words = line.split_whitespace();
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let authorization = headers
        .iter()
        .find(|(name, _)| name == "proxy-authorization");
    visits
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Visit {
            target: target.to_owned(),
            authorization: authorization.map(|(_, value)| value.clone()),
        });
    let mut client = stream;
    let Some(destination) = destination else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    };
    let mut server = TcpStream::connect(destination)?;
    if method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    } else {
        // One request per connection, or the next one could be for another host.
        write!(server, "{line}\r\nConnection: close\r\n")?;
        for (name, value) in headers
            .iter()
            .filter(|(name, _)| !name.contains("connection"))
        {
            write!(server, "{name}: {value}\r\n")?;
        }
        server.write_all(b"\r\n")?;
    }
    tunnel(reader, client, server)
}

/// Copies both ways until either side ends.
fn tunnel(
    mut from_client: BufReader<TcpStream>,
    mut client: TcpStream,
    server: TcpStream,
) -> io::Result<()> {
    let mut to_server = server.try_clone()?;
    let upwards = thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let mut server = server;
    let _ = io::copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
    let _ = upwards.join();
    Ok(())
}
