//! One connection, for one request after another. Dropping it closes it.

use std::time::{Duration, Instant, SystemTime};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{Builder, SendRequest};
use tokio::task::JoinHandle;

use super::error::{ErrorKind, TransportError};
use super::stream::{ForHyper, Stream};
use crate::clock::Clock;

/// Bytes. AWS's answers have a few thousand; a list of 100 MFA devices has 30,000.
const LARGEST_BODY: usize = 1 << 20;
const LARGEST_HEAD: usize = 64 * 1024;

/// HTTP/1.1 over a stream.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// Moves the bytes.
    driver: JoinHandle<()>,
    used: Instant,
    used_at: SystemTime,
    clock: Clock,
}

impl Connection {
    /// # Errors
    /// None is known, as nothing is sent yet.
    pub async fn over(stream: Stream, clock: &Clock) -> Result<Self, TransportError> {
        let handshake = Builder::new()
            .max_buf_size(LARGEST_HEAD)
            .handshake(ForHyper::from(stream));
        let (sender, connection) = handshake.await.map_err(|_| TransportError::closed())?;
        let driver = tokio::spawn(async {
            // An error reaches the request that is under way.
            let _ = connection.await;
        });
        Ok(Self {
            sender,
            driver,
            used: Instant::now(),
            used_at: clock.local(),
            clock: clock.clone(),
        })
    }

    /// How long the connection has been unused. `Instant` stands still while the computer sleeps, and
    /// the wall clock can be set, so the longer time counts.
    pub fn idle(&self) -> Duration {
        let by_clock = self.clock.local().duration_since(self.used_at);
        self.used.elapsed().max(by_clock.unwrap_or_default())
    }

    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Sends a request and reads the whole answer, up to a limit: no server can fill the memory, and an
    /// answer that breaks off can be told from one that arrives whole but is cut short.
    ///
    /// # Errors
    /// The connection was already closed, or no sound answer came.
    pub async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let ready = self.sender.ready().await;
        ready.map_err(|_| TransportError::closed())?;
        let answer = self.sender.try_send_request(request).await;
        let answer = answer.map_err(|error| match error.message() {
            Some(_) => TransportError::closed(),
            None => TransportError::from_exchange(error.error()),
        })?;
        let (head, mut body) = answer.into_parts();
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| TransportError::from_exchange(&error))?;
            let data = frame.into_data().unwrap_or_default();
            if read.len() + data.len() > LARGEST_BODY {
                return Err(TransportError::sent(ErrorKind::TooLarge));
            }
            read.extend_from_slice(&data);
        }
        self.used = Instant::now();
        self.used_at = self.clock.local();
        Ok(Response::from_parts(head, read))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A laptop was closed at the prompt: the other side gave up the connection long ago.
    #[tokio::test]
    async fn the_time_that_a_computer_sleeps_counts() {
        let (stream, _other_side) = tokio::io::duplex(1);
        let clock = Clock::default();
        let connection = Connection::over(Box::new(stream), &clock).await;
        let mut connection = connection.unwrap();
        assert!(connection.idle() < Duration::from_secs(10));
        connection.used_at -= Duration::from_hours(1);
        assert!(connection.idle() >= Duration::from_hours(1));
        connection.used_at += Duration::from_hours(2);
        assert!(connection.idle() < Duration::from_secs(10));
    }
}
