//! Failures below AWS: names, connections, TLS, proxies, time-outs.

use super::super::attempts::Limits;
use super::super::call_error::CallError;
use super::super::transport::Target;
use super::super::transport::error::{Cause, CauseKind};
use super::super::transport::proxy::Proxy;
use super::super::{Client, Kind};
use super::{Explanation, Operation, certificate, region, said};
use crate::duration::precisely;
use crate::origin::Origin;

/// A failure of the network, in plain words: to which host, through which proxy.
pub fn explain(operation: Operation, error: &CallError, sts: &Client<'_>) -> Explanation {
    let target = sts.transport.target();
    let target = target.as_ref();
    match error {
        CallError::Foreign { status, .. } => foreign(operation, *status, target),
        CallError::NotConnected(cause) => {
            let explanation = not_connected(cause, target, sts.limits);
            doubt_region(operation, cause.kind, explanation, sts).of_kind(Kind::NotSent)
        }
        CallError::Lost(cause) => lost(operation, cause, target, sts.limits),
        CallError::Refused(_) | CallError::Incomplete(_) | CallError::Unsendable(_) => {
            Explanation {
                kind: Kind::Other,
                cause: operation.name().to_owned(),
                hint: None,
            }
        }
    }
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

fn not_connected(cause: &Cause, target: Option<&Target>, limits: Limits) -> Explanation {
    let (peer, host) = (peer(target), host(target));
    match cause.kind {
        CauseKind::NameNotResolved => Explanation::new(
            format!("the name of {peer} cannot be resolved"),
            "check the network connection, the region, and the proxy variables",
        ),
        CauseKind::ConnectionRefused => Explanation::new(
            format!("{peer} refuses the connection"),
            "check the endpoint, the firewall and the proxy variables",
        ),
        CauseKind::ConnectTimeout | CauseKind::NoAnswer => Explanation::new(
            format!(
                "no connection to {peer} within {}",
                precisely(limits.connect)
            ),
            "check the network connection, or raise --connect-timeout",
        ),
        CauseKind::ProxyAuthorization => wants_password(target),
        CauseKind::ProxyRefused => Explanation::new(
            format!("{peer} does not connect to {host}"),
            "the proxy's owner may have to allow it, or NO_PROXY to name it",
        ),
        CauseKind::ProxyGarbled => Explanation::new(
            format!("{peer} breaks off instead of connecting to {host}"),
            "check the proxy variables: the port may be another program's",
        ),
        _ => not_secured(cause, &peer, &tls_peer(target)),
    }
}

/// Behind a proxy, a host that does not exist looks like one that is not allowed: the region is a part
/// of the host's name.
fn doubt_region(
    operation: Operation,
    cause: CauseKind,
    explanation: Explanation,
    sts: &Client<'_>,
) -> Explanation {
    let of_name = matches!(
        cause,
        CauseKind::NameNotResolved | CauseKind::ProxyRefused | CauseKind::ProxyGarbled
    );
    let named = sts.profile.network.sts_endpoint_url.is_none()
        && operation != Operation::ListMfaDevices
        && !matches!(sts.profile.region.origin, Origin::Rule(_));
    if !of_name || !named {
        return explanation;
    }
    let hint = explanation.hint.unwrap_or_default();
    let doubt = format!("check that the region {} exists; {hint}", region(sts));
    Explanation {
        hint: Some(doubt),
        ..explanation
    }
}

/// Where the proxy speaks TLS itself, it is not known which of the two handshakes failed.
fn tls_peer(target: Option<&Target>) -> String {
    match target {
        Some(both) if both.proxy.as_ref().is_some_and(Proxy::speaks_tls) => both.to_string(),
        _ => host(target),
    }
}

/// A connection that TLS cannot be spoken on.
fn not_secured(cause: &Cause, peer: &str, host: &str) -> Explanation {
    let said = said(cause.innermost());
    match cause.kind {
        CauseKind::Certificate(problem) => certificate::explain(problem, host, &said),
        CauseKind::NotTls => Explanation::new(
            format!("no TLS connection to {host}: what answers does not speak TLS"),
            "check the endpoint and the proxy variables: http:// may be meant where https:// is set",
        ),
        CauseKind::Tls if cause.text.contains("received fatal alert") => Explanation::new(
            format!("no TLS connection to {host}: it refuses with the alert {said}"),
            "check the endpoint, and whether a proxy or a firewall answers in its place",
        ),
        CauseKind::Tls => Explanation::new(
            format!("no TLS connection to {host}: {said}"),
            "check the endpoint and the proxy variables",
        ),
        _ => Explanation::new(
            format!("the connection to {peer} fails: {said}"),
            "check the network connection and the proxy variables",
        ),
    }
}

/// 407, of a tunnel or of a plain request: AWS has seen nothing of it.
fn wants_password(target: Option<&Target>) -> Explanation {
    password_problem(target).of_kind(Kind::NotSent)
}

fn password_problem(target: Option<&Target>) -> Explanation {
    let given = target
        .and_then(|target| target.proxy.as_ref())
        .is_some_and(Proxy::has_password);
    let peer = peer(target);
    if given {
        return Explanation::new(
            format!("{peer} does not take the user and password of its address"),
            "check them; in an address, characters such as @ : / are written %40 %3A %2F",
        );
    }
    Explanation::new(
        format!("{peer} asks for a user and password"),
        "put them into its address: http://USER:PASSWORD@HOST:PORT",
    )
}

fn lost(
    operation: Operation,
    cause: &Cause,
    target: Option<&Target>,
    limits: Limits,
) -> Explanation {
    let host = host(target);
    let (what, hint) = match cause.kind {
        CauseKind::NoAnswer => (
            format!("{host} did not answer within {}", precisely(limits.call)),
            "check the network connection, or raise --timeout",
        ),
        CauseKind::NotHttp => (
            format!("the answer of {host} is not HTTP"),
            "check the endpoint: https:// may be meant where http:// is set",
        ),
        CauseKind::TooLarge => (
            format!("the answer of {host} is far larger than any of AWS's"),
            "check the endpoint and the proxy variables",
        ),
        _ => (
            format!("the connection to {host} broke off before the answer came"),
            "check the network connection",
        ),
    };
    let plain = matches!(cause.kind, CauseKind::NoAnswer | CauseKind::Broken);
    if !operation.carries_code() {
        let explanation = Explanation::new(what, hint);
        return match cause.kind {
            CauseKind::Broken => explanation,
            _ => explanation.of_kind(Kind::LostAnswer),
        };
    }
    let spent = "the code may be spent; log in again with the next one";
    let hint = if plain {
        spent.to_owned()
    } else {
        format!("{hint}; {spent}")
    };
    Explanation::new(what, hint).of_kind(Kind::LostAnswer)
}

fn foreign(operation: Operation, status: u16, target: Option<&Target>) -> Explanation {
    let host = host(target);
    let proxy = target
        .and_then(|target| target.proxy.as_ref())
        .map(Proxy::shown);
    let redirect = match status {
        300..=399 => ": it leads elsewhere, and is not followed",
        _ => "",
    };
    let explanation = match (status, proxy) {
        (407, Some(_)) => wants_password(target),
        (_, Some(proxy)) => Explanation::new(
            format!("the answer (HTTP {status}) is the proxy's, not AWS's: {proxy}{redirect}"),
            "check the proxy variables",
        ),
        (_, None) => Explanation::new(
            format!("the answer of {host} (HTTP {status}) is not AWS's{redirect}"),
            "check the endpoint; a network that asks to sign in answers like this",
        ),
    };
    // A gateway that fails may have passed the request on.
    if status < 500 && !operation.carries_code() {
        return explanation.of_kind(Kind::LostAnswer);
    } else if status < 500 || !operation.carries_code() {
        return explanation;
    }
    let hint = explanation.hint.unwrap_or_default();
    let hint = format!("{hint}; the code may be spent, so take the next one");
    Explanation::new(explanation.cause, hint).of_kind(Kind::LostAnswer)
}
