//! Refusals of IAM, and the parts of messages about its actions.

use super::super::error::Kind;
use super::super::iam_action::IamCall;
use super::row::Row;

/// Of a request that a session signed.
pub const WITH_SESSION: [Row; 2] = [
    (
        ("ExpiredToken", ""),
        Kind::SessionRefused,
        "the session expired{session_end}",
        "run the command again: it logs in anew",
    ),
    (
        ("InvalidClientTokenId", ""),
        Kind::SessionRefused,
        "IAM does not accept the session",
        "IAM takes only sessions that were made with MFA; if this one was, run the command again",
    ),
];

pub const OF_IAM: [Row; 8] = [
    (
        ("AccessDenied", "explicit deny"),
        Kind::Denied,
        "a policy explicitly denies {action} to {user}",
        "whoever administers the account must take {action} out of that policy (if it denies \
         everything without MFA, add the action to its NotAction list) and allow it: {statement}",
    ),
    (
        ("AccessDenied", "not authorized"),
        Kind::Denied,
        "no policy allows {action} to {user}",
        "whoever administers the account can allow it with this statement: {statement}",
    ),
    (
        ("EntityAlreadyExists", ""),
        Kind::AlreadyExists,
        "AWS says {said}",
        "choose another name",
    ),
    (
        ("InvalidAuthenticationCode", ""),
        Kind::InvalidTokenCode,
        "AWS refused the two codes",
        "they must be two codes of this device that follow each other, neither used before; the next \
         one comes in {next_code}",
    ),
    (
        ("LimitExceeded", ""),
        Kind::LimitExceeded,
        "a quota of the account is used up: {said}",
        "delete what is no longer needed, or ask AWS to raise the quota",
    ),
    (
        ("NoSuchEntity", ""),
        Kind::NoSuchEntity,
        "AWS says {said}",
        "it may have been deleted meanwhile, or is not known everywhere yet: try again in a minute",
    ),
    (
        ("EntityTemporarilyUnmodifiable", ""),
        Kind::Temporary,
        "AWS says {said}",
        "it is being changed by something else: try again in a minute",
    ),
    (
        ("ConcurrentModification", ""),
        Kind::Temporary,
        "AWS says {said}",
        "it is being changed by something else: try again in a minute",
    ),
];

/// The value of a name in braces; `None` if the name is of something else.
pub fn value(call: IamCall<'_>, name: &str, caller: Option<&str>) -> Option<String> {
    Some(match name {
        "action" => call.action.in_policies(),
        "statement" => call.action.statement(caller),
        _ => return None,
    })
}
