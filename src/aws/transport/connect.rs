//! A TCP connection to a host. Its addresses are tried as RFC 8305 ("Happy Eyeballs") says.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::error::{ErrorKind, TransportError};

/// How long an address is tried alone before the next one is tried as well: the "Connection Attempt
/// Delay" of RFC 8305, section 5.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// A connection that is being opened to one address.
type Attempt = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// Connects to the first address that answers. `host` is a name or an address, as in a URL.
///
/// # Errors
/// The name has no address, or none of its addresses can be reached.
pub async fn connect(host: &str, port: u16) -> Result<TcpStream, TransportError> {
    let mut addresses = alternating(resolve(host, port).await?).into_iter();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut failure = not_resolved("");
    loop {
        let next = addresses.next();
        attempts.extend(next.map(|address| -> Attempt { Box::pin(TcpStream::connect(address)) }));
        let ended = first_ended(&mut attempts);
        let ended = match addresses.as_slice() {
            [] => ended.await,
            _ => match timeout(ATTEMPT_DELAY, ended).await {
                Ok(ended) => ended,
                // The attempts take long.
                Err(_) => continue,
            },
        };
        match ended {
            Some(Ok(stream)) => {
                // A request is one small piece, which must not wait for more.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            // A refusal says more than that another address has no route.
            Some(Err(_)) if failure.kind == ErrorKind::ConnectionRefused => {}
            Some(Err(error)) => failure = TransportError::from_connect(&error),
            None => return Err(failure),
        }
    }
}

/// The outcome of the first attempt that ends, which is then left out; `None` if there is none. They
/// are no tasks of their own: the first packet is sent at once, before the roots are read.
async fn first_ended(attempts: &mut Vec<Attempt>) -> Option<io::Result<TcpStream>> {
    poll_fn(|context| {
        for at in 0..attempts.len() {
            if let Poll::Ready(outcome) = attempts[at].as_mut().poll(context) {
                drop(attempts.remove(at));
                return Poll::Ready(Some(outcome));
            }
        }
        if attempts.is_empty() {
            return Poll::Ready(None);
        }
        Poll::Pending
    })
    .await
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, TransportError> {
    let host = host.trim_matches(['[', ']']);
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    match lookup_host((host, port)).await {
        Ok(found) => Ok(found.collect()),
        Err(error) => Err(not_resolved(error.to_string())),
    }
}

fn not_resolved(said: impl Into<String>) -> TransportError {
    TransportError::unsent(ErrorKind::NameNotResolved, said)
}

/// IPv6 and IPv4 in turns, in the system's order otherwise (RFC 8305, section 4).
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    std::iter::from_fn(|| Some([first.next(), second.next()]))
        .take_while(|pair| pair.iter().any(Option::is_some))
        .flat_map(|pair| pair.into_iter().flatten())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns_and_nothing_is_lost() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let [a, b, c, d] = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"].map(address);
        assert_eq!(alternating(vec![a, b, c, d]), [a, d, b, c]);
        assert_eq!(alternating(vec![d, a, b]), [d, a, b]);
        assert_eq!(alternating(vec![d]), [d]);
        assert_eq!(alternating(Vec::new()), []);
    }

    /// If nothing listens at the first address, the second is tried at once.
    #[tokio::test]
    async fn a_name_with_several_addresses() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(connect("localhost", port).await.is_ok());
        assert!(connect("127.0.0.1", port).await.is_ok());
        drop(listener);
        let refused = connect("127.0.0.1", port).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::ConnectionRefused);
    }
}
