//! The route of a request: to which host, through which proxy, with TLS or without.

use std::fmt;

use anyhow::{Context as _, Result};
use aws_smithy_types::body::SdkBody;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, Request, Uri};
use http_body_util::Full;
use hyper::body::Bytes;

use crate::profile::{Proxies, Proxy};

/// Where a request goes. Requests with the same target can share a connection.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Target {
    pub tls: bool,
    /// A name or an address.
    pub name: String,
    pub port: u16,
    /// The value of `Host`: the name, and the port if it is not that of the scheme.
    pub host: String,
    pub proxy: Option<Proxy>,
}

impl Target {
    /// # Errors
    /// The URL has no host, or the proxy's address cannot be used.
    pub fn of(url: &Uri, proxies: &Proxies) -> Result<Self> {
        let name = url.host().context("the endpoint is not a URL")?;
        let tls = url.scheme_str() == Some("https");
        let default_port = if tls { 443 } else { 80 };
        let port = url.port_u16().unwrap_or(default_port);
        let host = url.authority().map_or(name, |authority| authority.as_str());
        Ok(Self {
            tls,
            name: name.to_owned(),
            port,
            // The signature covers the host without its scheme's default port.
            host: if port == default_port { name } else { host }.to_owned(),
            proxy: proxies.for_url(url)?,
        })
    }

    /// The host that a connection is opened to: the proxy, or AWS itself.
    pub fn peer(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("the proxy {}", proxy.shown()),
            None => self.host.clone(),
        }
    }

    /// Host and port of the TCP connection.
    pub fn first_hop(&self) -> (&str, u16) {
        let proxy = self.proxy.as_ref().map(Proxy::address);
        proxy.unwrap_or((&self.name, self.port))
    }

    pub fn needs_tls(&self) -> bool {
        self.tls || self.proxy.as_ref().is_some_and(Proxy::speaks_tls)
    }

    /// The request as it is written on the connection: only a proxy without a tunnel gets the whole URL.
    pub fn prepared(&self, request: Request<SdkBody>) -> Request<Full<Bytes>> {
        let (mut head, body) = request.into_parts();
        let body = Bytes::copy_from_slice(body.bytes().unwrap_or_default());
        if let Ok(host) = HeaderValue::from_str(&self.host) {
            head.headers.entry(HOST).or_insert(host);
        }
        match &self.proxy {
            Some(proxy) if !self.tls => {
                let authorization = proxy.authorization.as_ref();
                let authorization =
                    authorization.map(|secret| HeaderValue::from_str(secret.expose()));
                if let Some(Ok(authorization)) = authorization {
                    head.headers.insert(PROXY_AUTHORIZATION, authorization);
                }
            }
            _ => {
                let path = head.uri.path_and_query().cloned();
                head.uri = path.map(Uri::from).unwrap_or_default();
            }
        }
        Request::from_parts(head, Full::new(body))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As the SDK's signer does.
    #[test]
    fn host_omits_the_default_port_of_the_scheme() {
        let proxies = Proxies::read(|_| None);
        for (url, host) in [
            ("https://sts.amazonaws.com/", "sts.amazonaws.com"),
            ("https://sts.amazonaws.com:443/", "sts.amazonaws.com"),
            ("http://localhost:80/", "localhost"),
            ("http://localhost:443/", "localhost:443"),
            ("http://[::1]:80/", "[::1]"),
            ("https://[::1]:4566/", "[::1]:4566"),
        ] {
            let target = Target::of(&url.parse().unwrap(), &proxies).unwrap();
            let request = Request::post(url).body(SdkBody::empty()).unwrap();
            assert_eq!(target.prepared(request).headers()[HOST], host, "{url}");
        }
    }
}
