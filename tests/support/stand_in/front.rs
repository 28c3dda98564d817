//! TLS in front of a server that does not speak it: what makes an `https://` proxy of a proxy.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::listener::Listener;

/// One side is looked at for so long before it is the other one's turn.
const TURN: Duration = Duration::from_millis(2);

pub struct Front {
    listener: Listener,
}

impl Front {
    pub fn start(behind: SocketAddr, config: Arc<ServerConfig>) -> Self {
        let listener = Listener::start(move |stream, _| {
            let _ = serve(stream, behind, config.clone());
        });
        Self { listener }
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }
}

fn serve(client: TcpStream, behind: SocketAddr, config: Arc<ServerConfig>) -> io::Result<()> {
    let mut server = TcpStream::connect(behind)?;
    client.set_read_timeout(Some(TURN))?;
    server.set_read_timeout(Some(TURN))?;
    let session = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(session, client);
    while pass(&mut client, &mut server)? && pass(&mut server, &mut client)? {}
    Ok(())
}

/// What has come so far; whether more may come.
fn pass(from: &mut impl Read, to: &mut impl Write) -> io::Result<bool> {
    let mut bytes = [0; 16 * 1024];
    match from.read(&mut bytes) {
        Ok(0) => Ok(false),
        Ok(length) => {
            to.write_all(&bytes[..length])?;
            to.flush()?;
            Ok(true)
        }
        Err(error) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Ok(true),
            _ => Err(error),
        },
    }
}
