//! What a user's policies say about IAM's actions, and AWS's words if they say no.

use super::super::errors::Refusal;
use super::super::state::{Caller, Principal, State};

/// As in AWS's sample "allow users to manage their own MFA devices and keys": a list that is allowed,
/// and an explicit deny of everything but a part of it while there is no MFA.
#[derive(Clone, Debug)]
pub struct Policy {
    /// allowed with and without MFA
    pub always: Vec<&'static str>,
    /// allowed with MFA only
    pub with_mfa: Vec<&'static str>,
    /// virtual devices may be created only under the user's own name (`mfa/${aws:username}`)
    pub own_device_name_only: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            always: vec![
                "CreateVirtualMFADevice",
                "EnableMFADevice",
                "GetUser",
                "ListMFADevices",
                "ListVirtualMFADevices",
                "ResyncMFADevice",
            ],
            with_mfa: vec![
                "CreateAccessKey",
                "DeactivateMFADevice",
                "DeleteAccessKey",
                "GetAccessKeyLastUsed",
                "ListAccessKeys",
                "UpdateAccessKey",
            ],
            own_device_name_only: false,
        }
    }
}

impl Policy {
    /// The same, and this too.
    pub fn and(mut self, action: &'static str) -> Self {
        self.always.push(action);
        self
    }

    /// The same without this action.
    pub fn but_not(mut self, action: &'static str) -> Self {
        self.always.retain(|other| *other != action);
        self.with_mfa.retain(|other| *other != action);
        self
    }

    /// The same with MFA only.
    pub fn only_with_mfa(self, action: &'static str) -> Self {
        let mut policy = self.but_not(action);
        policy.with_mfa.push(action);
        policy
    }
}

/// Whether `caller` may do `action` (`ListMFADevices`) on this resource.
pub fn check(state: &State, caller: &Caller, action: &str, resource: &str) -> Result<(), Refusal> {
    let refused = |reason: &str| {
        let on = format!(" on resource: {resource} {reason}");
        Err(Refusal::not_authorized(
            &caller.arn(),
            &format!("iam:{action}"),
            &on,
        ))
    };
    let unallowed = format!("because no identity-based policy allows the iam:{action} action");
    let Principal::User(user) = &caller.principal else {
        return refused(&unallowed);
    };
    if user.root {
        return Ok(());
    }
    let policy = &state.user(user).policy;
    let own_name = format!(":mfa/{}", user.name);
    let foreign_name = resource.contains(":mfa/") && !resource.ends_with(&own_name);
    let foreign_user = resource.contains(":user/") && resource != user.arn();
    let is_allowed = !(foreign_user || foreign_name && policy.own_device_name_only);
    match () {
        () if policy.always.contains(&action) && is_allowed => Ok(()),
        () if !caller.mfa && !policy.always.contains(&action) => {
            refused("with an explicit deny in an identity-based policy")
        }
        () if policy.with_mfa.contains(&action) && is_allowed => Ok(()),
        () => refused(&unallowed),
    }
}
