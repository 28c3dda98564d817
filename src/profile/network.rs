//! Settings of the network, in the order of precedence that botocore has (`endpoint_provider`,
//! `configprovider`): variables before the profile, a service's own before the general one.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, anyhow};
use http::Uri;

use super::chain::Chain;
use crate::cli::Login;
use crate::duration;
use crate::environment::Environment;
use crate::files::Files;
use crate::files::place::Place;
use crate::files::stray;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(15);

/// Settings of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkSettings {
    /// `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, the `services` section, `endpoint_url`.
    pub sts_endpoint_url: Option<Sourced<String>>,
    /// The same for `iam`.
    pub iam_endpoint_url: Option<Sourced<String>>,
    /// `AWS_STS_REGIONAL_ENDPOINTS`, `sts_regional_endpoints`: `legacy` sends the calls of the oldest
    /// regions to STS's global endpoint.
    pub use_legacy_sts_endpoint: bool,
    pub use_fips_endpoint: bool,
    pub use_dualstack_endpoint: bool,
    /// `AWS_CA_BUNDLE`, `ca_bundle`, `REQUESTS_CA_BUNDLE`. `~` is expanded.
    pub ca_bundle: Option<Sourced<PathBuf>>,
    /// `AWSMFA_CONNECT_TIMEOUT`, 5 s unless told otherwise.
    pub connect_timeout: Duration,
    /// Of a whole call: `AWSMFA_TIMEOUT`, 15 s unless told otherwise.
    pub timeout: Duration,
}

/// Where settings are looked for: the profile, else its source, which the keys come from.
pub struct Reader<'a> {
    pub files: &'a Files,
    pub chain: &'a Chain<'a>,
    pub environment: &'a Environment,
}

impl Reader<'_> {
    pub fn read(&self, login: &Login) -> Result<NetworkSettings> {
        let ca_bundle = self
            .setting("AWS_CA_BUNDLE", "ca_bundle")
            .or_else(|| self.variable("REQUESTS_CA_BUNDLE"));
        let sts_endpoint_url = self.endpoint_url("AWS_ENDPOINT_URL_STS", "sts")?;
        // A value that is not needed is not judged, as in botocore.
        let use_legacy_sts_endpoint = sts_endpoint_url.is_none() && self.is_legacy_sts()?;
        let time = |flag, variable, default| timeout(flag, self.environment, variable, default);
        Ok(NetworkSettings {
            sts_endpoint_url,
            use_legacy_sts_endpoint,
            iam_endpoint_url: self.endpoint_url("AWS_ENDPOINT_URL_IAM", "iam")?,
            use_fips_endpoint: self.is_true("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?,
            use_dualstack_endpoint: self
                .is_true("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
            ca_bundle: ca_bundle.map(|path| path.map(|path| self.environment.expand(path.into()))),
            connect_timeout: time(
                login.network.connect_timeout,
                "AWSMFA_CONNECT_TIMEOUT",
                CONNECT_TIMEOUT,
            )?,
            timeout: time(login.network.timeout, "AWSMFA_TIMEOUT", TIMEOUT)?,
        })
    }

    fn endpoint_url(
        &self,
        variable: &'static str,
        service: &str,
    ) -> Result<Option<Sourced<String>>> {
        if self.is_true(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "ignore_configured_endpoint_urls",
        )? {
            return Ok(None);
        }
        let url = self
            .variable(variable)
            .or_else(|| self.variable("AWS_ENDPOINT_URL"));
        let url = match url {
            Some(url) => Some(url),
            None => self
                .services()?
                .and_then(|section| section.nested(service, "endpoint_url"))
                .or_else(|| self.chain.inherited("endpoint_url")),
        };
        url.map(checked_url).transpose()
    }

    /// A section that is not there is an error, as in botocore: the requests would go to AWS.
    pub fn services(&self) -> Result<Option<Place<'_>>> {
        let Some(Sourced {
            value: name,
            origin,
        }) = self.chain.inherited("services")
        else {
            return Ok(None);
        };
        let section = self.files.services(name).ok_or_else(|| {
            anyhow!("{origin} names a section that is not there: [services {name}]")
        });
        section.map(Some).or_hint(|| {
            stray::hint(name, || {
                "write the section into the config file, or remove the line".to_owned()
            })
        })
    }

    fn is_legacy_sts(&self) -> Result<bool> {
        let setting = self.setting("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints");
        match setting {
            Some(setting) if setting.value == "legacy" => Ok(true),
            Some(setting) if setting.value != "regional" => Err(anyhow!(
                "{} is neither legacy nor regional: {:?}",
                setting.origin,
                setting.value
            ))
            .or_hint(|| {
                stray::hint(setting.value, || {
                    "remove it: regional is the default".to_owned()
                })
            }),
            _ => Ok(false),
        }
    }

    fn variable(&self, name: &'static str) -> Option<Sourced<&str>> {
        Some(Sourced::new(
            self.environment.get(name)?,
            Origin::Variable(name),
        ))
    }

    fn setting(&self, variable: &'static str, key: &str) -> Option<Sourced<&str>> {
        self.variable(variable)
            .or_else(|| self.chain.inherited(key))
    }

    /// What was meant to be true and is not, for a comment or quotes, would lead to other hosts.
    pub fn is_true(&self, variable: &'static str, key: &str) -> Result<bool> {
        let Some(setting) = self.setting(variable, key) else {
            return Ok(false);
        };
        let of_word = |c: char| c.is_ascii_alphabetic();
        let mut words = setting.value.split(|c| !of_word(c));
        let first = words.find(|word| !word.is_empty()).unwrap_or_default();
        if is_true(first) && !is_true(setting.value) {
            return Err(anyhow!(
                "{} is neither true nor false: {:?}",
                setting.origin,
                setting.value
            ))
            .or_hint(|| stray::hint(setting.value, || "write true or false".to_owned()));
        }
        Ok(is_true(setting.value))
    }
}

