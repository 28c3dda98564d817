//! AWS's refusals. The texts are AWS's own, seen in its answers; several causes share one code.

use super::super::call_error::Refusal;
use super::super::{Client, Kind};
use super::{CallInfo, Explanation, key, region, role, said};
use crate::arn::{Arn, Partition};

impl CallInfo<'_> {
    pub(super) fn refusal(&self, refusal: &Refusal, sts: &Client<'_>) -> Explanation {
        let of_role = self
            .role
            .and_then(|request| role::refusal(request, refusal, sts));
        if let Some(explanation) = of_role {
            return explanation;
        }
        match refusal.code.as_str() {
            "AccessDenied" | "AccessDeniedException" => self.access_denied(refusal, sts),
            "InvalidClientTokenId" | "UnrecognizedClientException" => unknown_key(sts),
            "SignatureDoesNotMatch" | "IncompleteSignature" | "RequestExpired" => {
                signature(refusal, sts)
            }
            "ExpiredToken" | "ExpiredTokenException" => Explanation::new(
                format!("the session of {} is over", key(sts)),
                "log in with the long-term keys of an IAM user",
            )
            .of_kind(Kind::Hopeless),
            "RegionDisabledException" => Explanation::new(
                format!("STS is not active in {} for this account", region(sts)),
                format!(
                    "set another region: --region {}, or region in the profile",
                    Partition::of_region(&sts.profile.region.value).iam_region()
                ),
            ),
            "ValidationError" => self.invalid_value(refusal, sts),
            _ if refusal.is_load() => self.load(refusal),
            _ => as_aws_said_it(refusal),
        }
    }

    /// A value that AWS does not take: which one stands in the message.
    fn invalid_value(&self, refusal: &Refusal, sts: &Client<'_>) -> Explanation {
        let message = refusal.message.trim();
        if message.contains("okenCode") {
            Explanation::new(
                "AWS rejected this as a code",
                "a code has six digits; a long press on a YubiKey types something else",
            )
            .of_kind(Kind::InvalidTokenCode)
        } else if message.contains("erialNumber") {
            Explanation::new(
                format!("AWS rejected {} as an MFA serial number", self.serial(sts)),
                "the serial number looks like arn:aws:iam::123456789012:mfa/NAME",
            )
        } else if message.contains("urationSeconds") {
            Explanation::new(
                format!("AWS does not allow this duration: {}", said(message)),
                "pass a shorter one with --duration",
            )
        } else {
            as_aws_said_it(refusal)
        }
    }

    fn access_denied(&self, refusal: &Refusal, sts: &Client<'_>) -> Explanation {
        let message = refusal.message.trim();
        let says = |words: &str| message.contains(words);
        if says("invalid MFA one time pass code") {
            invalid_code(self, sts)
        } else if refusal.is_about_the_device() {
            let whose = sts
                .caller_arn
                .get()
                .map_or_else(String::new, |arn| format!(" of {arn}"));
            Explanation::new(
                format!(
                    "{} does not belong to {}{whose}",
                    self.serial(sts),
                    key(sts)
                ),
                "the device may be another user's, another account's, or deleted; compare it with \
                 the user's security credentials in the IAM console",
            )
        } else if says("with session credentials") {
            Explanation::new(
                format!(
                    "{} is a temporary key, and a login needs long-term ones",
                    key(sts)
                ),
                "put the IAM user's own key (AKIA…) there",
            )
        } else if says("iam:ListMFADevices") {
            not_allowed_to_look(sts)
        } else if says("root accounts") || says("root user") {
            Explanation::new(
                format!("{} belongs to the root user", key(sts)),
                "use the keys of an IAM user",
            )
        } else {
            as_aws_said_it(refusal)
        }
    }

    /// Throttling, and errors on AWS's side. With the latter, AWS may have looked at the code.
    fn load(&self, refusal: &Refusal) -> Explanation {
        let explanation = as_aws_said_it(refusal);
        if !self.operation.carries_code() {
            return Explanation {
                hint: Some("try again later".to_owned()),
                ..explanation
            };
        }
        if refusal.is_put_off() {
            return Explanation {
                kind: Kind::NotSent,
                hint: Some("AWS did not look at the code: try again later".to_owned()),
                ..explanation
            };
        }
        Explanation {
            kind: Kind::LostAnswer,
            hint: Some("the code may be spent; try again with the next one".to_owned()),
            ..explanation
        }
    }
}

