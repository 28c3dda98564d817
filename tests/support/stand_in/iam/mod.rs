//! The little of IAM that is needed: MFA devices, access keys, and an action that asks for MFA.

mod devices;
mod keys;
pub mod policy;
mod virtual_devices;

use super::calendar;
use super::constraints::Parameters;
use super::errors::Refusal;
use super::http::escape;
use super::state::{Caller, Principal, State};

pub const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";
pub const VERSION: &str = "2010-05-08";

/// The result element of an action.
pub fn answer(
    state: &mut State,
    caller: &Caller,
    action: &str,
    parameters: &[(String, String)],
) -> Result<String, Refusal> {
    // A session that GetSessionToken made without a code may not call IAM at all.
    if caller.temporary && !caller.mfa && matches!(caller.principal, Principal::User(_)) {
        return Err(Refusal::invalid_client_token_id());
    }
    let mut parameters = Parameters::new(parameters);
    match action {
        "CreateVirtualMFADevice" => devices::create(state, caller, &mut parameters),
        "EnableMFADevice" => devices::enable(state, caller, &mut parameters),
        "ResyncMFADevice" => devices::resync(state, caller, &mut parameters),
        "DeactivateMFADevice" => devices::deactivate(state, caller, &mut parameters),
        "DeleteVirtualMFADevice" => devices::delete(state, caller, &mut parameters),
        "ListMFADevices" => devices::list(state, caller, &parameters),
        "ListVirtualMFADevices" => virtual_devices::list(state, caller, &parameters),
        "ListUsers" => list_users(state, caller),
        "CreateAccessKey" => keys::create(state, caller, &parameters),
        "ListAccessKeys" => keys::list(state, caller, &parameters),
        "UpdateAccessKey" => keys::update(state, caller, &parameters),
        "DeleteAccessKey" => keys::delete(state, caller, &parameters),
        "GetAccessKeyLastUsed" => keys::last_used(state, caller, &parameters),
        _ => Err(Refusal::new(
            400,
            "InvalidAction",
            format!("Could not find operation {action} for version {VERSION}"),
        )),
    }
}

/// The policy asks for MFA: `aws:MultiFactorAuthPresent`.
pub fn needs_mfa(caller: &Caller, action: &str, on: &str) -> Result<(), Refusal> {
    let allowed = match &caller.principal {
        Principal::User(user) => caller.mfa || user.root,
        Principal::Role(session) => !session.role.policy_needs_mfa,
    };
    if allowed {
        Ok(())
    } else {
        Err(Refusal::not_authorized(&caller.arn(), action, on))
    }
}

fn list_users(state: &State, caller: &Caller) -> Result<String, Refusal> {
    needs_mfa(
        caller,
        "iam:ListUsers",
        &format!(" on resource: {}", user_resource(caller, "")),
    )?;
    let members = state.options.users.iter().filter(|user| !user.root).map(|user| {
        format!(
            "<member><Path>/</Path><UserName>{}</UserName><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>\
             <Arn>{}</Arn><CreateDate>{}</CreateDate></member>",
            escape(&user.name),
            escape(&user.arn()),
            calendar::extended(1_577_934_245)
        )
    });
    Ok(format!(
        "<Users>{}</Users><IsTruncated>false</IsTruncated>",
        members.collect::<String>()
    ))
}

fn user_resource(caller: &Caller, name: &str) -> String {
    let arn = caller.arn();
    let partition = arn.split(':').nth(1).unwrap_or_default();
    format!("arn:{partition}:iam::{}:user/{name}", caller.account())
}