/// As botocore's `ensure_boolean`: anything but `true` (in any case) is false.
pub fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// The URL is not repeated: people put passwords into them.
fn checked_url(url: Sourced<&str>) -> Result<Sourced<String>> {
    let parsed: Option<Uri> = url.value.parse().ok();
    let parsed = parsed
        .filter(|url| matches!(url.scheme_str(), Some("http" | "https")) && names_a_server(url));
    let hint = || {
        stray::hint(url.value, || {
            "endpoints look like https://sts.eu-central-1.amazonaws.com".to_owned()
        })
    };
    match parsed.as_ref().and_then(Uri::authority) {
        Some(host) if host.as_str().contains('@') => Err(anyhow!(
            "{} has a user or a password in it, which AWS has no use for",
            url.origin
        ))
        .or_hint(hint),
        Some(_) => Ok(url.map(str::to_owned)),
        None => Err(anyhow!("{} is not a URL", url.origin)).or_hint(hint),
    }
}

/// Whether there is a host, and no port above 65535: of such a one the parser says that there is
/// none, and the request would go to another.
pub fn names_a_server(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let server = authority.rsplit('@').next().unwrap_or_default();
    let port = server.strip_prefix(host).unwrap_or_default();
    !host.is_empty() && (matches!(port, "" | ":") || url.port().is_some())
}

fn timeout(
    flag: Option<Duration>,
    environment: &Environment,
    variable: &'static str,
    default: Duration,
) -> Result<Duration> {
    let Some(text) = environment.get(variable).filter(|_| flag.is_none()) else {
        return Ok(flag.unwrap_or(default));
    };
    duration::parse_timeout(text)
        .map_err(|cause| anyhow!("{variable}: {cause}"))
        .or_hint(|| format!("leave {variable} out for the default"))
}
