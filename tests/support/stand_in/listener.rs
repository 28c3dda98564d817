//! A loopback listener with a thread per connection, all of which end when it is dropped. It can be
//! shut for a while: connections are refused then, and the port stays its own.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{AddressFamily, SocketType, bind, listen, socket, sockopt};

pub struct Listener {
    pub address: SocketAddr,
    connections: Arc<Connections>,
    /// The thread that accepts connections, and the word that ends it.
    accepting: Mutex<Option<Accepting>>,
    /// While it is shut: a socket that has the port and does not listen.
    port: Mutex<Option<OwnedFd>>,
}

type Accepting = (JoinHandle<TcpListener>, Arc<AtomicBool>);

/// Those that are open, and what is done with each.
struct Connections {
    serve: Box<dyn Fn(TcpStream, usize) + Send + Sync>,
    count: AtomicUsize,
    open: Mutex<Vec<(usize, TcpStream)>>,
}

impl Listener {
    /// Listens on a free port; `serve` is called with each connection and its number, from 1.
    pub fn start(serve: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("the port that was just bound");
        let connections = Arc::new(Connections {
            serve: Box::new(serve),
            count: AtomicUsize::new(0),
            open: Mutex::default(),
        });
        Self {
            address,
            accepting: Mutex::new(Some(accept(listener, connections.clone()))),
            connections,
            port: Mutex::default(),
        }
    }

    /// From now on connections are refused; those that are open end.
    pub fn shut(&self) {
        if let Some(listener) = self.stop() {
            let port = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
            fcntl_setfd(&port, FdFlags::CLOEXEC).expect("programs do not inherit it");
            sockopt::set_socket_reuseaddr(&port, true).expect("a port that was just in use");
            // Both have the port for a moment, so nobody else gets it.
            sockopt::set_socket_reuseport(&listener, true).expect("the port may be shared");
            sockopt::set_socket_reuseport(&port, true).expect("the port may be shared");
            bind(&port, &self.address).expect("the listener's port");
            // A program that another test is just starting may still have it, too.
            let _ = rustix::net::shutdown(&listener, rustix::net::Shutdown::Both);
            drop(listener);
            *lock(&self.port) = Some(port);
        }
    }

    /// Connections are taken again.
    pub fn reopen(&self) {
        if let Some(port) = lock(&self.port).take() {
            listen(&port, 128).expect("the port is its own");
            let accepting = accept(TcpListener::from(port), self.connections.clone());
            *lock(&self.accepting) = Some(accepting);
        }
    }

    /// The number of the newest connection among those that are open; 0 for none.
    pub fn newest_connection(&self) -> usize {
        let open = lock(&self.connections.open);
        open.iter().map(|(number, _)| *number).max().unwrap_or(0)
    }

    pub fn open_connections(&self) -> usize {
        lock(&self.connections.open).len()
    }

    /// Ends its connections, and takes no more. Returns the listener, if there is one.
    fn stop(&self) -> Option<TcpListener> {
        let (thread, stopping) = lock(&self.accepting).take()?;
        stopping.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        drop(TcpStream::connect(self.address));
        let listener = thread.join();
        for (_, stream) in lock(&self.connections.open).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        listener.ok()
    }
}

fn accept(listener: TcpListener, connections: Arc<Connections>) -> Accepting {
    let stopping = Arc::new(AtomicBool::new(false));
    let flag = stopping.clone();
    let thread = thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            if flag.load(Ordering::SeqCst) {
                break;
            }
            serve(&connections, stream);
        }
        listener
    });
    (thread, stopping)
}

fn serve(connections: &Arc<Connections>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let number = connections.count.fetch_add(1, Ordering::SeqCst) + 1;
    let copy = stream
        .try_clone()
        .expect("a second handle of the connection");
    lock(&connections.open).push((number, copy));
    let connections = connections.clone();
    thread::spawn(move || {
        (connections.serve)(stream, number);
        // Our copy would keep the connection open after `serve` has closed its own.
        lock(&connections.open).retain(|(other, _)| *other != number);
    });
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
