//! The HTTP client under every call: it makes one attempt, follows no redirect, and says what
//! failed and whether anything was sent.
//!
//! Connections are kept, so that the call with the code can use the one that `GetCallerIdentity`
//! has opened. One that has been idle for longer than [`LONGEST_IDLE`] is not used again: the server
//! may be closing it at that very moment, and a request that carries a code would be lost on it.

mod connect;
mod connection;
mod date;
pub mod error;
mod roots;
mod stream;
mod target;
mod tls;
mod tunnel;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::Response;
use rustls::ClientConfig;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::origin::Sourced;
use crate::profile::Proxies;
use connection::Connection;
use error::{ErrorKind, TransportError};
use roots::Roots;
use stream::Stream;
pub use target::Target;

/// AWS's servers keep an idle connection for about 20 seconds.
const LONGEST_IDLE: Duration = Duration::from_secs(15);

/// An HTTP client for the SDK and for the one call to IAM. Clones share their connections.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    proxies: Proxies,
    ca_bundle: Option<Sourced<PathBuf>>,
    connect_timeout: Duration,
    clock: Clock,
    /// Made when TLS is first needed: reading the roots is most of the work of a whole login.
    tls: OnceLock<Arc<ClientConfig>>,
    idle: Mutex<Vec<(Target, Connection)>>,
    /// A connection has become idle.
    returned: Notify,
    last_target: Mutex<Option<Target>>,
}

impl Transport {
    /// `connect_timeout` is for everything up to the first byte of a request.
    pub fn new(
        proxies: Proxies,
        ca_bundle: Option<Sourced<PathBuf>>,
        connect_timeout: Duration,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Inner {
            proxies,
            ca_bundle,
            connect_timeout,
            clock,
            tls: OnceLock::new(),
            idle: Mutex::default(),
            returned: Notify::new(),
            last_target: Mutex::default(),
        }))
    }

    /// Where the last request or connection went; `None` if no request could be made yet.
    pub fn target(&self) -> Option<Target> {
        lock(&self.0.last_target).clone()
    }

    /// Sends a request of AWS's Query protocol (STS, IAM), reads the whole answer, and learns AWS's
    /// time from it.
    ///
    /// # Errors
    /// No whole answer came, or a success that is not AWS's.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let clock = &self.0.clock;
        let asked = clock.local();
        let answer = self.0.exchange(request).await?;
        if is_from_aws(answer.body()) {
            date::learn(clock, asked, &answer);
        } else if answer.status().is_success() {
            // The SDK would take the end of the text for the end of every element: a cut token
            // would look like a token.
            return Err(TransportError::sent(ErrorKind::CutOff));
        }
        let answer = HttpResponse::try_from(answer.map(SdkBody::from));
        answer.map_err(|error| anyhow::Error::new(error).into())
    }

    /// Sends a request of another protocol, and reads the whole answer, whoever gives it.
    ///
    /// # Errors
    /// No whole answer came.
    pub async fn send_any(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let answer = self.0.exchange(request).await?.map(SdkBody::from);
        HttpResponse::try_from(answer).map_err(|error| anyhow::Error::new(error).into())
    }

    /// Replaces the connection to `target`, which is about to get too old, without sending a request.
    ///
    /// # Errors
    /// The target cannot be reached.
    pub async fn refresh(&self, target: Target) -> Result<(), TransportError> {
        *lock(&self.0.last_target) = Some(target.clone());
        let connection = self.0.open(&target).await?;
        lock(&self.0.idle).retain(|(other, _)| *other != target);
        self.0.keep(target, connection);
        Ok(())
    }
}

impl Inner {
    /// One request and its answer, at any endpoint that speaks HTTP/1.1.
    async fn exchange(&self, request: HttpRequest) -> Result<Response<Vec<u8>>, TransportError> {
        let request = request.try_into_http1x();
        let request = request.map_err(anyhow::Error::new)?;
        let target = Target::of(request.uri(), &self.proxies)?;
        *lock(&self.last_target) = Some(target.clone());
        let request = target.prepared(request);
        let mut connection = tokio::select! {
            biased;
            connection = self.next_idle(&target) => connection,
            connection = self.open(&target) => connection?,
        };
        let mut answer = connection.exchange(request.clone()).await;
        // A kept connection may have been closed meanwhile; a new one has not.
        if matches!(&answer, Err(error) if !error.sent) {
            connection = self.open(&target).await?;
            answer = connection.exchange(request).await;
        }
        let answer = answer?;
        self.keep(target, connection);
        Ok(answer)
    }

    /// Waits for a connection that another request has finished with.
    async fn next_idle(&self, target: &Target) -> Connection {
        loop {
            if let Some(connection) = self.take_idle(target) {
                return connection;
            }
            self.returned.notified().await;
        }
    }

    fn take_idle(&self, target: &Target) -> Option<Connection> {
        let mut idle = lock(&self.idle);
        idle.retain(|(_, connection)| connection.idle() < LONGEST_IDLE && !connection.is_closed());
        // The youngest.
        let at = idle.iter().rposition(|(other, _)| other == target)?;
        Some(idle.remove(at).1)
    }

    async fn open(&self, target: &Target) -> Result<Connection, TransportError> {
        let opened = tokio::time::timeout(self.connect_timeout, self.stream(target)).await;
        let late = || Err(TransportError::unsent(ErrorKind::TimedOut, ""));
        Connection::over(opened.unwrap_or_else(|_| late())?, &self.clock).await
    }

    /// TCP, the proxy's tunnel and TLS, as far as the target needs them.
    async fn stream(&self, target: &Target) -> Result<Stream, TransportError> {
        let (host, port) = target.first_hop();
        // The roots are read while the first packets are on their way.
        let roots = async { target.needs_tls().then(|| self.tls()).transpose() };
        let (stream, _) = tokio::try_join!(connect::connect(host, port), roots)?;
        let mut stream: Stream = Box::new(stream);
        if let Some(proxy) = &target.proxy {
            if proxy.speaks_tls() {
                let secured = tls::speak(self.tls()?, host, stream).await;
                stream = secured.map_err(|error| TransportError {
                    of_proxy: true,
                    ..error
                })?;
            }
            if target.tls {
                let authority = format!("{}:{}", target.name, target.port);
                tunnel::open(&mut stream, &authority, proxy).await?;
            }
        }
        if target.tls {
            stream = tls::speak(self.tls()?, &target.name, stream).await?;
        }
        Ok(stream)
    }

    /// The roots are read once.
    fn tls(&self) -> Result<Arc<ClientConfig>, TransportError> {
        if let Some(config) = self.tls.get() {
            return Ok(config.clone());
        }
        let config = tls::config(Roots::read(self.ca_bundle.as_ref())?)?;
        Ok(self.tls.get_or_init(|| config).clone())
    }

    fn keep(&self, target: Target, connection: Connection) {
        lock(&self.idle).push((target, connection));
        self.returned.notify_one();
    }
}

/// Whether the last element is one of those that AWS's Query APIs answer with: `ErrorResponse`,
/// `GetSessionTokenResponse`. A proxy's page or a JSON gateway's answer has none.
fn is_from_aws(body: &[u8]) -> bool {
    body.trim_ascii_end().ends_with(b"Response>")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let transport = self.clone();
        HttpConnectorFuture::new(async move { Ok(transport.send(request).await?) })
    }
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// Shows nothing of a request, nor a proxy's password.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
