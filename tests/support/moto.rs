//! moto's server: an STS that others wrote.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::tools::venv;

/// It is stopped when dropped.
pub struct Moto {
    server: Child,
    pub endpoint: String,
}

impl Moto {
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let address = port.expect("a free port");
        let mut server = Command::new(venv("moto_server"))
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto's server starts");
        while TcpStream::connect(address).is_err() {
            let ended = server.try_wait().expect("its status can be asked for");
            assert!(
                ended.is_none(),
                "moto's server ended before it listened: {ended:?}"
            );
            thread::sleep(Duration::from_millis(50));
        }
        Self {
            server,
            endpoint: format!("http://{address}"),
        }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _: io::Result<_> = self.server.kill().and_then(|()| self.server.wait());
    }
}
