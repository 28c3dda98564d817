//! Faults below AWS: names, connections, TLS, proxies, time-outs, and answers of others.

use super::super::error::Kind;
use super::super::transport::error::{ErrorKind, TransportError};
use super::info::{CallInfo, Explanation, date, said, unusable};
use crate::duration::precisely;

/// What happened to which host, through which proxy. Long because it is a table.
pub fn explain(info: &CallInfo<'_>, error: &TransportError) -> Explanation {
    let (target, said) = (&info.target, said(&error.said));
    let (peer, host, region) = (target.peer(), &target.host, info.region());
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
            &format!("check the network connection, the proxy variables and the region, {region}"),
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
            format!("{peer} does not connect to {host}"),
            &format!(
                "check the region, {region}; the proxy's owner may have to allow the host, or \
                 NO_PROXY to name it"
            ),
        ),
        ErrorKind::ProxyGarbled => new(
            format!("{peer} hung up instead of connecting to {host}"),
            &format!(
                "check the region, {region}, and the proxy variables: the port may be another \
                 program's"
            ),
        ),
        ErrorKind::Certificate { wrong_time: true } => new(
            format!("the certificate of {target} is not trusted: {said}"),
            &format!(
                "compare this computer's clock, which says {}; if it is right, the server's owner \
                 has to renew the certificate",
                date(info.clock.local())
            ),
        ),
        ErrorKind::Certificate { .. } => new(
            format!("the certificate of {target} is not trusted: {said}"),
            "check the endpoint; if a proxy inspects TLS, or the endpoint has a CA of its own, name \
             the CA's certificate (not the server's) with AWS_CA_BUNDLE, or ca_bundle in the profile",
        ),
        ErrorKind::Tls => new(
            format!("no TLS connection to {target}: {said}"),
            "check the endpoint and the proxy variables: http:// may be meant where https:// is \
             set, or a firewall may answer",
        ),
        ErrorKind::NotHttp => new(
            format!("the answer of {target} is not HTTP"),
            "check the endpoint: https:// may be meant where http:// is set",
        ),
        ErrorKind::TooLarge => new(
            format!("the answer of {target} is far larger than any of AWS's"),
            "check the endpoint and the proxy variables",
        ),
        ErrorKind::CutOff => unusable(info, "it is cut off, or not AWS's at all"),
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
    let redirect = match status {
        300..=399 => ": it is a redirect, which awsmfa does not follow",
        _ => "",
    };
    let kind = if info.operation.carries_code() == (status >= 500) {
        Kind::LostAnswer
    } else {
        Kind::Other
    };
    let target = &info.target;
    if status == 407 && target.proxy.is_some() {
        return wants_password(&target.peer());
    }
    Explanation::new(
        kind,
        format!("the answer of {target} (HTTP {status}) is not AWS's{redirect}"),
        "check the endpoint and the proxy variables; networks with a sign-in page answer like this",
    )
}

/// Of a tunnel or of a plain request: AWS has not seen it.
fn wants_password(proxy: &str) -> Explanation {
    Explanation::new(
        Kind::NotSent,
        format!("{proxy} requires a valid user name and password"),
        "put them into its address: http://USER:PASSWORD@HOST:PORT; write @ : / in them as \
         %40 %3A %2F",
    )
}
