//! AWS's refusals. The words are AWS's own, seen in its answers; several causes share one code.

use super::super::error::{Kind, Refusal};
use super::iam;
use super::info::{CallInfo, Explanation, said};
use super::row::Row;

/// Of a role that is assumed with a session.
const WITH_SESSION: [Row; 2] = [
    (
        ("ExpiredToken", ""),
        Kind::SessionRefused,
        "the session used to assume {role} expired{session_end}",
        "log in again: aws-mfa-off, then aws-mfa-on",
    ),
    (
        ("InvalidClientTokenId", ""),
        Kind::SessionRefused,
        "AWS does not accept the session used to assume {role}",
        "log in again: aws-mfa-off, then aws-mfa-on",
    ),
];

/// Of a role. AWS does not say which condition of a trust policy failed: the hint lists what was
/// sent instead.
const OF_ROLE: [Row; 5] = [
    (
        ("ValidationError", "MaxSessionDuration"),
        Kind::Other,
        "{role} does not allow sessions of {duration}",
        "pass --duration 1h, which always works, or raise the role's maximum session duration \
         in the IAM console (12h at most)",
    ),
    (
        ("ValidationError", "role chaining"),
        Kind::Other,
        "a role that is assumed with a session lasts an hour at most, not {duration}",
        "pass --duration 1h",
    ),
    (
        ("AccessDenied", "sts:TagSession"),
        Kind::Other,
        "AWS does not let {user} set the session tags for {role}",
        "the role's trust policy must allow sts:TagSession, or take session_tags out",
    ),
    (
        ("AccessDenied", "sts:SetSourceIdentity"),
        Kind::Other,
        "AWS does not let {user} set the source identity for {role}",
        "the trust policy must allow sts:SetSourceIdentity, and a chain of roles keeps the first source identity",
    ),
    (
        ("AccessDenied", "sts:AssumeRole"),
        Kind::Other,
        "AWS does not let {user} assume {role}",
        "check the role's name and account, whether its trust policy names that user, and what \
         else it asks for; {mfa_sent}; {external_id_sent}",
    ),
];

const OF_ALL: [Row; 10] = [
    (
        ("AccessDenied", "invalid MFA one time pass code"),
        Kind::InvalidTokenCode,
        "AWS refused the code: it is wrong, or was already used in this half minute",
        "the next code comes in {next_code}; it must be the one for {device}",
    ),
    (
        ("AccessDenied", Refusal::ABOUT_THE_DEVICE),
        Kind::Other,
        "{device} does not belong to {key}{of_caller}",
        "the device may be another user's, another account's, or deleted; compare it with the \
         user's security credentials in the IAM console",
    ),
    (
        ("AccessDenied", "with session credentials"),
        Kind::Other,
        "{key} is a temporary key, and a login needs long-term ones",
        "put the IAM user's own key (AKIA…) there",
    ),
    (
        ("AccessDenied", "iam:ListMFADevices"),
        Kind::Denied,
        "{key} may not list its MFA devices",
        "name the device: --mfa-serial, or mfa_serial in the profile; it is often {usual_serial}; \
         this statement of a policy would allow it: {statement}",
    ),
    (
        ("AccessDenied", "root accounts"),
        Kind::Other,
        "{key} belongs to the root user",
        "use the keys of an IAM user",
    ),
    (
        ("InvalidClientTokenId", ""),
        Kind::UnknownKey,
        "AWS does not know {key}",
        "it may be deleted, inactive or mistyped; it was tried in the region {region}, partition \
         {partition}: keys of another partition need a region of that partition",
    ),
    (
        // Expired, or not yet current.
        ("SignatureDoesNotMatch", "Signature "),
        Kind::ClockSkew,
        "AWS rejected the request's time: {said}",
        "set the clock of this computer",
    ),
    (
        ("SignatureDoesNotMatch", "scoped to a valid region"),
        Kind::Hopeless,
        "the endpoint does not belong to the region {region}",
        "set the region of the endpoint: --region, or region in the profile",
    ),
    (
        (
            "SignatureDoesNotMatch",
            "signature we calculated does not match",
        ),
        Kind::Hopeless,
        "the secret access key does not match {key}",
        "copy all 40 characters again; AWS shows them only when the key is created",
    ),
    (
        ("RegionDisabled", ""),
        Kind::Other,
        "STS is not active in {region} for this account",
        "set another region: --region {main_region}, or region in the profile",
    ),
];

