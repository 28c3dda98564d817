//! How a browser gets the address that signs it in. In an argument, every user of the computer could
//! read it for as long as it is valid; a file would keep it on the disk. So the browser is started
//! with an address on this computer, which leads to the real one, once.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use base64_simd::URL_SAFE_NO_PAD;
use httparse::{EMPTY_HEADER, Request, Status};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::commands::serve::endpoint::send;
use crate::processes::user_of_peer;
use crate::runtime_dir::user;
use crate::secret::Secret;

/// How long a browser may take to send its request, and to take the answer. It opens connections
/// ahead of time.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many connections may be open.
const CONNECTIONS: usize = 64;

/// How long to wait if no file can be opened for another connection.
const OUT_OF_FILES: Duration = Duration::from_millis(50);

/// Bytes of a request.
const LONGEST_HEAD: usize = 16 * 1024;

/// Random bytes of the path.
const PATH: usize = 16;

/// The open address.
pub struct Handover {
    listener: TcpListener,
    gate: Gate,
}

#[derive(Clone)]
struct Gate {
    /// `127.0.0.1:PORT`
    host: String,
    /// `/` and a random word.
    path: String,
}

const NOT_OPEN: &str = "could not open an address on this computer for the browser";

impl Handover {
    /// Listens on a port that the system chooses.
    pub async fn open() -> Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await;
        let listener = listener.context(NOT_OPEN)?;
        let host = listener.local_addr().context(NOT_OPEN)?.to_string();
        let mut random = [0; PATH];
        getrandom::getrandom(&mut random)
            .map_err(|_| anyhow!("the system provides no random numbers"))
            .context(NOT_OPEN)?;
        let path = format!("/{}", URL_SAFE_NO_PAD.encode_to_string(random));
        let gate = Gate { host, path };
        Ok(Self { listener, gate })
    }

    /// What the browser is started with.
    pub fn address(&self) -> String {
        format!("http://{}{}", self.gate.host, self.gate.path)
    }

    /// Leads the first browser that asks to `url`, and returns.
    pub async fn give(self, url: &Secret) {
        let url = Arc::new(Mutex::new(Some(url.clone())));
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                Some(given) = connections.join_next() => {
                    if given.is_ok_and(|given| given == Some(true)) {
                        return;
                    }
                }
                accepted = self.listener.accept(), if connections.len() < CONNECTIONS => {
                    match accepted {
                        Ok((stream, _)) => {
                            let attended = attend(stream, self.gate.clone(), Arc::clone(&url));
                            connections.spawn(attended);
                        }
                        Err(_) => sleep(OUT_OF_FILES).await,
                    }
                }
            }
        }
    }
}

/// One request and its answer: whether that was the address. `None` if the browser has gone away.
async fn attend(
    mut stream: TcpStream,
    gate: Gate,
    url: Arc<Mutex<Option<Secret>>>,
) -> Option<bool> {
    let is_right = timeout(PATIENCE, read(&mut stream, &gate)).await.ok()??;
    let is_right = is_right && !is_another_users(&stream);
    let taken = || url.lock().unwrap_or_else(PoisonError::into_inner).take();
    let url = is_right.then(taken).flatten();
    let response = response(url.as_ref());
    send(stream, &response, PATIENCE).await?;
    Some(url.is_some())
}

/// Whether another user has sent the request, who may have read the address among the browser's
/// arguments. Root reads everything anyway, and may pass on what a browser outside sends (WSL).
fn is_another_users(stream: &TcpStream) -> bool {
    let (Ok(SocketAddr::V4(peer)), Ok(SocketAddr::V4(own))) =
        (stream.peer_addr(), stream.local_addr())
    else {
        return false;
    };
    user_of_peer(peer, own).is_some_and(|other| other != 0 && other != user())
}

/// Whether the request is a browser's for the address. `None` if the client has gone away.
async fn read(stream: &mut TcpStream, gate: &Gate) -> Option<bool> {
    let mut head = Vec::with_capacity(1024);
    while stream.read_buf(&mut head).await.ok()? > 0 {
        let mut headers = [EMPTY_HEADER; 64];
        let mut request = Request::new(&mut headers);
        match request.parse(&head) {
            Ok(Status::Complete(_)) => return Some(gate.admits(&request)),
            Ok(Status::Partial) if head.len() <= LONGEST_HEAD => {}
            _ => return Some(false),
        }
    }
    None
}

impl Gate {
    /// A page of another origin does not know the path, nor can it lead a name of its own here.
    fn admits(&self, request: &Request<'_, '_>) -> bool {
        let of_name = |name: &'static str| {
            let headers = request.headers.iter();
            headers.filter(move |header| header.name.eq_ignore_ascii_case(name))
        };
        let hosts: Vec<_> = of_name("host").map(|header| header.value).collect();
        request.method == Some("GET")
            && request.path == Some(&self.path)
            && hosts == [self.host.as_bytes()]
            && of_name("origin").next().is_none()
    }
}

/// The way to `url`, which no browser stores nor tells the next page; without it, a refusal.
fn response(url: Option<&Secret>) -> Secret {
    let (status, location) = match url {
        Some(url) => ("303 See Other", format!("Location: {}\r\n", url.expose())),
        None => ("404 Not Found", String::new()),
    };
    Secret::new(format!(
        "HTTP/1.1 {status}\r\n{location}Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n"
    ))
}
