//! A loopback listener with a thread per connection, all of which end when it is dropped.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

pub struct Listener {
    pub address: SocketAddr,
    stopping: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<(usize, TcpStream)>>>,
    accepting: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens on a free port; `serve` is called with each connection and its number, from 1.
    pub fn start(serve: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("the port that was just bound");
        let stopping = Arc::new(AtomicBool::new(false));
        let open = Arc::new(Mutex::new(Vec::new()));
        let (flag, streams, serve) = (stopping.clone(), open.clone(), Arc::new(serve));
        let accepting = thread::spawn(move || {
            for (number, stream) in (1..).zip(listener.incoming().map_while(Result::ok)) {
                if flag.load(Ordering::SeqCst) {
                    break;
                }
                let _ = stream.set_nodelay(true);
                let copy = stream
                    .try_clone()
                    .expect("a second handle of the connection");
                streams
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((number, copy));
                let (serve, streams) = (serve.clone(), streams.clone());
                thread::spawn(move || {
                    serve(stream, number);
                    // Our copy would keep the connection open after `serve` has closed its own.
                    let mut streams = streams.lock().unwrap_or_else(PoisonError::into_inner);
                    streams.retain(|(other, _)| *other != number);
                });
            }
        });
        Self {
            address,
            stopping,
            open,
            accepting: Some(accepting),
        }
    }

    /// The number of the newest connection among those that are open; 0 for none.
    pub fn newest_connection(&self) -> usize {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.iter().map(|(number, _)| *number).max().unwrap_or(0)
    }

    pub fn open_connections(&self) -> usize {
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        drop(TcpStream::connect(self.address));
        for (_, stream) in self
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            let _ = stream.shutdown(Shutdown::Both);
        }
        if let Some(thread) = self.accepting.take() {
            let _ = thread.join();
        }
    }
}