pub fn explain(info: &CallInfo<'_>, refusal: &Refusal) -> Explanation {
    let request = info.operation.role_request();
    let iam_call = info.operation.iam_call();
    let session = info.operation.session();
    let tables = [
        request.and(session).map(|_| &WITH_SESSION[..]),
        request.map(|_| &OF_ROLE[..]),
        iam_call.and(session).map(|_| &iam::WITH_SESSION[..]),
        Some(&OF_ALL[..]),
        iam_call.map(|_| &iam::OF_IAM[..]),
    ];
    let mut rows = tables.into_iter().flatten().flatten();
    let row = rows.find(|((code, words), ..)| {
        *code == refusal.short_code() && refusal.message.contains(words)
    });
    match row {
        Some((_, Kind::ClockSkew, cause, hint)) => match info.clock.difference() {
            // The next request is signed with AWS's time.
            Some(difference) => Explanation::new(Kind::ClockSkew, difference, *hint),
            None => Explanation::new(Kind::Other, info.fill(cause, &refusal.message), *hint),
        },
        Some((_, kind, cause, hint)) => {
            let fill = |text| info.fill(text, &refusal.message);
            Explanation::new(*kind, fill(cause), fill(hint))
        }
        None => as_aws_said_it(info, refusal),
    }
}

/// Code, message and request id, unchanged; and where to look further.
fn as_aws_said_it(info: &CallInfo<'_>, refusal: &Refusal) -> Explanation {
    let code = said(&refusal.code);
    let message = match said(&refusal.message) {
        text if text.is_empty() => format!("HTTP {}", refusal.status),
        text => text,
    };
    let id = refusal.request_id.as_ref();
    let id = id.map_or_else(String::new, |id| format!(" (request {})", said(id)));
    let is_denied = message.contains("not authorized") || message.contains("explicit deny");
    let (kind, hint) = if refusal.is_temporary() {
        temporary(info, refusal)
    } else if is_denied {
        let hint = "a policy of the account or of its organization denies it: ask whoever \
                    administers them";
        (Kind::Other, hint)
    } else {
        let hint = "`awsmfa plan` shows which keys, device and calls these are; AWS's CloudTrail \
                    has the request";
        (Kind::Other, hint)
    };
    Explanation::new(kind, format!("AWS says {code}: {message}{id}"), hint)
}

/// Throttling, and errors on AWS's side. With the latter, AWS may have looked at the code.
fn temporary(info: &CallInfo<'_>, refusal: &Refusal) -> (Kind, &'static str) {
    match (info.operation.acts_once(), refusal.is_unread()) {
        (false, _) => (Kind::Temporary, "try again later"),
        (true, true) if !info.operation.carries_code() => (Kind::NotSent, "try again later"),
        (true, true) => (
            Kind::NotSent,
            "AWS did not look at the code: try again later",
        ),
        (true, false) => (Kind::LostAnswer, "if AWS fails again, wait a while"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What [`CallInfo::fill`] knows.
    const NAMES: [&str; 17] = [
        "action",
        "device",
        "duration",
        "external_id_sent",
        "key",
        "main_region",
        "mfa_sent",
        "next_code",
        "of_caller",
        "partition",
        "region",
        "role",
        "said",
        "session_end",
        "statement",
        "user",
        "usual_serial",
    ];

    #[test]
    fn every_name_in_braces_is_known() {
        let of_iam = iam::WITH_SESSION.iter().chain(&iam::OF_IAM);
        let rows = WITH_SESSION.iter().chain(&OF_ROLE).chain(&OF_ALL);
        let rows = rows.chain(of_iam);
        for (_, _, cause, hint) in rows {
            for text in [cause, hint] {
                assert_eq!(
                    text.matches('{').count(),
                    text.matches('}').count(),
                    "{text}"
                );
                let mut names = text.split(['{', '}']).skip(1).step_by(2);
                assert!(names.all(|name| NAMES.contains(&name)), "{text}");
            }
        }
    }
}
