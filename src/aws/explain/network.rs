//! Faults below AWS: names, connections, TLS, proxies, time-outs, and answers of others.

use std::time::{Duration, UNIX_EPOCH};

use super::super::error::Kind;
use super::super::request::Operation;
use super::super::transport::Target;
use super::super::transport::error::{CertificateProblem, ErrorKind, TransportError};
use super::{CallInfo, Explanation, date, said};
use crate::duration::precisely;
use crate::origin::Origin;

/// What happened to which host, through which proxy. Long because it is a table.
pub fn explain(info: &CallInfo<'_>, error: &TransportError) -> Explanation {
    let (peer, target, said) = (peer(info), target(info), said(&error.said));
    let kind = match &error.kind {
        ErrorKind::Settings { .. } => Kind::Hopeless,
        _ if !error.sent => Kind::NotSent,
        // It may pass before a code is sent.
        ErrorKind::Broken if !info.operation.carries_code() => Kind::Other,
        _ => Kind::LostAnswer,
    };
    let new = |cause: String, hint: &str| Explanation::new(kind, cause, hint);
    match &error.kind {
        ErrorKind::Settings { hint } => new(error.said.clone(), hint),
        ErrorKind::NameNotResolved => new(
            format!("the name of {peer} cannot be resolved"),
            &doubt_region(info, "check the network connection and the proxy variables"),
        ),
        ErrorKind::ConnectionRefused => new(
            format!("{peer} refuses the connection"),
            "check the endpoint, the firewall and the proxy variables",
        ),
        ErrorKind::TimedOut if error.sent => new(
            format!(
                "{target} did not answer within {}",
                precisely(info.limits.call)
            ),
            "check the network connection, or raise --timeout",
        ),
        ErrorKind::TimedOut => new(
            format!(
                "no connection to {peer} within {}",
                precisely(info.limits.connect)
            ),
            "check the network connection, or raise --connect-timeout",
        ),
        ErrorKind::ProxyAuthorization => wants_password(&peer),
        ErrorKind::ProxyRefused => new(
            format!("{peer} does not connect to {}", host(info)),
            &doubt_region(
                info,
                "the proxy's owner may have to allow it, or NO_PROXY to name it",
            ),
        ),
        ErrorKind::ProxyGarbled => new(
            format!("{peer} breaks off instead of connecting to {}", host(info)),
            &doubt_region(
                info,
                "check the proxy variables: the port may be another program's",
            ),
        ),
        ErrorKind::Certificate(problem) => {
            let (why, hint) = certificate(*problem, said, info);
            new(
                format!("the certificate of {target} is not trusted: {why}"),
                &hint,
            )
        }
        ErrorKind::NotTls => new(
            format!("no TLS connection to {target}: what answers does not speak TLS"),
            "check the endpoint and the proxy variables: http:// may be meant where https:// is set",
        ),
        ErrorKind::Tls => new(
            format!("no TLS connection to {target}: {said}"),
            "check the endpoint, and whether a proxy or a firewall answers in its place",
        ),
        ErrorKind::NotHttp => new(
            format!("the answer of {target} is not HTTP"),
            "check the endpoint: https:// may be meant where http:// is set",
        ),
        ErrorKind::TooLarge => new(
            format!("the answer of {target} is far larger than any of AWS's"),
            "check the endpoint and the proxy variables",
        ),
        ErrorKind::Broken if error.sent => new(
            format!("the connection to {target} broke off before the answer came"),
            "check the network connection",
        ),
        ErrorKind::Broken => new(
            format!("the connection to {peer} fails: {said}"),
            "check the network connection and the proxy variables",
        ),
    }
}

/// An answer that is not AWS's. A gateway that fails may have passed a code on, and may be well
/// again by the time that there is one.
pub fn foreign(info: &CallInfo<'_>, status: u16) -> Explanation {
    let proxy = info
        .target
        .as_ref()
        .and_then(|target| target.proxy.as_ref());
    let redirect = match status {
        300..=399 => ": it is a redirect, which awsmfa does not follow",
        _ => "",
    };
    let kind = if info.operation.carries_code() == (status >= 500) {
        Kind::LostAnswer
    } else {
        Kind::Other
    };
    match proxy {
        Some(_) if status == 407 => wants_password(&peer(info)),
        Some(proxy) => Explanation::new(
            kind,
            format!(
                "the answer (HTTP {status}) is the proxy's, not AWS's: {}{redirect}",
                proxy.shown()
            ),
            "check the proxy variables",
        ),
        None => Explanation::new(
            kind,
            format!(
                "the answer of {} (HTTP {status}) is not AWS's{redirect}",
                target(info)
            ),
            "check the endpoint; a network that asks to sign in answers like this",
        ),
    }
}

/// Of a tunnel or of a plain request: AWS has not seen it.
fn wants_password(proxy: &str) -> Explanation {
    Explanation::new(
        Kind::NotSent,
        format!("{proxy} asks for a user and password that it accepts"),
        "put them into its address: http://USER:PASSWORD@HOST:PORT; in them, @ : / are written \
         %40 %3A %2F",
    )
}

/// The reason and the hint.
fn certificate(problem: CertificateProblem, said: String, info: &CallInfo<'_>) -> (String, String) {
    let time = |seconds| date(UNIX_EPOCH + Duration::from_secs(seconds));
    let clock = format!(
        "compare this computer's clock, which says {}; if it is right, the server's owner has to \
         renew the certificate",
        date(info.clock.local())
    );
    let authority = "if a proxy inspects TLS, or the endpoint has a CA of its own, name the CA's \
                     certificate (not the server's) with AWS_CA_BUNDLE, or ca_bundle in the profile";
    match problem {
        CertificateProblem::Expired { end } => (format!("it expired on {}", time(end)), clock),
        CertificateProblem::NotYetValid { start } => {
            (format!("it is not valid before {}", time(start)), clock)
        }
        CertificateProblem::OtherHost => (
            "it is another host's".to_owned(),
            "check the endpoint and the proxy variables; a network that asks to sign in may have \
             answered"
                .to_owned(),
        ),
        CertificateProblem::UnknownIssuer => (
            "it is self-signed, or signed by a CA that is not trusted here".to_owned(),
            authority.to_owned(),
        ),
        CertificateProblem::Other => (said, authority.to_owned()),
    }
}

/// The host that a connection is opened to: the proxy, or AWS itself.
fn peer(info: &CallInfo<'_>) -> String {
    match &info.target {
        Some(Target {
            proxy: Some(proxy), ..
        }) => format!("the proxy {}", proxy.shown()),
        _ => host(info),
    }
}

fn host(info: &CallInfo<'_>) -> String {
    let host = info.target.as_ref().map(|target| target.host.clone());
    host.unwrap_or_else(|| "AWS".to_owned())
}

/// The host and, if there is one, the proxy: it is not known which of them failed.
fn target(info: &CallInfo<'_>) -> String {
    info.target
        .as_ref()
        .map_or_else(|| "AWS".to_owned(), ToString::to_string)
}

/// The region is a part of the host's name. To a proxy, a host that does not exist is one more that
/// it cannot connect to.
fn doubt_region(info: &CallInfo<'_>, hint: &str) -> String {
    let profile = info.profile;
    let is_certain = matches!(profile.region.origin, Origin::Rule(_))
        || matches!(info.operation, Operation::ListMfaDevices)
        || profile.network.sts_endpoint_url.is_some();
    if is_certain {
        return hint.to_owned();
    }
    format!("check that the region {} exists; {hint}", info.region())
}
