//! What AWS is asked for.

use super::iam_action::IamCall;
use crate::credentials::Credentials;
use crate::mfa::TokenCode;
use crate::origin::Sourced;
use crate::profile::Role;

/// A call, with what its error messages need.
#[derive(Clone, Copy)]
pub enum Operation<'a> {
    GetCallerIdentity {
        /// The user is busy with something else, and nothing is lost if it fails: repeats are
        /// not announced.
        silent: bool,
    },
    /// The same call, signed by a session that may be dead.
    CheckSession,
    GetSessionToken {
        /// Of the device whose code is sent, if one is.
        serial_number: Option<&'a str>,
    },
    AssumeRole(&'a RoleRequest<'a>),
    Iam(IamCall<'a>),
    /// Of the console's sign-in endpoint.
    GetSigninToken,
}

/// The parameters of one `AssumeRole`.
pub struct RoleRequest<'a> {
    pub role: &'a Role,
    /// Seconds, and where the number comes from.
    pub duration_seconds: &'a Sourced<u64>,
    /// The device's serial number and its code.
    pub mfa: Option<(&'a str, &'a TokenCode)>,
    /// The session that signs; without one, the long-term keys do.
    pub session: Option<&'a Credentials>,
    /// Whether that session was made with MFA, which the trust policy then sees.
    pub session_has_mfa: bool,
    /// Whether that session was made by an earlier run: roles may ask for a recent code.
    pub session_is_kept: bool,
}

impl<'a> Operation<'a> {
    /// AWS's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::GetCallerIdentity { .. } | Self::CheckSession => "GetCallerIdentity",
            Self::GetSessionToken { .. } => "GetSessionToken",
            Self::AssumeRole(_) => "AssumeRole",
            Self::Iam(call) => call.action.name(),
            Self::GetSigninToken => "getSigninToken",
        }
    }

    /// What the user hears if it fails.
    pub fn could_not(self) -> &'static str {
        match self {
            Self::GetCallerIdentity { .. } | Self::GetSessionToken { .. } => "could not log in",
            Self::CheckSession => "could not ask AWS about the session",
            Self::AssumeRole(_) => "could not assume the role",
            Self::Iam(call) => call.action.could_not(),
            Self::GetSigninToken => "could not sign in to the console",
        }
    }

    /// The MFA device whose code is sent. A request without one carries nothing that can be spent.
    pub fn serial_number(self) -> Option<&'a str> {
        match self {
            Self::GetSessionToken { serial_number } => serial_number,
            Self::AssumeRole(request) => Some(request.mfa?.0),
            Self::GetCallerIdentity { .. }
            | Self::CheckSession
            | Self::Iam(_)
            | Self::GetSigninToken => None,
        }
    }

    pub fn is_silent(self) -> bool {
        matches!(
            self,
            Self::GetCallerIdentity { silent: true } | Self::CheckSession
        )
    }

    pub fn carries_code(self) -> bool {
        self.serial_number().is_some()
    }

    /// Whether a second request could spend a code or create something once more: after a lost answer
    /// it is not repeated.
    pub fn acts_once(self) -> bool {
        match self {
            Self::Iam(call) => call.action.acts_once(),
            _ => self.carries_code(),
        }
    }

    /// The session that signs; `None` if the long-term keys do.
    pub fn session(self) -> Option<&'a Credentials> {
        match self {
            Self::Iam(call) => call.session,
            Self::AssumeRole(request) => request.session,
            _ => None,
        }
    }

    pub fn iam_call(self) -> Option<IamCall<'a>> {
        match self {
            Self::Iam(call) => Some(call),
            _ => None,
        }
    }

    pub fn role_request(self) -> Option<&'a RoleRequest<'a>> {
        match self {
            Self::AssumeRole(request) => Some(request),
            _ => None,
        }
    }
}
