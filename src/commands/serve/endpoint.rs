//! The container-credentials endpoint: HTTP on the loopback interface, where the SDKs of the command
//! of `exec --refresh` ask for credentials as often as they like.
//!
//! The token keeps other users and web pages out. It cannot keep out the user's own programs, which
//! may read the command's environment.

mod request;
mod response;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use base64_simd::URL_SAFE_NO_PAD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, sink};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};

use crate::secret::Secret;
use request::Rejection;
pub use response::Answer;

/// How long a client may take to send its request, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many clients may be connected without having sent a request. If one more connects, the
/// oldest is dropped.
const IDLE_CLIENTS: usize = 64;

/// How long to wait if no file can be opened for another client.
const OUT_OF_FILES: Duration = Duration::from_millis(50);

/// How long, and how many bytes, a client may go on sending after its answer: closing a connection
/// with unread bytes loses the answer.
const LEFTOVERS: (Duration, u64) = (Duration::from_secs(1), 64 * 1024);

/// Bytes of the token.
const TOKEN: usize = 32;

const PATH: &str = "/credentials";

/// The open endpoint.
pub struct Endpoint {
    listener: TcpListener,
    gate: Gate,
}

/// What a request must have to be answered.
struct Gate {
    /// `127.0.0.1:PORT`
    host: String,
    /// The value of the header `Authorization`.
    token: Secret,
}

impl Endpoint {
    /// Listens on a port that the system chooses. Connections are accepted once it is served.
    pub async fn open() -> Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await;
        let listener = listener.context(NOT_OPEN)?;
        let address = listener.local_addr().context(NOT_OPEN)?;
        let mut random = [0; TOKEN];
        getrandom::getrandom(&mut random)
            .map_err(|_| anyhow!("the system provides no random numbers"))
            .context(NOT_OPEN)?;
        Ok(Self {
            listener,
            gate: Gate {
                host: address.to_string(),
                token: Secret::new(URL_SAFE_NO_PAD.encode_to_string(random)),
            },
        })
    }

    /// The variables that point an SDK here.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        let token = self.gate.token.expose().to_owned();
        [
            (
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                format!("http://{}{PATH}", self.gate.host),
            ),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token),
        ]
    }

    /// Answers every request with what `credentials` gives, until the future is dropped. Runs inside
    /// of a `LocalSet`.
    pub async fn serve(self, credentials: impl AsyncFn() -> Answer + 'static) -> Infallible {
        let shared = Rc::new((self.gate, credentials));
        let mut idle = VecDeque::new();
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                sleep(OUT_OF_FILES).await;
                continue;
            };
            let (keep, dropped) = oneshot::channel::<Infallible>();
            idle.retain(|client: &oneshot::Sender<_>| !client.is_closed());
            idle.push_back(keep);
            if idle.len() > IDLE_CLIENTS {
                idle.pop_front();
            }
            let shared = Rc::clone(&shared);
            spawn_local(async move {
                let (gate, credentials) = &*shared;
                // A client that goes away, or is too slow, gets no answer.
                let _ = attend(stream, dropped, gate, credentials).await;
            });
        }
    }
}

const NOT_OPEN: &str = "could not open the credentials endpoint";

/// One request and its answer. `dropped` ends the wait for the request. A 503 is held back as long
/// as the client waits: an SDK gives up after a few answers, and a new login or an outage of STS
/// takes longer.
async fn attend(
    mut stream: TcpStream,
    dropped: oneshot::Receiver<Infallible>,
    gate: &Gate,
    credentials: impl AsyncFn() -> Answer,
) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let verdict = tokio::select! {
        biased;
        verdict = timeout(PATIENCE, read(&mut stream, gate)) => verdict.ok()??,
        _ = dropped => return None,
    };
    let response = match verdict {
        Ok(patience) => {
            let patience = sleep(patience);
            let answer = credentials().await;
            if let Answer::Unavailable(_) = answer {
                patience.await;
            }
            response::of(&answer)
        }
        Err(rejection) => response::rejection(rejection),
    };
    send(stream, &response, PATIENCE).await
}

/// Answers a client, which has to take the answer within `patience`. `None` if it does not.
pub async fn send(mut stream: TcpStream, response: &Secret, patience: Duration) -> Option<()> {
    let sent = async {
        stream.write_all(response.expose().as_bytes()).await?;
        stream.shutdown().await
    };
    timeout(patience, sent).await.ok()?.ok()?;
    let (time, bytes) = LEFTOVERS;
    let _ = timeout(time, copy(&mut stream.take(bytes), &mut sink())).await;
    Some(())
}

/// Reads a request up to its body, and judges it. `None` if the client has gone away.
async fn read(stream: &mut TcpStream, gate: &Gate) -> Option<Result<Duration, Rejection>> {
    let mut head = Vec::with_capacity(1024);
    loop {
        if let Some(verdict) = gate.judge(&head) {
            return Some(verdict);
        }
        if stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
}

#[cfg(test)]
mod tests;
