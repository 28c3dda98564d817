//! Which proxy stands between here and AWS: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
//! `NO_PROXY`, read as the AWS CLI does (Python's `urllib.request.getproxies_environment` and
//! `proxy_bypass_environment`), plus address ranges in `NO_PROXY` as curl knows them.

use std::net::IpAddr;

use anyhow::{Result, anyhow};
use http::Uri;
use zeroize::Zeroizing;

use crate::message::OrHint;
use crate::profile::has_valid_host;

/// The variables, as found; nothing is judged before a host is asked for.
#[derive(Default)]
pub struct Proxies {
    http: Option<Setting>,
    https: Option<Setting>,
    all: Option<Setting>,
    no_proxy: String,
}

struct Setting {
    variable: &'static str,
    value: String,
}

/// A proxy to go through. Never shown whole: the address may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// With scheme, and with user and password where there are some.
    pub url: Uri,
    pub variable: &'static str,
}

impl Proxy {
    /// `proxy.example.com:3128 (HTTPS_PROXY)`: host and port, without user and password.
    pub fn shown(&self) -> String {
        let host = self.url.host().unwrap_or_default();
        let port = self
            .url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        format!("{host}{port} ({})", self.variable)
    }

    pub fn has_password(&self) -> bool {
        let authority = self.url.authority();
        authority.is_some_and(|authority| authority.as_str().contains('@'))
    }

    pub fn speaks_tls(&self) -> bool {
        self.url.scheme_str() == Some("https")
    }
}

impl Proxies {
    /// `variable` looks an environment variable up; an empty one counts as not set.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        // The lower-case names win, as in Python.
        let setting = |lower, upper| {
            let found = |name| {
                variable(name).map(|value| Setting {
                    variable: name,
                    value,
                })
            };
            found(lower).or_else(|| found(upper))
        };
        // In a CGI program, HTTP_PROXY is what the visitor's request says in its header Proxy.
        let is_cgi = variable("REQUEST_METHOD").is_some();
        Self {
            http: setting(
                "http_proxy",
                if is_cgi { "http_proxy" } else { "HTTP_PROXY" },
            ),
            https: setting("https_proxy", "HTTPS_PROXY"),
            all: setting("all_proxy", "ALL_PROXY"),
            no_proxy: setting("no_proxy", "NO_PROXY")
                .map(|s| s.value)
                .unwrap_or_default(),
        }
    }

    /// The proxy for `url`, if any. An address that cannot be used is an error: going around a
    /// proxy that the user asked for would be worse.
    pub fn for_url(&self, url: &Uri) -> Result<Option<Proxy>> {
        let own = if url.scheme_str() == Some("https") {
            &self.https
        } else {
            &self.http
        };
        match own.as_ref().or(self.all.as_ref()) {
            Some(setting) if !self.bypasses(url) => setting.parse().map(Some),
            _ => Ok(None),
        }
    }

    fn bypasses(&self, url: &Uri) -> bool {
        let host = url
            .host()
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .to_ascii_lowercase();
        let with_port = url.port().map(|port| format!("{host}:{port}"));
        self.no_proxy
            .split(',')
            .map(str::trim)
            .filter(|rule| !rule.is_empty())
            .any(|rule| {
                let name = rule.trim_start_matches('.').to_ascii_lowercase();
                rule == "*"
                    || is_in_domain(&host, &name)
                    || with_port
                        .as_ref()
                        .is_some_and(|host| is_in_domain(host, &name))
                    || is_in_network(&host, &name)
            })
    }
}

/// `host` is `domain` or ends with `.domain`.
fn is_in_domain(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// `host` is an address inside `network` (`10.0.0.0/8`).
fn is_in_network(host: &str, network: &str) -> bool {
    let Some((base, length)) = network.split_once('/') else {
        return false;
    };
    let (Ok(host), Ok(base), Ok(length)) = (
        host.parse::<IpAddr>(),
        base.parse::<IpAddr>(),
        length.parse::<u32>(),
    ) else {
        return false;
    };
    let (host, base, width) = match (host, base) {
        (IpAddr::V4(host), IpAddr::V4(base)) => (host.to_bits().into(), base.to_bits().into(), 32),
        (IpAddr::V6(host), IpAddr::V6(base)) => (host.to_bits(), base.to_bits(), 128),
        _ => return false,
    };
    let kept = width - length.min(width);
    (host ^ base).checked_shr(kept).unwrap_or(0) == 0
}

impl Setting {
    fn parse(&self) -> Result<Proxy> {
        let value = self.value.trim();
        let value = match value.strip_prefix("//") {
            Some(rest) => format!("http://{rest}"),
            None if value.contains("://") => value.to_owned(),
            None => format!("http://{value}"),
        };
        let scheme = value
            .split("://")
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return Err(anyhow!(
                "the proxy in {} has the scheme {scheme}://, which is not supported",
                self.variable
            ))
            .or_hint(|| {
                "an http:// or https:// proxy can be used; NO_PROXY names hosts that need none"
                    .to_owned()
            });
        }
        match with_escapes(&value).parse::<Uri>() {
            Ok(url) if has_valid_host(&url) => Ok(Proxy {
                url,
                variable: self.variable,
            }),
            // The value may hold a password: it is not repeated.
            _ => Err(anyhow!(
                "the address in {} is not one of a proxy",
                self.variable
            ))
            .or_hint(|| {
                format!(
                    "{} should look like http://proxy.example.com:3128, with a password like \
                     http://USER:PASSWORD@proxy.example.com:3128",
                    self.variable
                )
            }),
        }
    }
}

/// Proxy addresses are typed by people, whose passwords have `@`, `/` and `#` in them: what is before
/// the last `@` is user and password, and gets the escapes that it lacks. (The AWS CLI takes most of
/// these characters as they are, too.)
fn with_escapes(address: &str) -> Zeroizing<String> {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let mut escaped = Zeroizing::new(String::with_capacity(3 * address.len() + 7));
    escaped.extend([scheme, "://"]);
    let Some((user_and_password, server)) = rest.rsplit_once('@') else {
        escaped.push_str(rest);
        return escaped;
    };
    let (user, password) = match user_and_password.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (user_and_password, None),
    };
    escape(user, &mut escaped);
    if let Some(password) = password {
        escaped.push(':');
        escape(password, &mut escaped);
    }
    escaped.extend(["@", server]);
    escaped
}

/// RFC 3986, section 2.1. An escape that is there stays; a lone `%` is meant as it stands.
fn escape(text: &str, escaped: &mut String) {
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let is_escape =
            *byte == b'%' && is_hex(bytes.get(index + 1)) && is_hex(bytes.get(index + 2));
        if is_escape || byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            escaped.push(char::from(*byte));
        } else {
            let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
            escaped.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests;
