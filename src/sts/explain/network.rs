//! Failures below AWS: names, connections, TLS, proxies, time-outs.

use std::time::Duration;

use super::super::attempt::{GivenUp, Limits};
use super::super::call_error::{CallError, Cause, CauseKind};
use super::super::proxy::Proxy;
use super::super::transport::Target;
use super::super::{Kind, Sts};
use super::{Explanation, Operation, tried};

/// A failure of the network, in plain words: to which host, through which proxy, how often and
/// for how long it was tried.
pub fn explain(operation: Operation, given_up: &GivenUp, sts: &Sts<'_>) -> Explanation {
    let target = sts.transport.target();
    let tried = tried(given_up);
    match &given_up.error {
        CallError::Foreign { status } => foreign(operation, *status, target.as_ref(), &tried),
        CallError::NotConnected(cause) => {
            not_connected(cause, target.as_ref(), &tried, sts.limits).of_kind(Kind::NotSent)
        }
        CallError::Lost(cause) => lost(operation, cause, target.as_ref(), &tried, sts.limits),
        CallError::Refused(_) | CallError::Incomplete(_) | CallError::Unsendable(_) => {
            Explanation {
                kind: Kind::Other,
                cause: operation.name().to_owned(),
                hint: None,
            }
        }
    }
}

/// `5 s`, `0.5 s`.
fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f32())
}

/// The host that a connection is opened to: the proxy, or AWS itself.
fn peer(target: Option<&Target>) -> String {
    match target {
        Some(Target {
            proxy: Some(proxy), ..
        }) => format!("the proxy {}", proxy.shown()),
        Some(target) => target.host.clone(),
        None => "AWS".to_owned(),
    }
}

fn host(target: Option<&Target>) -> String {
    target.map_or_else(|| "AWS".to_owned(), |target| target.host.clone())
}

fn not_connected(
    cause: &Cause,
    target: Option<&Target>,
    tried: &str,
    limits: Limits,
) -> Explanation {
    let (peer, host) = (peer(target), host(target));
    match cause.kind {
        CauseKind::NameNotResolved => Explanation::new(
            format!("the name of {peer} cannot be resolved{tried}"),
            "check the network connection, the region, and the proxy variables",
        ),
        CauseKind::ConnectionRefused => Explanation::new(
            format!("{peer} refuses the connection{tried}"),
            "check the endpoint, the firewall and the proxy variables",
        ),
        CauseKind::ConnectTimeout | CauseKind::NoAnswer => Explanation::new(
            format!(
                "no connection to {peer} within {}{tried}",
                seconds(limits.connect)
            ),
            "check the network connection, or raise --connect-timeout",
        ),
        CauseKind::Certificate => Explanation::new(
            format!(
                "the certificate of {host} is not trusted: {}",
                last_part(&cause.text)
            ),
            "where a proxy inspects TLS, name its certificate with AWS_CA_BUNDLE, or ca_bundle in \
             the profile",
        ),
        CauseKind::Tls => Explanation::new(
            format!("no TLS connection to {host}: {}", last_part(&cause.text)),
            "check the endpoint and the proxy variables",
        ),
        CauseKind::ProxyAuthorization => Explanation::new(
            format!("{peer} asks for a user and password"),
            "put them into its address: http://USER:PASSWORD@HOST:PORT",
        ),
        CauseKind::ProxyRefused => Explanation::new(
            format!("{peer} does not connect to {host}"),
            "the proxy's owner may have to allow it, or NO_PROXY to name it",
        ),
        CauseKind::Broken => Explanation::new(
            format!(
                "the connection to {peer} fails: {}{tried}",
                last_part(&cause.text)
            ),
            "check the network connection and the proxy variables",
        ),
    }
}

fn lost(
    operation: Operation,
    cause: &Cause,
    target: Option<&Target>,
    tried: &str,
    limits: Limits,
) -> Explanation {
    let host = host(target);
    let what = match cause.kind {
        CauseKind::NoAnswer => format!(
            "{host} did not answer within {}{tried}",
            seconds(limits.call)
        ),
        _ => format!("the connection to {host} broke off before the answer came{tried}"),
    };
    if operation.carries_code() {
        let hint = "the code may be spent; log in again with the next one";
        Explanation::new(what, hint).of_kind(Kind::LostAnswer)
    } else {
        Explanation::new(what, "check the network connection, or raise --timeout")
    }
}

fn foreign(operation: Operation, status: u16, target: Option<&Target>, tried: &str) -> Explanation {
    let host = host(target);
    let proxy = target
        .and_then(|target| target.proxy.as_ref())
        .map(Proxy::shown);
    let explanation = match (status, proxy) {
        (407, Some(proxy)) => Explanation::new(
            format!("the proxy {proxy} asks for a user and password"),
            "put them into its address: http://USER:PASSWORD@HOST:PORT",
        ),
        (_, Some(proxy)) => Explanation::new(
            format!("the answer (HTTP {status}) is the proxy's, not AWS's: {proxy}{tried}"),
            "check the proxy variables",
        ),
        (_, None) => Explanation::new(
            format!("the answer of {host} (HTTP {status}) is not AWS's{tried}"),
            "check the endpoint; a network that asks to sign in answers like this",
        ),
    };
    // A gateway that fails may have passed the request on.
    if !operation.carries_code() || status < 500 {
        return explanation;
    }
    let hint = explanation.hint.unwrap_or_default();
    let hint = format!("{hint}; the code may be spent, so take the next one");
    Explanation::new(explanation.cause, hint).of_kind(Kind::LostAnswer)
}

/// The innermost cause, which says most.
fn last_part(text: &str) -> &str {
    const CERTIFICATE: &str = "invalid peer certificate: ";
    match text.find(CERTIFICATE) {
        // After a semicolon comes every name that it is valid for.
        Some(start) => {
            let reason = &text[start + CERTIFICATE.len()..];
            reason.split(';').next().unwrap_or(reason)
        }
        None => text.rsplit(": ").next().unwrap_or(text),
    }
}
