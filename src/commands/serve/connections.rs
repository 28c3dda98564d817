//! The connections to STS. One is kept open for a while after each call: whoever asks for one role
//! often asks for the next one soon.

use std::time::Duration;

use tokio::task::{AbortHandle, spawn_local};
use tokio::time::sleep;

use crate::agent::Connection;
use crate::aws::{Transport, transport_for};
use crate::clock::Clock;

/// AWS's servers close a connection that is idle for about 20 s.
const RENEWAL: Duration = Duration::from_secs(12);

/// How often a connection is renewed without a call: for two minutes.
const RENEWALS: u32 = 10;

/// The connections for each of the settings that clients have sent.
#[derive(Default)]
pub struct Connections(Vec<Kept>);

struct Kept {
    connection: Connection,
    transport: Transport,
    keeper: Option<AbortHandle>,
}

impl Connections {
    /// The transport for these settings. Those who use it share its connections.
    pub fn transport(&mut self, connection: &Connection, clock: &Clock) -> Transport {
        self.kept(connection, clock).transport.clone()
    }

    /// Keeps a connection open, after a call.
    pub fn keep_warm(&mut self, connection: &Connection, clock: &Clock) {
        let kept = self.kept(connection, clock);
        let keeper = spawn_local(renew(kept.transport.clone()));
        kept.replace(Some(keeper.abort_handle()));
    }

    fn kept(&mut self, connection: &Connection, clock: &Clock) -> &mut Kept {
        let known = self
            .0
            .iter()
            .position(|kept| kept.connection == *connection);
        let at = known.unwrap_or_else(|| {
            let variable = |name: &str| connection.proxies.get(name).cloned();
            self.0.push(Kept {
                connection: connection.clone(),
                transport: transport_for(&connection.network, variable, clock),
                keeper: None,
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

impl Kept {
    fn replace(&mut self, keeper: Option<AbortHandle>) {
        if let Some(before) = std::mem::replace(&mut self.keeper, keeper) {
            before.abort();
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.replace(None);
    }
}

/// Until STS cannot be reached: then the next call makes a connection of its own.
async fn renew(transport: Transport) {
    for _ in 0..RENEWALS {
        sleep(RENEWAL).await;
        let Some(target) = transport.target() else {
            return;
        };
        if transport.refresh(target).await.is_err() {
            return;
        }
    }
}
