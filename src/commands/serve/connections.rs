//! The connections to STS. After each call a connection is kept open for a while: a client that
//! asks for one role often asks for another soon.

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

/// A transport for each set of settings that clients have sent.
#[derive(Default)]
pub struct Connections(Vec<Warm>);

struct Warm {
    connection: Connection,
    transport: Transport,
    keeper: Option<AbortHandle>,
}

impl Connections {
    /// The transport for these settings. All calls with the same settings share its connections.
    pub fn transport(&mut self, connection: &Connection, clock: &Clock) -> Transport {
        self.warm(connection, clock).transport.clone()
    }

    /// Keeps a connection open, after a call.
    pub fn keep_warm(&mut self, connection: &Connection, clock: &Clock) {
        let warm = self.warm(connection, clock);
        let keeper = spawn_local(renew(warm.transport.clone()));
        warm.replace(Some(keeper.abort_handle()));
    }

    fn warm(&mut self, connection: &Connection, clock: &Clock) -> &mut Warm {
        let known = self
            .0
            .iter()
            .position(|warm| warm.connection == *connection);
        let at = known.unwrap_or_else(|| {
            let variable = |name: &str| connection.proxies.get(name).cloned();
            self.0.push(Warm {
                connection: connection.clone(),
                transport: transport_for(&connection.network, variable, clock),
                keeper: None,
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

impl Warm {
    fn replace(&mut self, keeper: Option<AbortHandle>) {
        if let Some(before) = std::mem::replace(&mut self.keeper, keeper) {
            before.abort();
        }
    }
}

impl Drop for Warm {
    fn drop(&mut self) {
        self.replace(None);
    }
}

/// Stops if STS cannot be reached: the next call then opens a connection of its own.
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
