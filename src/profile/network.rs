//! Settings of the network, in the order of precedence that botocore has (`endpoint_provider`,
//! `configprovider`): variables before the profile, a service's own before the general one.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, anyhow};
use http::Uri;
use serde::{Deserialize, Serialize};

use super::settings::{
    CA_BUNDLE, CONNECT_TIMEOUT, DUALSTACK, FIPS, IGNORE_ENDPOINT_URLS, LEGACY_STS, Names, Settings,
    TIMEOUT,
};
use crate::duration;
use crate::files::refusal::refused;
use crate::files::section::Section;
use crate::message::OrHint;
use crate::origin::Sourced;

const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

/// Settings of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// `AWSMFA_CONNECT_TIMEOUT`, 5 s by default.
    pub connect_timeout: Duration,
    /// Of a whole call: `AWSMFA_TIMEOUT`, 15 s by default.
    pub timeout: Duration,
}

impl NetworkSettings {
    pub fn read(settings: &Settings<'_>) -> Result<Self> {
        let flags = &settings.login.network;
        let ca_bundle = settings.text(&CA_BUNDLE, None);
        let ca_bundle = ca_bundle.or_else(|| settings.variable(&["REQUESTS_CA_BUNDLE"]));
        let expanded = |path: &str| settings.environment.expand(path.into());
        let time = |names, flag, default| {
            let timeout = settings.parsed(names, flag, timeout)?;
            anyhow::Ok(timeout.map_or(default, |timeout| timeout.value))
        };
        let sts_endpoint_url = endpoint_url(settings, "AWS_ENDPOINT_URL_STS", "sts")?;
        Ok(Self {
            // A value that is not needed is not checked, as in botocore.
            use_legacy_sts_endpoint: sts_endpoint_url.is_none() && is_legacy_sts(settings)?,
            sts_endpoint_url,
            iam_endpoint_url: endpoint_url(settings, "AWS_ENDPOINT_URL_IAM", "iam")?,
            use_fips_endpoint: is_on(settings, &FIPS)?,
            use_dualstack_endpoint: is_on(settings, &DUALSTACK)?,
            ca_bundle: ca_bundle.map(|path| path.map(expanded)),
            connect_timeout: time(
                &CONNECT_TIMEOUT,
                flags.connect_timeout,
                DEFAULT_CONNECT_TIMEOUT,
            )?,
            timeout: time(&TIMEOUT, flags.timeout, DEFAULT_TIMEOUT)?,
        })
    }
}

/// The console's sign-in endpoint: `AWS_ENDPOINT_URL_SIGNIN` and so on.
pub fn signin_endpoint_url(settings: &Settings<'_>) -> Result<Option<Sourced<String>>> {
    endpoint_url(settings, "AWS_ENDPOINT_URL_SIGNIN", "signin")
}

fn endpoint_url(
    settings: &Settings<'_>,
    variable: &'static str,
    service: &str,
) -> Result<Option<Sourced<String>>> {
    if is_on(settings, &IGNORE_ENDPOINT_URLS)? {
        return Ok(None);
    }
    let url = match settings.variable(&[variable, "AWS_ENDPOINT_URL"]) {
        Some(url) => Some(url),
        None => services(settings)?
            .and_then(|section| section.nested(service, "endpoint_url"))
            .or_else(|| settings.inherited("endpoint_url")),
    };
    url.map(checked_url).transpose()
}

/// A section that does not exist is an error, as in botocore: the requests would go to AWS.
pub fn services<'a>(settings: &Settings<'a>) -> Result<Option<Section<'a>>> {
    let Some(line) = settings.inherited("services") else {
        return Ok(None);
    };
    let section = settings.files.services(line.value);
    let hint = "write the section into the config file, or remove the line";
    section.map(Some).ok_or_else(|| {
        let why = format!(
            "names a section that does not exist: [services {}]",
            line.value
        );
        refused(&line, why, hint)
    })
}

fn is_legacy_sts(settings: &Settings<'_>) -> Result<bool> {
    match settings.text(&LEGACY_STS, None) {
        None => Ok(false),
        Some(setting) if ["legacy", "regional"].contains(&setting.value) => {
            Ok(setting.value == "legacy")
        }
        Some(setting) => Err(refused(
            &setting,
            format!("is neither legacy nor regional: {:?}", setting.value),
            "remove it: regional is the default",
        )),
    }
}

/// A value that was meant to be true but is not, because of a comment or quotes, would send requests
/// to other hosts.
pub fn is_on(settings: &Settings<'_>, names: &Names) -> Result<bool> {
    let Some(setting) = settings.text(names, None) else {
        return Ok(false);
    };
    let mut words = setting.value.split(|c: char| !c.is_ascii_alphabetic());
    let first = words.find(|word| !word.is_empty()).unwrap_or_default();
    if is_true(first) && !is_true(setting.value) {
        let why = format!("is neither true nor false: {:?}", setting.value);
        return Err(refused(&setting, why, "write true or false"));
    }
    Ok(is_true(setting.value))
}

/// As botocore's `ensure_boolean`: anything but `true` (in any case) is false.
pub fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// The URL is not repeated: people put passwords into them.
fn checked_url(url: Sourced<&str>) -> Result<Sourced<String>> {
    let parsed: Option<Uri> = url.value.parse().ok();
    let parsed = parsed
        .filter(|url| matches!(url.scheme_str(), Some("http" | "https")) && has_valid_host(url));
    let why = match parsed.as_ref().and_then(Uri::authority) {
        Some(host) if host.as_str().contains('@') => {
            "contains a user or password, which AWS does not use"
        }
        Some(_) => return Ok(url.owned()),
        None => "is not a URL",
    };
    let like = "endpoints look like https://sts.eu-central-1.amazonaws.com";
    Err(refused(&url, why, like))
}

/// Whether there is a host, and no port above 65535: the parser drops such a port, and the request
/// would go to another one.
pub fn has_valid_host(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let server = authority.rsplit('@').next().unwrap_or_default();
    let port = server.strip_prefix(host).unwrap_or_default();
    !host.is_empty() && (matches!(port, "" | ":") || url.port().is_some())
}

fn timeout(text: &Sourced<&str>) -> Result<Duration> {
    duration::parse_timeout(text.value)
        .map_err(|cause| anyhow!("{}: {cause}", text.origin))
        .or_hint(|| format!("leave {} out for the default", text.origin))
}
