//! Certificates that are not trusted, in plain words.

use std::time::{Duration, UNIX_EPOCH};

use aws_smithy_types::date_time::{DateTime, Format};

use super::super::transport::error::CertificateProblem;
use super::Explanation;

/// `said` is what the layer below says, for what has no words here.
pub fn explain(problem: CertificateProblem, host: &str, said: &str) -> Explanation {
    let because = |why: &str, hint: String| {
        let cause = format!("the certificate of {host} is not trusted: {why}");
        Explanation::new(cause, hint)
    };
    let clock = |now| {
        format!(
            "compare this computer's clock, which says {}; if it is right, the server's owner has \
             to renew the certificate",
            date(now)
        )
    };
    let inspected = || {
        "if a proxy inspects TLS, or the endpoint has a CA of its own, name the CA's certificate (not \
         the server's) with AWS_CA_BUNDLE, or ca_bundle in the profile"
            .to_owned()
    };
    match problem {
        CertificateProblem::Expired { end, now } => {
            because(&format!("it ended {}", date(end)), clock(now))
        }
        CertificateProblem::NotYetValid { start, now } => {
            because(&format!("it begins {}", date(start)), clock(now))
        }
        CertificateProblem::OtherHost => because(
            "it is another host's",
            "check the endpoint and the proxy variables; a network that asks to sign in may have \
             answered"
                .to_owned(),
        ),
        CertificateProblem::UnknownIssuer => because(
            "it is self-signed, or signed by a CA that is not trusted here",
            inspected(),
        ),
        CertificateProblem::AuthorityAsServer => {
            because("it is self-signed, a CA's own", inspected())
        }
        CertificateProblem::Other => because(said, inspected()),
    }
}

/// `2026-01-02T03:04:05Z`
pub(super) fn date(seconds: u64) -> String {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    time.and_then(|time| DateTime::from(time).fmt(Format::DateTime).ok())
        .unwrap_or_else(|| format!("{seconds}s after 1970"))
}
