//! AWS's refusals of `AssumeRole`. It does not say which condition of a trust policy failed: the
//! message lists what was sent instead.

use super::super::error::{Kind, Refusal};
use super::super::request::RoleRequest;
use super::info::{CallInfo, Explanation, date};
use crate::duration::in_words;

/// What session tags and a source identity need, besides `sts:AssumeRole`.
const PERMISSIONS: [&str; 2] = ["sts:TagSession", "sts:SetSourceIdentity"];

const NEW_SESSION: &str = "log in again: aws-mfa-off, then aws-mfa-on";

/// `None` for a refusal that has nothing to do with the role.
pub fn explain(
    info: &CallInfo<'_>,
    request: &RoleRequest<'_>,
    refusal: &Refusal,
) -> Option<Explanation> {
    let says = |words: &str| refusal.message.contains(words);
    let with_session = request.session.is_some();
    let arn = &request.role.role_arn;
    let role = format!("the role {} ({})", arn.value, arn.origin);
    let (kind, cause, hint) = match refusal.short_code() {
        "ExpiredToken" if with_session => (
            Kind::SessionRefused,
            format!(
                "the session used to assume {role} expired{}",
                end(info, request)
            ),
            NEW_SESSION.to_owned(),
        ),
        "InvalidClientTokenId" if with_session => (
            Kind::SessionRefused,
            format!("AWS does not accept the session used to assume {role}"),
            NEW_SESSION.to_owned(),
        ),
        "ValidationError" if says("MaxSessionDuration") => (
            Kind::Other,
            format!("{role} does not allow sessions of {}", duration(request)),
            "pass a shorter one, --duration 1h always works; or raise the role's maximum session \
             duration in the IAM console (12h at most)"
                .to_owned(),
        ),
        "ValidationError" if says("role chaining") => (
            Kind::Other,
            format!(
                "a role that is assumed with a session lasts an hour at most, not {}",
                duration(request)
            ),
            "pass --duration 1h".to_owned(),
        ),
        "AccessDenied" => return denied(info, request, &refusal.message, &role),
        _ => return None,
    };
    Some(Explanation { kind, cause, hint })
}

fn denied(
    info: &CallInfo<'_>,
    request: &RoleRequest<'_>,
    message: &str,
    role: &str,
) -> Option<Explanation> {
    let says = |words: &str| message.contains(words);
    let user = message
        .strip_prefix("User: ")
        .and_then(|rest| rest.split(' ').next());
    let who = user.map_or_else(|| info.key(), str::to_owned);
    if let Some(action) = PERMISSIONS.iter().find(|action| says(action)) {
        return Some(Explanation::new(
            Kind::Other,
            format!("AWS does not let {who} assume {role} with {action}"),
            format!(
                "the role's trust policy must allow {action}, or take session_tags and \
                 source_identity out of the profile"
            ),
        ));
    }
    let (mfa, external_id) = (mfa_sent(request), external_id_sent(request));
    says("sts:AssumeRole").then(|| {
        Explanation::new(
            Kind::Other,
            format!("AWS does not let {who} assume {role}"),
            format!(
                "check the role's name and account, whether its trust policy names that user, and \
                 what else it asks for; {mfa}; {external_id}"
            ),
        )
    })
}

fn duration(request: &RoleRequest<'_>) -> String {
    let asked = request.duration_seconds;
    format!("{} (from {})", in_words(asked.value), asked.origin)
}

/// When the session ended, if that is known.
fn end(info: &CallInfo<'_>, request: &RoleRequest<'_>) -> String {
    let end = request.session.map(|session| session.expiration);
    let end = end.filter(|end| *end <= info.clock.aws());
    end.map_or_else(String::new, |end| format!(" on {}", date(end)))
}

fn mfa_sent(request: &RoleRequest<'_>) -> &'static str {
    match (request.mfa, request.session) {
        (Some(_), _) => "a code was sent",
        (None, Some(_)) if request.session_has_mfa && request.session_is_kept => {
            "the session was made with MFA some time ago: if the role asks for a recent code, log \
             in again with a new one (--token-code)"
        }
        (None, Some(_)) if request.session_has_mfa => "the session was made with MFA",
        (None, Some(_)) => "MFA is not known to be in the session",
        (None, None) => "no MFA was sent (--mfa-serial)",
    }
}

fn external_id_sent(request: &RoleRequest<'_>) -> String {
    match &request.role.external_id {
        Some(id) => format!("the external id was {} (from {})", id.value, id.origin),
        None => "no external id was sent (--external-id)".to_owned(),
    }
}
