//! Refusals of the console's sign-in endpoint, which are pages for a person.

use super::super::error::Kind;
use super::super::request::Operation;
use super::info::{CallInfo, Explanation};

/// `None` if it is not such a refusal. The page is not quoted: others may have made it up.
pub fn refused(info: &CallInfo<'_>, status: u16) -> Option<Explanation> {
    if !matches!(info.operation, Operation::GetSigninToken) || !matches!(status, 400 | 401 | 403) {
        return None;
    }
    let cause = "{target} does not accept the role's session (HTTP {said})";
    let hint = "it may have expired or been revoked: awsmfa console --force makes a new one";
    let cause = info.fill(cause, &status.to_string());
    Some(Explanation::new(Kind::Other, cause, hint))
}
