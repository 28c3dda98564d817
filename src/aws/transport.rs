//! The HTTP client under every call: roots, proxy, connect time-out, and AWS's time, which each
//! answer's `Date` tells. It makes one attempt and follows no redirect.
//!
//! Connections stay open, so that the call with the code can use the one that `GetCallerIdentity`
//! has opened. One that has been idle for longer than [`IDLE`] is not used again: the server may be
//! closing it at that very moment, and a code sent on it would be lost.

pub mod error;
pub mod proxy;
mod roots;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::date_time::{DateTime, Format};
use http::Uri;

use crate::clock::Clock;
use crate::origin::Sourced;
use error::{ErrorKind, TransportError};
use proxy::{Proxies, Proxy};

/// AWS's servers keep an idle connection for about 20 seconds.
const IDLE: Duration = Duration::from_secs(15);

/// An HTTP client for the SDK and for the one call to IAM. Clones share their connections.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    proxies: Proxies,
    ca_bundle: Option<Sourced<PathBuf>>,
    connect_timeout: Duration,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connectors: Vec<(Route, SharedHttpConnector)>,
    /// Where the last request went.
    target: Option<Target>,
}

/// What a connector is made for: whether TLS is spoken, and the proxy. Roots are read only for TLS:
/// parsing them is most of the work of a whole login.
type Route = (bool, Option<Proxy>);

/// Where a request goes.
#[derive(Clone, Default)]
pub struct Target {
    /// With the port, if the URL names one.
    pub host: String,
    pub proxy: Option<Proxy>,
}

impl Target {
    /// The host that a connection is opened to: the proxy, or AWS itself.
    pub fn peer(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("the proxy {}", proxy.shown()),
            None => self.host.clone(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        match &self.proxy {
            Some(proxy) => write!(f, " through the proxy {}", proxy.shown()),
            None => Ok(()),
        }
    }
}

impl Transport {
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
            state: Mutex::default(),
        }))
    }

    /// Where the last request went; `None` if it got no further than its making.
    pub fn target(&self) -> Option<Target> {
        self.state().target.clone()
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let connector = self.connector(request.uri());
        let connector = connector.map_err(|error| TransportError::settings(&error))?;
        let asked = self.0.clock.local();
        let answer = connector.call(request).await;
        let answer = answer.map_err(|error| TransportError::of_client(&error))?;
        let answered = self.0.clock.local();
        let answer = whole(answer).await?;
        let body = answer.body().bytes().unwrap_or_default().trim_ascii_end();
        // The last element of what AWS's Query APIs answer with: `ErrorResponse`,
        // `GetSessionTokenResponse`. A proxy's page or a JSON gateway's answer has none.
        if body.ends_with(b"Response>") {
            self.learn(asked, answered, &answer);
        } else if answer.status().is_success() {
            // The SDK would take the end of the text for the end of every element: a cut token
            // would look like a token.
            return Err(TransportError::of_body(ErrorKind::CutOff));
        }
        Ok(answer)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connector(&self, uri: &str) -> Result<SharedHttpConnector> {
        let url: Uri = uri.parse().context("the endpoint is not a URL")?;
        let proxy = self.0.proxies.for_url(&url)?;
        let host = url.authority().map(ToString::to_string).unwrap_or_default();
        let tls =
            url.scheme_str() == Some("https") || proxy.as_ref().is_some_and(Proxy::speaks_tls);
        let route = (tls, proxy.clone());
        let mut state = self.state();
        let known = state.connectors.iter().find(|(known, _)| *known == route);
        let connector = match known {
            Some((_, connector)) => connector.clone(),
            None => SharedHttpConnector::new(self.open(&route)?),
        };
        if known.is_none() {
            state.connectors.push((route, connector.clone()));
        }
        state.target = Some(Target { host, proxy });
        Ok(connector)
    }

    fn open(&self, (tls, proxy): &Route) -> Result<Connector> {
        let timeouts = HttpConnectorSettings::builder()
            .connect_timeout(self.0.connect_timeout)
            .build();
        let proxy = match proxy {
            Some(proxy) => ProxyConfig::all(proxy.url.clone())
                .with_context(|| format!("the proxy {} cannot be used", proxy.shown()))?,
            None => ProxyConfig::disabled(),
        };
        let builder = Connector::builder()
            .connector_settings(timeouts)
            .sleep_impl(TokioSleep::new())
            .pool_idle_timeout(IDLE)
            .proxy_config(proxy);
        Ok(if *tls {
            let trust = roots::trust(self.0.ca_bundle.as_ref())?;
            builder
                .tls_provider(Provider::rustls(CryptoMode::Ring))
                .tls_context(trust)
                .build()
        } else {
            builder.build_http()
        })
    }

    /// A `Date` between request and answer means that both clocks agree, however long the answer
    /// took. An error of a gateway carries the gateway's own time.
    fn learn(&self, asked: SystemTime, answered: SystemTime, answer: &HttpResponse) {
        let status = answer.status();
        let date = answer.headers().get("date");
        let date = date.filter(|_| status.is_success() || status.is_client_error());
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(date) = date.and_then(|date| SystemTime::try_from(date).ok()) {
            let agree = asked <= date && date <= answered;
            let date = if agree { answered } else { date };
            self.0.clock.learn(date, status.is_success());
        }
    }
}

/// An answer of AWS has a few kilobytes; a list of 100 MFA devices has 30.
const LARGEST: usize = 1 << 20;

/// Reads the whole body. Its length is limited, so that no server can fill the memory.
async fn whole(answer: HttpResponse) -> Result<HttpResponse, TransportError> {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut body = ByteStream::new(answer.into_body());
    let mut read = Vec::new();
    while let Some(part) = body.next().await {
        let part = part.map_err(|error| TransportError::of_answer(&error))?;
        if read.len() + part.len() > LARGEST {
            return Err(TransportError::of_body(ErrorKind::TooLarge));
        }
        read.extend_from_slice(&part);
    }
    let mut whole = HttpResponse::new(status, SdkBody::from(read));
    *whole.headers_mut() = headers;
    Ok(whole)
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

/// Nothing of a request or a proxy's password may be shown.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
