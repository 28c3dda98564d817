//! AWS's refusals. The texts are AWS's own, seen in its answers; several causes share one code.

use std::time::UNIX_EPOCH;

use super::super::error::{Kind, Refusal};
use super::info::{CallInfo, Explanation, said};
use super::role;
use crate::arn::{Arn, Partition};

/// Long because it is a table.
pub fn explain(info: &CallInfo<'_>, refusal: &Refusal) -> Explanation {
    let of_role = info.operation.role_request();
    let of_role = of_role.and_then(|request| role::explain(info, request, refusal));
    if let Some(explanation) = of_role {
        return explanation;
    }
    let says = |words: &str| refusal.message.contains(words);
    let (key, region) = (info.key(), info.region());
    let partition = Partition::of_region(&info.profile.region.value);
    match refusal.short_code() {
        "AccessDenied" => denied(info, refusal),
        "InvalidClientTokenId" => Explanation::new(
            Kind::Hopeless,
            format!("AWS does not know {key}"),
            format!(
                "it may be deleted, inactive or mistyped; it was tried in the region {region}, \
                 partition {}: keys of another partition need a region of that partition",
                partition.name
            ),
        ),
        "SignatureDoesNotMatch" if says("Signature expired") || says("not yet current") => {
            wrong_time(info, refusal)
        }
        "RequestExpired" => wrong_time(info, refusal),
        "SignatureDoesNotMatch" if says("scoped to a valid region") => Explanation::new(
            Kind::Hopeless,
            format!("the endpoint does not belong to the region {region}"),
            "set the region of the endpoint: --region, or region in the profile",
        ),
        "SignatureDoesNotMatch" if says("signature we calculated does not match") => {
            Explanation::new(
                Kind::Hopeless,
                format!("the secret access key does not match {key}"),
                "copy it again, whole; it has 40 characters and can be seen only when it is made",
            )
        }
        "ExpiredToken" => Explanation::new(
            Kind::Hopeless,
            format!("the session of {key} has expired"),
            "log in with the long-term keys of an IAM user",
        ),
        "RegionDisabled" => Explanation::new(
            Kind::Other,
            format!("STS is not active in {region} for this account"),
            format!(
                "set another region: --region {}, or region in the profile",
                partition.main_region
            ),
        ),
        _ if refusal.is_temporary() => temporary(info, refusal),
        _ => as_aws_said_it(refusal),
    }
}

fn denied(info: &CallInfo<'_>, refusal: &Refusal) -> Explanation {
    let says = |words: &str| refusal.message.contains(words);
    let (key, device) = (info.key(), info.device());
    if says("invalid MFA one time pass code") {
        let now = info
            .clock
            .aws()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let wait = 30 - now.as_secs() % 30;
        Explanation::new(
            Kind::InvalidTokenCode,
            "AWS refused the code: it is wrong, or has been used already in this half minute",
            format!("the next code comes in {wait}s; it must be the one for {device}"),
        )
    } else if refusal.is_about_the_device() {
        let whose = info
            .caller_arn
            .map_or_else(String::new, |arn| format!(" of {arn}"));
        Explanation::new(
            Kind::Other,
            format!("{device} does not belong to {key}{whose}"),
            "the device may be another user's, another account's, or deleted; compare it with the \
             user's security credentials in the IAM console",
        )
    } else if says("with session credentials") {
        Explanation::new(
            Kind::Other,
            format!("{key} is a temporary key, and a login needs long-term ones"),
            "put the IAM user's own key (AKIA…) there",
        )
    } else if says("iam:ListMFADevices") {
        let arn = info.caller_arn.and_then(Arn::parse);
        let (partition, account) =
            arn.map_or(("aws", "ACCOUNT"), |arn| (arn.partition, arn.account));
        let user = arn.map_or("USER", Arn::name);
        Explanation::new(
            Kind::Other,
            format!("{key} may not list its MFA devices"),
            format!(
                "name the device: --mfa-serial, or mfa_serial in the profile; it is often \
                 arn:{partition}:iam::{account}:mfa/{user}"
            ),
        )
    } else if says("root accounts") {
        Explanation::new(
            Kind::Other,
            format!("{key} belongs to the root user"),
            "use the keys of an IAM user",
        )
    } else {
        as_aws_said_it(refusal)
    }
}

/// The clock may know the difference by now: the next request is signed with AWS's time then.
fn wrong_time(info: &CallInfo<'_>, refusal: &Refusal) -> Explanation {
    let hint = "set the clock of this computer";
    if let Some(difference) = info.clock.difference() {
        return Explanation::new(Kind::ClockSkew, difference, hint);
    }
    let said = said(&refusal.message);
    Explanation::new(
        Kind::Other,
        format!("AWS rejected the request's time: {said}"),
        hint,
    )
}

/// Throttling, and errors on AWS's side. With the latter, AWS may have looked at the code.
fn temporary(info: &CallInfo<'_>, refusal: &Refusal) -> Explanation {
    let (kind, hint) = match (info.operation.carries_code(), refusal.is_unread()) {
        (false, _) => (Kind::Other, "try again later"),
        (true, true) => (
            Kind::NotSent,
            "AWS did not look at the code: try again later",
        ),
        (true, false) => (Kind::LostAnswer, "try again later"),
    };
    let cause = as_aws_said_it(refusal).cause;
    Explanation::new(kind, cause, hint)
}

/// Code, message and request id, unchanged; and where to look further.
fn as_aws_said_it(refusal: &Refusal) -> Explanation {
    let code = said(&refusal.code);
    let message = match said(&refusal.message) {
        text if text.is_empty() => format!("HTTP {}", refusal.status),
        text => text,
    };
    let id = refusal.request_id.as_ref();
    let id = id.map_or_else(String::new, |id| format!(" (request {})", said(id)));
    let denied = message.contains("not authorized") || message.contains("explicit deny");
    let hint = if denied {
        "a policy of the account or of its organization denies it: ask whoever administers them"
    } else {
        "`awsmfa plan` shows which keys, device and calls these are; AWS's CloudTrail has the request"
    };
    Explanation::new(Kind::Other, format!("AWS says {code}: {message}{id}"), hint)
}
