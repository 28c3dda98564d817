//! AWS's refusals of `AssumeRole`. It does not say which condition of a trust policy failed: what
//! was sent is told instead.

use std::time::UNIX_EPOCH;

use super::super::assume_role::RoleRequest;
use super::super::call_error::Refusal;
use super::super::{Client, Kind};
use super::certificate::date;
use super::{Explanation, key};
use crate::duration::in_words;

/// None for a refusal that has nothing to do with the role.
pub(super) fn refusal(
    request: &RoleRequest<'_>,
    refusal: &Refusal,
    sts: &Client<'_>,
) -> Option<Explanation> {
    let message = refusal.message.trim();
    let role = &request.role.role_arn;
    let named = format!("the role {} ({})", role.value, role.origin);
    let asked = request.duration_seconds;
    let duration = format!("{} (from {})", in_words(asked.value), asked.origin);
    let explanation = match refusal.code.as_str() {
        "ValidationError" if message.contains("MaxSessionDuration") => Explanation::new(
            format!("{named} does not allow sessions of {duration}"),
            "pass a shorter one, --duration 1h always works; or raise the role's maximum session \
             duration in the IAM console (12h at most)",
        ),
        "ValidationError" if message.contains("role chaining") => Explanation::new(
            format!("a role that is assumed with a session lasts an hour at most, not {duration}"),
            "pass --duration 1h",
        ),
        "ExpiredToken" | "ExpiredTokenException" if request.session.is_some() => Explanation::new(
            format!(
                "the session that {named} is assumed with is over{}",
                end(request, sts)
            ),
            "log in again: aws-mfa-off, then aws-mfa-on",
        )
        .of_kind(Kind::SessionRefused),
        "InvalidClientTokenId" | "UnrecognizedClientException" if request.session.is_some() => {
            Explanation::new(
                format!("AWS does not accept the session that {named} is assumed with"),
                "log in again: aws-mfa-off, then aws-mfa-on",
            )
            .of_kind(Kind::SessionRefused)
        }
        "AccessDenied" | "AccessDeniedException" => return denied(request, message, &named, sts),
        _ => return None,
    };
    Some(explanation)
}

/// When the session ended, where that is known.
fn end(request: &RoleRequest<'_>, sts: &Client<'_>) -> String {
    let end = request.session.map(|session| session.expiration);
    let end = end.filter(|end| *end <= sts.clock.aws());
    let end = end.and_then(|end| end.duration_since(UNIX_EPOCH).ok());
    end.map_or_else(String::new, |end| {
        format!(", since {}", date(end.as_secs()))
    })
}

fn denied(
    request: &RoleRequest<'_>,
    message: &str,
    named: &str,
    sts: &Client<'_>,
) -> Option<Explanation> {
    let who = message
        .strip_prefix("User: ")
        .and_then(|rest| rest.split(' ').next())
        .map_or_else(|| key(sts), str::to_owned);
    let says = |words: &str| message.contains(words);
    if says("sts:TagSession") {
        let cause = format!("{who} may not set the session tags for {named}");
        let hint = "the role's trust policy must allow sts:TagSession, or take session_tags out";
        return Some(Explanation::new(cause, hint));
    }
    if says("sts:SetSourceIdentity") {
        let cause = format!("{who} may not set the source identity for {named}");
        let hint = "the trust policy must allow sts:SetSourceIdentity, and a chain keeps the first";
        return Some(Explanation::new(cause, hint));
    }
    if !says("sts:AssumeRole") {
        return None;
    }
    Some(Explanation::new(
        format!("AWS does not let {who} assume {named}"),
        format!(
            "check the role's name and account, whether its trust policy names that user, and what \
             else it asks for; {}; {}",
            sent_mfa(request),
            match &request.role.external_id {
                Some(id) => format!("the external id was {} (from {})", id.value, id.origin),
                None => "no external id was sent (--external-id)".to_owned(),
            }
        ),
    ))
}

fn sent_mfa(request: &RoleRequest<'_>) -> &'static str {
    match (request.mfa, request.session) {
        (Some(_), _) => "a code was sent",
        (None, Some(_)) if request.session_has_mfa && request.session_is_kept => {
            "the session was made with MFA some time ago: where the role asks for a recent code, log \
             in again with a new one (--token-code)"
        }
        (None, Some(_)) if request.session_has_mfa => "the session was made with MFA",
        (None, Some(_)) => "MFA is not known to be in the session",
        (None, None) => "no MFA was sent (--mfa-serial)",
    }
}
