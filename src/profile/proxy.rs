//! Which proxy a request goes through: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
//! `NO_PROXY`, read as the AWS CLI does (Python's `urllib.request.getproxies_environment` and
//! `proxy_bypass_environment`), plus address ranges in `NO_PROXY` as curl knows them.

use std::net::IpAddr;

use anyhow::{Result, anyhow};
use aws_smithy_types::base64;
use http::Uri;
use ipnet::IpNet;
use percent_encoding::percent_decode_str;

use super::has_valid_host;
use crate::message::OrHint;
use crate::secret::Secret;

/// The variables as they are set. They are checked only when a request needs one.
pub struct Proxies {
    http: Option<Setting>,
    https: Option<Setting>,
    all: Option<Setting>,
    no_proxy: String,
}

/// A variable and its value.
type Setting = (&'static str, String);

/// A proxy to go through.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// With scheme, without user and password.
    url: Uri,
    /// The value of `Proxy-Authorization` (RFC 7617), if the address names a user.
    pub authorization: Option<Secret>,
    variable: &'static str,
}

impl Proxy {
    /// `proxy.example.com:3128 (HTTPS_PROXY)`
    pub fn shown(&self) -> String {
        let authority = self
            .url
            .authority()
            .map_or("", |authority| authority.as_str());
        format!("{authority} ({})", self.variable)
    }

    pub fn speaks_tls(&self) -> bool {
        self.url.scheme_str() == Some("https")
    }

    /// Host and port.
    pub fn address(&self) -> (&str, u16) {
        let port = if self.speaks_tls() { 443 } else { 80 };
        let host = self.url.host().unwrap_or_default();
        (host, self.url.port_u16().unwrap_or(port))
    }
}

impl Proxies {
    /// `variable` looks an environment variable up; an empty one counts as not set.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        // The lower-case names win, as in Python.
        let setting = |lower, upper| {
            let found = |name| Some((name, variable(name)?));
            found(lower).or_else(|| found(upper))
        };
        let no_proxy = setting("no_proxy", "NO_PROXY");
        // In a CGI program, HTTP_PROXY is what the visitor's request says in its header Proxy.
        let is_cgi = variable("REQUEST_METHOD").is_some();
        let upper = if is_cgi { "http_proxy" } else { "HTTP_PROXY" };
        Self {
            http: setting("http_proxy", upper),
            https: setting("https_proxy", "HTTPS_PROXY"),
            all: setting("all_proxy", "ALL_PROXY"),
            no_proxy: no_proxy.map(|(_, value)| value).unwrap_or_default(),
        }
    }

    /// The proxy for `url`, if any. An address that cannot be used is an error: going around a
    /// proxy that the user asked for would be worse.
    pub fn for_url(&self, url: &Uri) -> Result<Option<Proxy>> {
        let is_tls = url.scheme_str() == Some("https");
        let own = if is_tls { &self.https } else { &self.http };
        match own.as_ref().or(self.all.as_ref()) {
            Some((variable, value)) if !self.bypasses(url) => parse(variable, value).map(Some),
            _ => Ok(None),
        }
    }

    fn bypasses(&self, url: &Uri) -> bool {
        let with_port = url.authority().map_or("", |authority| authority.as_str());
        let with_port = with_port.to_ascii_lowercase();
        let host = url.host().unwrap_or_default().to_ascii_lowercase();
        let host = host.trim_matches(['[', ']']);
        let matches = |rule: &str| {
            let name = rule.trim().trim_start_matches('.').to_ascii_lowercase();
            name == "*"
                || is_in_domain(host, name.trim_matches(['[', ']']))
                || is_in_domain(&with_port, &name)
                || is_in_network(host, &name)
        };
        self.no_proxy.split(',').any(matches)
    }
}

/// `host` is `domain` or ends with `.domain`.
fn is_in_domain(host: &str, domain: &str) -> bool {
    let rest = host.strip_suffix(domain).filter(|_| !domain.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// `host` is an address inside `network` (`10.0.0.0/8`).
fn is_in_network(host: &str, network: &str) -> bool {
    let (host, network) = (host.parse::<IpAddr>(), network.parse::<IpNet>());
    host.is_ok_and(|host| network.is_ok_and(|network| network.contains(&host)))
}

fn parse(variable: &'static str, value: &str) -> Result<Proxy> {
    let value = value.trim();
    let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(anyhow!(
            "the proxy in {variable} has the scheme {scheme}://, which is not supported"
        ))
        .or_hint(|| {
            "an http:// or https:// proxy can be used; NO_PROXY names hosts that need none"
                .to_owned()
        });
    }
    let rest = rest.trim_start_matches("//");
    // People type passwords with `@`, `/` and `#` in them. (The AWS CLI takes them, too.)
    let split = rest.rsplit_once('@');
    let (user, server) = split.map_or((None, rest), |(user, server)| (Some(user), server));
    let url = format!("{scheme}://{server}").parse::<Uri>();
    match url.ok().filter(has_valid_host) {
        Some(url) => Ok(Proxy {
            url,
            authorization: user.map(basic),
            variable,
        }),
        // The value may hold a password: it is not repeated.
        None => Err(anyhow!("{variable} does not hold a proxy's address")).or_hint(|| {
            format!(
                "{variable} should look like http://proxy.example.com:3128, with a password like \
                 http://USER:PASSWORD@proxy.example.com:3128"
            )
        }),
    }
}

/// `Basic` and `USER:PASSWORD` in base64. `%40` and the like stand for characters; a lone `%` stands
/// for itself.
fn basic(user_and_password: &str) -> Secret {
    let (user, password) = user_and_password
        .split_once(':')
        .unwrap_or((user_and_password, ""));
    let mut pair: Vec<u8> = percent_decode_str(user).collect();
    pair.push(b':');
    pair.extend(percent_decode_str(password));
    Secret::new(format!("Basic {}", base64::encode(pair)))
}

#[cfg(test)]
mod tests;
