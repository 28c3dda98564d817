//! Faults below AWS: names, connections, TLS, proxies, time-outs, and answers of others.

use super::super::error::Kind;
use super::super::transport::error::{ErrorKind, TransportError};
use super::info::{CallInfo, Explanation, unusable};

const WANTS_PASSWORD: (&str, &str) = (
    "{peer} requires a valid user name and password",
    "put them into its address: http://USER:PASSWORD@HOST:PORT; write @ : / in them as %40 %3A %2F",
);

/// What happened to which host, through which proxy.
pub fn explain(info: &CallInfo<'_>, error: &TransportError) -> Explanation {
    let kind = match &error.kind {
        ErrorKind::Settings { hint } => {
            return Explanation::new(Kind::Hopeless, error.said.as_str(), hint.as_str());
        }
        ErrorKind::CutOff => return unusable(info, "it is cut off, or does not come from AWS"),
        _ if !error.sent => Kind::NotSent,
        // It may pass before anything is spent or created.
        ErrorKind::Broken if !info.operation.acts_once() => Kind::Temporary,
        _ => Kind::LostAnswer,
    };
    let (cause, hint) = wording(error);
    let tls_peer = if error.of_proxy { "{peer}" } else { "{target}" };
    let fill = |text: &str| info.fill(&text.replace("{tls_peer}", tls_peer), &error.said);
    Explanation::new(kind, fill(cause), fill(hint))
}

/// Cause and hint, with names in braces for [`CallInfo::fill`].
#[expect(clippy::too_many_lines, reason = "a table")]
fn wording(error: &TransportError) -> (&'static str, &'static str) {
    match &error.kind {
        ErrorKind::Settings { .. } | ErrorKind::CutOff => ("{said}", ""),
        ErrorKind::NameNotResolved => (
            "the name of {peer} cannot be resolved",
            "check the network connection, the proxy variables and the region, {region}",
        ),
        ErrorKind::ConnectionRefused => (
            "{peer} refuses the connection",
            "check the endpoint, the firewall and the proxy variables",
        ),
        ErrorKind::TimedOut if error.sent => (
            "{target} did not answer within {timeout}",
            "check the network connection, or raise --timeout",
        ),
        ErrorKind::TimedOut => (
            "no connection to {peer} within {connect_timeout}",
            "check the network connection, or raise --connect-timeout",
        ),
        ErrorKind::ProxyAuthorization => WANTS_PASSWORD,
        ErrorKind::ProxyRefused => (
            "{peer} does not connect to {host}",
            "check the region, {region}; the proxy's owner may have to allow the host, or NO_PROXY \
             to name it",
        ),
        ErrorKind::ProxyGarbled => (
            "{peer} hung up instead of connecting to {host}",
            "check the region, {region}, and the proxy variables: the port may be another \
             program's",
        ),
        ErrorKind::Certificate { wrong_time: true } => (
            "the certificate of {tls_peer} is not trusted: {said}",
            "compare this computer's clock, which says {now}; if it is right, the server's owner \
             has to renew the certificate",
        ),
        ErrorKind::Certificate { .. } => (
            "the certificate of {tls_peer} is not trusted: {said}",
            "check the endpoint; if a proxy inspects TLS, or the server has a CA of its own, name the \
             CA's certificate (not the server's) with AWS_CA_BUNDLE, or ca_bundle in the profile",
        ),
        ErrorKind::Tls => (
            "no TLS connection to {tls_peer}: {said}",
            "check the endpoint and the proxy variables: http:// may be meant where https:// is \
             set, or a firewall may answer",
        ),
        ErrorKind::NotHttp => (
            "the answer from {target} is not HTTP",
            "check the endpoint: https:// may be meant where http:// is set",
        ),
        ErrorKind::TooLarge => (
            "the answer from {target} has far more bytes or headers than any answer from AWS",
            "check the endpoint and the proxy variables",
        ),
        ErrorKind::Broken if error.sent => (
            "the connection to {target} broke off before the answer came",
            "check the network connection",
        ),
        ErrorKind::Broken => (
            "the connection to {peer} failed: {said}",
            "check the network connection and the proxy variables",
        ),
    }
}

/// An answer that is not AWS's. A gateway that fails may have passed the code on. If there was no
/// code yet, it may work again by the time there is one.
pub fn foreign(info: &CallInfo<'_>, status: u16) -> Explanation {
    let fill = |text| info.fill(text, &status.to_string());
    if status == 407 && info.target.proxy.is_some() {
        // AWS has not seen it.
        let (cause, hint) = WANTS_PASSWORD;
        return Explanation::new(Kind::NotSent, fill(cause), hint);
    }
    let kind = match (info.operation.acts_once(), status >= 500) {
        (true, true) | (false, false) => Kind::LostAnswer,
        (true, false) => Kind::Other,
        (false, true) => Kind::Temporary,
    };
    let redirect = match status {
        300..=399 => ": it is a redirect, which awsmfa does not follow",
        _ => "",
    };
    let cause = fill("the answer from {target} (HTTP {said}) does not come from AWS");
    let hint = "check the endpoint and the proxy variables; networks with a sign-in page answer \
                like this";
    Explanation::new(kind, cause + redirect, hint)
}