fn invalid_code(info: &CallInfo<'_>, sts: &Client<'_>) -> Explanation {
    let step = 30;
    let now = sts
        .clock
        .aws()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let wait = step - now.as_secs() % step;
    Explanation::new(
        "AWS refused the code: it is wrong, or has been used already in this half minute",
        format!(
            "the next code comes in {wait}s; it must be the one for {}",
            info.serial(sts)
        ),
    )
    .of_kind(Kind::InvalidTokenCode)
}

fn unknown_key(sts: &Client<'_>) -> Explanation {
    let region = region(sts);
    let partition = Partition::of_region(&sts.profile.region.value).name();
    Explanation::new(
        format!("AWS does not know {}", key(sts)),
        format!(
            "it may be deleted, inactive or mistyped; it was tried in the region {region}, \
             partition {partition}: keys of another partition need a region of theirs"
        ),
    )
    .of_kind(Kind::Hopeless)
}

fn signature(refusal: &Refusal, sts: &Client<'_>) -> Explanation {
    let message = refusal.message.as_str();
    let clock = message.contains("Signature expired")
        || message.contains("not yet current")
        || refusal.code == "RequestExpired";
    if clock {
        return match sts.clock.difference() {
            // The next request is signed with AWS's time.
            Some(difference) => Explanation::new(difference, "set the clock of this computer")
                .of_kind(Kind::ClockSkew),
            None => Explanation::new(
                format!("AWS finds the request's time wrong: {}", said(message)),
                "set the clock of this computer",
            ),
        };
    }
    if message.contains("scoped to a valid region") {
        return Explanation::new(
            format!("the endpoint does not belong to the region {}", region(sts)),
            "set the region of the endpoint: --region, or region in the profile",
        )
        .of_kind(Kind::Hopeless);
    }
    if message.contains("signature we calculated does not match") {
        return Explanation::new(
            format!("the secret access key does not match {}", key(sts)),
            "copy it again, whole; it has 40 characters and can be seen only when it is made",
        )
        .of_kind(Kind::Hopeless);
    }
    as_aws_said_it(refusal)
}

/// The usual form of a virtual device's serial number, as a guess.
fn not_allowed_to_look(sts: &Client<'_>) -> Explanation {
    let caller = sts.caller_arn.get().and_then(|arn| Arn::parse(arn));
    let partition = caller.map_or("aws", |arn| arn.partition);
    let account = caller.map_or("ACCOUNT", |arn| arn.account);
    let user = caller.map_or("USER", Arn::name);
    Explanation::new(
        format!("{} may not list its MFA devices", key(sts)),
        format!(
            "name the device: --mfa-serial, or mfa_serial in the profile; it is often \
             arn:{partition}:iam::{account}:mfa/{user}"
        ),
    )
}

/// Code, message and request id, unchanged; and where to look further.
fn as_aws_said_it(refusal: &Refusal) -> Explanation {
    let Refusal {
        status,
        code,
        message,
        request_id,
        ..
    } = refusal;
    let message = match said(message) {
        text if text.is_empty() => format!("HTTP {status}"),
        text => text,
    };
    let code = said(code);
    let id = request_id
        .as_ref()
        .map(|id| format!(" (request {})", said(id)))
        .unwrap_or_default();
    let denied = message.contains("not authorized") || message.contains("explicit deny");
    let hint = if denied {
        "a policy of the account or of its organization denies it: ask whoever administers them"
    } else {
        "`awsmfa plan` shows which keys, device and calls these are; AWS's CloudTrail has the request"
    };
    Explanation::new(format!("AWS says {code}: {message}{id}"), hint)
}
