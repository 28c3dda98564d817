//! One connection: TLS if asked for, request after request, and the faults between them.

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::calendar;
use super::delivery;
use super::faults::{ConnectionFault, Fault};
use super::http::{Request, Response};
use super::service::{self, Recorded};
use super::{Shared, lock};

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// Serves a connection until the client or a fault ends it.
pub fn serve(
    shared: &Shared,
    socket: TcpStream,
    number: usize,
    tls: Option<Arc<ServerConfig>>,
) -> io::Result<()> {
    let fault = lock(&shared.connection_faults).pop_front();
    match fault {
        Some(ConnectionFault::Close) => return Ok(()),
        Some(ConnectionFault::Silence) => return wait_for_the_end(socket),
        Some(ConnectionFault::Delay(time)) => thread::sleep(time),
        None => {}
    }
    let raw = socket.try_clone()?;
    // A time-out is an error, and ends the connection.
    raw.set_read_timeout(*lock(&shared.idle))?;
    let stream: Box<dyn Stream> = match tls {
        Some(config) => {
            let session = ServerConnection::new(config).map_err(io::Error::other)?;
            Box::new(StreamOwned::new(session, socket))
        }
        None => Box::new(socket),
    };
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream)? {
        let (response, fault) = answer(shared, &request, number);
        match &fault {
            Some(Fault::Close) => return Ok(()),
            Some(Fault::Reset) => return reset(&raw),
            Some(Fault::Silence) => return wait_for_the_end(raw),
            Some(Fault::Delay(time)) => thread::sleep(*time),
            _ => {}
        }
        let usable = delivery::deliver(stream.get_mut(), &response, fault.as_ref())?;
        if matches!(fault, Some(Fault::HeadOnly)) {
            return wait_for_the_end(raw);
        }
        if request.closes() || !usable {
            return Ok(());
        }
    }
    Ok(())
}

fn answer(shared: &Shared, request: &Request, connection: usize) -> (Response, Option<Fault>) {
    let mut state = lock(&shared.state);
    let now = state.now();
    let mut recorded = Recorded::new(request, connection, now);
    recorded.signer = state.signer(&recorded.access_key_id);
    let fault = next_fault(shared, &recorded);
    let response = match &fault {
        Some(Fault::Refuse(refusal)) => {
            let id = state.request_id();
            service::refuse(refusal, &mut recorded, &id).header("x-amzn-RequestId", &id)
        }
        _ => service::answer(&mut state, request, &mut recorded),
    };
    lock(&shared.requests).push(recorded);
    let response = fault
        .as_ref()
        .map_or_else(|| response.clone(), |fault| fault.spoil(response.clone()));
    let date = match fault {
        Some(Fault::Date(text)) => text.to_owned(),
        _ => calendar::http(now),
    };
    // A page that somebody else made up has a date of its own.
    let dated = response.headers.iter().any(|(name, _)| name == "Date");
    let response = if dated {
        response
    } else {
        response.header("Date", &date)
    };
    (response, fault)
}

fn next_fault(shared: &Shared, request: &Recorded) -> Option<Fault> {
    let meant = |(name, _): &(String, Fault)| {
        name.is_empty() || *name == request.action || *name == request.service
    };
    let number = lock(&shared.requests).len() + 1;
    if lock(&shared.silent_from).is_some_and(|from| number >= from) {
        return Some(Fault::Silence);
    }
    let mut faults = lock(&shared.faults);
    if let Some(at) = faults.iter().position(meant) {
        return faults.remove(at).map(|(_, fault)| fault);
    }
    let outages = lock(&shared.outages);
    let outage = outages.iter().find(|outage| meant(outage));
    outage.map(|(_, fault)| fault.clone())
}

/// Reads and says nothing until the client or the stand-in's end closes the connection.
fn wait_for_the_end(mut socket: TcpStream) -> io::Result<()> {
    socket.set_read_timeout(None::<Duration>)?;
    io::copy(&mut socket, &mut io::sink()).map(|_| ())
}

/// Closes with RST: what a crashed server or a middlebox does.
fn reset(socket: &TcpStream) -> io::Result<()> {
    rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO))?;
    Ok(())
}
