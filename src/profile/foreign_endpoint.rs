//! Before a code is asked for, awsmfa warns of a custom endpoint that is not AWS's or has no TLS: a
//! line copied into a file must not divert codes unnoticed.

use std::net::IpAddr;

use http::Uri;

use crate::arn::Partition;
use crate::message::Messages;
use crate::origin::Sourced;

/// The domains of AWS's endpoints, by the SDK's partitions.
const DOMAINS: [&str; 10] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
];

/// Warns once, however many profiles use the endpoint.
pub fn warn_of_foreign(custom: &Sourced<String>, messages: &Messages) {
    let Ok(url) = custom.value.parse::<Uri>() else {
        return;
    };
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    let foreign = if is_of_aws(host) || Partition::is_sign_in_host(host) {
        ""
    } else {
        ", which is not AWS's"
    };
    let clear = match url.scheme_str() {
        Some("http") => "; the MFA code and the session are sent in clear text",
        _ => "",
    };
    if is_loopback(host) || foreign.is_empty() && clear.is_empty() {
        return;
    }
    let scheme = url.scheme_str().unwrap_or_default();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    messages.note_once(&format!(
        "requests go to {scheme}://{authority} (from {}){foreign}{clear}",
        custom.origin
    ));
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    address.is_ok_and(|address| address.to_canonical().is_loopback())
        || host == "localhost"
        || host.ends_with(".localhost")
}

/// `sts.REGION.DOMAIN` and `ID.sts.REGION.vpce.DOMAIN`. Other names below AWS's domains belong to its
/// customers: machines, buckets, gateways.
fn is_of_aws(host: &str) -> bool {
    let below = |domain: &&str| host.strip_suffix(*domain)?.strip_suffix('.');
    let labels: Vec<_> = DOMAINS
        .iter()
        .find_map(below)
        .unwrap_or_default()
        .split('.')
        .collect();
    let (service, region) = match labels[..] {
        [service] => (service, "global"),
        [service, region] | [_, service, region, "vpce"] => (service, region),
        _ => return false,
    };
    let is_region = region == "global" || region.contains('-') && !region.starts_with("s3");
    is_region && ["sts", "sts-fips", "iam", "iam-fips"].contains(&service)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::message::Level;
    use crate::origin::Origin;

    thread_local! {
        static NOTES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    fn said(url: &str) -> Vec<String> {
        NOTES.with_borrow_mut(Vec::clear);
        let note = |note: &str| NOTES.with_borrow_mut(|notes| notes.push(note.to_owned()));
        let messages = Messages::new(note, Level::Normal);
        let custom = Sourced::new(url.to_owned(), Origin::Variable("AWS_ENDPOINT_URL"));
        warn_of_foreign(&custom, &messages);
        warn_of_foreign(&custom, &messages);
        NOTES.with_borrow(Clone::clone)
    }

    #[test]
    fn loopback_and_aws_over_tls_are_not_reported() {
        for url in [
            "http://localhost:4566",
            "http://LocalHost.:4566/path",
            "http://sts.localhost",
            "http://127.0.0.1:1",
            "http://127.9.9.9",
            "http://[::1]:4566",
            "http://[::ffff:127.0.0.1]:4566",
            "https://sts.eu-west-1.amazonaws.com",
            "https://STS.eu-west-1.amazonaws.com.",
            "https://vpce-1-2.sts.eu-west-1.vpce.amazonaws.com",
            "https://sts.cn-north-1.amazonaws.com.cn",
            "https://sts.eu-west-1.api.aws",
        ] {
            assert!(said(url).is_empty(), "{url}");
        }
    }

    #[test]
    fn foreign_and_plain_endpoints_are_reported_once() {
        const CLEAR: &str = "; the MFA code and the session are sent in clear text";
        const FOREIGN: &str = ", which is not AWS's";
        for (url, foreign, clear) in [
            ("https://sts.corp.example", FOREIGN, ""),
            ("http://10.0.0.1:80", FOREIGN, CLEAR),
            ("http://localhost.corp.example", FOREIGN, CLEAR),
            ("https://notamazonaws.com", FOREIGN, ""),
            ("https://amazonaws.com.evil.example", FOREIGN, ""),
            ("https://ec2-1-2-3-4.compute-1.amazonaws.com", FOREIGN, ""),
            ("https://sts.s3-eu-west-1.amazonaws.com", FOREIGN, ""),
            ("https://sts.s3.amazonaws.com", FOREIGN, ""),
            ("https://[2001:db8::1]", FOREIGN, ""),
            ("http://sts.amazonaws.com", "", CLEAR),
        ] {
            let expected = format!("requests go to {url} (from AWS_ENDPOINT_URL){foreign}{clear}");
            assert_eq!(said(&format!("{url}/x")), [expected], "{url}");
        }
    }
}
