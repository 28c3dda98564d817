//! The socket of an agent. One line each way, for the user and root only. No client can stop it by
//! what it sends or fails to send.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use rustix::process::geteuid;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};

use crate::agent::{LONGEST, Refusal, Request};

/// How long a client waits for AWS.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long a client may take to send a request.
const SENDING: Duration = Duration::from_secs(5);

/// How many clients may be connected without having sent a request. If there are more, the oldest
/// is dropped, but only after a moment: a hundred programs may ask at once.
const IDLE: usize = 64;
const MOMENT: Duration = Duration::from_millis(100);

/// How often a client learns that the agent is still working on its request.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// What answers at a socket.
pub trait Answers: 'static {
    /// The answer, a line of JSON. `client` is the process that asks, if the system says which.
    fn answer(
        self: &Rc<Self>,
        request: Request,
        client: Option<i32>,
    ) -> impl Future<Output = String>;

    /// Another user's process has connected.
    fn reject_user(&self, user: u32);
}

/// An answer's line.
pub fn line_of(answer: Result<impl Serialize, Refusal>) -> String {
    let text = match answer {
        Ok(answer) => serde_json::to_string(&answer),
        Err(refusal) => serde_json::to_string(&refusal),
    };
    // This fails only for a map whose keys are not strings.
    text.unwrap_or_default() + "\n"
}

/// Never returns.
pub async fn serve<A: Answers>(listener: UnixListener, answers: Rc<A>) {
    let mut idle = VecDeque::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many files are open. Each client that leaves frees one.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        idle.retain(|(client, _): &(oneshot::Sender<()>, _)| !client.is_closed());
        if idle.len() >= IDLE
            && let Some((mut oldest, moment)) = idle.pop_front()
        {
            tokio::select! {
                () = oldest.closed() => (),
                () = moment => (),
            }
        }
        let (stays, dropped) = oneshot::channel();
        idle.push_back((stays, Box::pin(sleep(MOMENT))));
        spawn_local(converse(stream, dropped, answers.clone()));
    }
}

/// One request and its answer. A client that misbehaves or has gone is dropped.
async fn converse<A: Answers>(
    mut stream: UnixStream,
    dropped: oneshot::Receiver<()>,
    answers: Rc<A>,
) -> Option<()> {
    let client = stream.peer_cred().ok()?;
    let user = client.uid();
    if user != geteuid().as_raw() && user != 0 {
        answers.reject_user(user);
        return None;
    }
    let line = tokio::select! {
        line = timeout(SENDING, read(&mut stream)) => line.ok()??,
        _ = dropped => return None,
    };
    let answer = match Request::parse(&line) {
        Ok(request) => work(&mut stream, answers.answer(request, client.pid())).await?,
        Err(refusal) => line_of(Err::<(), _>(refusal)),
    };
    let written = timeout(SENDING, stream.write_all(answer.as_bytes())).await;
    written.ok()?.ok()
}

/// A line; `None` if it is too long, or if the client hangs up before its end.
async fn read(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let mut stream = BufReader::new(stream).take(LONGEST as u64);
    stream.read_until(b'\n', &mut line).await.ok()?;
    line.ends_with(b"\n").then_some(line)
}

/// The answer of `work`. Meanwhile the client gets a space now and then, which JSON allows before
/// an answer: the client sees that the agent is alive, and the agent notices if the client has
/// gone.
async fn work(stream: &mut UnixStream, work: impl Future<Output = String>) -> Option<String> {
    let mut work = std::pin::pin!(work);
    loop {
        match timeout(HEARTBEAT, &mut work).await {
            Ok(answer) => return Some(answer),
            Err(_) => stream.write_all(b" ").await.ok()?,
        }
    }
}
