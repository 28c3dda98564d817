//! What was sent to assume a role, in words.

use super::super::request::RoleRequest;
use crate::duration::in_words;

/// What `name` stands for in a message; `None` for a name that has nothing to do with the role.
pub fn value(request: &RoleRequest<'_>, name: &str) -> Option<String> {
    let (arn, duration) = (&request.role.role_arn, request.duration_seconds);
    Some(match name {
        "role" => format!("the role {} ({})", arn.value, arn.origin),
        "duration" => format!("{} (from {})", in_words(duration.value), duration.origin),
        "mfa_sent" => mfa_sent(request).to_owned(),
        "external_id_sent" => match &request.role.external_id {
            Some(id) => format!("the external id was {} (from {})", id.value, id.origin),
            None => "no external id was sent (--external-id)".to_owned(),
        },
        _ => return None,
    })
}

fn mfa_sent(request: &RoleRequest<'_>) -> &'static str {
    match (request.mfa, request.session) {
        (Some(_), _) => "a code was sent",
        (None, Some(_)) if request.session_has_mfa && request.session_is_kept => {
            "the session was made with MFA some time ago: if the role asks for a recent code, log \
             in again with a new one (--token-code)"
        }
        (None, Some(_)) if request.session_has_mfa => "the session was made with MFA",
        (None, Some(_)) => "whether the session was made with MFA is not known",
        (None, None) => "no MFA code was sent (--mfa-serial)",
    }
}
