//! A network 50 ms away, in user space: a relay that hands every byte on 25 ms later, each way.
//!
//! On loopback a connection is made at once, and no relay can hold that up. So what the client sends
//! first waits for the 50 ms that making the connection would have taken: a client that goes on as
//! soon as it is connected sees the first answer no sooner and no later than it would over a network.
//! Only one that opens a connection and lets it lie has that round trip behind it, as it would have.

use std::io::{self, Read, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// There and back.
const ROUND_TRIP: Duration = Duration::from_millis(50);

/// What has been read, and when it is due at the other end.
type Flight = (Instant, Vec<u8>);

/// Starts a relay to `near`; where it listens.
pub fn relay(near: SocketAddr) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A connection that cannot be made is closed; the client says so.
            let _ = join(client, near);
        }
    });
    Ok(address)
}

fn join(client: TcpStream, near: SocketAddr) -> io::Result<()> {
    let connected = Instant::now() + ROUND_TRIP;
    let server = TcpStream::connect(near)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    carry(client.try_clone()?, server.try_clone()?, connected);
    carry(server, client, connected);
    Ok(())
}

/// One direction, on threads of its own.
fn carry(from: TcpStream, to: TcpStream, not_before: Instant) {
    let (departures, arrivals) = mpsc::channel();
    thread::spawn(move || depart(from, &departures, not_before));
    thread::spawn(move || arrive(to, &arrivals));
}

fn depart(mut from: TcpStream, departures: &Sender<Flight>, not_before: Instant) {
    let mut buffer = [0; 16384];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let due = Instant::now().max(not_before) + ROUND_TRIP / 2;
        if departures.send((due, buffer[..length].to_vec())).is_err() {
            return;
        }
    }
}

fn arrive(mut to: TcpStream, arrivals: &Receiver<Flight>) {
    for (due, bytes) in arrivals {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if to.write_all(&bytes).is_err() {
            return;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
