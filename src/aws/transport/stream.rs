//! What a request's bytes go through: a socket, TLS over it, or TLS over TLS to a proxy.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::ReadBufCursor;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection, whatever its layers.
pub type Stream = Box<dyn Layers>;

pub trait Layers: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Layers for T {}

/// Bytes. Most answers are shorter.
const BUFFER: usize = 4 * 1024;

/// A stream as hyper takes it.
pub struct ForHyper {
    stream: Stream,
    /// tokio reads into it, and its bytes are copied into hyper's buffer: only `unsafe` code could give
    /// tokio that one, which is not initialized.
    buffer: Box<[u8]>,
}

impl From<Stream> for ForHyper {
    fn from(stream: Stream) -> Self {
        let buffer = vec![0; BUFFER].into();
        Self { stream, buffer }
    }
}

impl hyper::rt::Read for ForHyper {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut to: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, buffer } = &mut *self;
        let room = to.remaining().min(buffer.len());
        let mut read = ReadBuf::new(&mut buffer[..room]);
        ready!(Pin::new(stream).poll_read(context, &mut read))?;
        to.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl hyper::rt::Write for ForHyper {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
