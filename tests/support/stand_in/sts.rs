//! STS: GetSessionToken and GetCallerIdentity (AssumeRole has a file of its own).

use super::assume_role::assume_role;
use super::constraints::Parameters;
use super::errors::Refusal;
use super::http::escape;
use super::state::{Caller, Principal, State};

pub const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
pub const VERSION: &str = "2011-06-15";

/// The result element of an action.
pub fn answer(
    state: &mut State,
    caller: &Caller,
    action: &str,
    parameters: &[(String, String)],
) -> Result<String, Refusal> {
    let mut parameters = Parameters::new(parameters);
    match action {
        "GetSessionToken" => get_session_token(state, caller, &mut parameters),
        "GetCallerIdentity" => Ok(get_caller_identity(caller)),
        "AssumeRole" => assume_role(state, caller, &mut parameters),
        _ => Err(Refusal::new(
            400,
            "InvalidAction",
            format!("Could not find operation {action} for version {VERSION}"),
        )),
    }
}

fn get_session_token(
    state: &mut State,
    caller: &Caller,
    parameters: &mut Parameters,
) -> Result<String, Refusal> {
    if caller.temporary {
        return Err(Refusal::access_denied(
            "Cannot call GetSessionToken with session credentials",
        ));
    }
    let Principal::User(user) = &caller.principal else {
        return Err(Refusal::invalid_client_token_id());
    };
    let mfa = parameters.mfa();
    let mut duration = parameters.duration((900, 129_600), 43_200)?;
    parameters.check()?;
    if let Some((serial, code)) = mfa {
        spend(state, caller, serial, code)?;
    }
    if user.root {
        duration = duration.min(3600);
    }
    Ok(state.issue(caller.principal.clone(), mfa.is_some(), duration))
}

/// Checks a code that came with a call of `caller`'s.
pub fn spend(state: &mut State, caller: &Caller, serial: &str, code: &str) -> Result<(), Refusal> {
    if serial.is_empty() || code.is_empty() {
        return Err(Refusal::access_denied(
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time \
             pass code.",
        ));
    }
    match &caller.principal {
        Principal::User(user) => state.spend_code(&user.clone(), serial, code),
        Principal::Role(_) => Err(Refusal::access_denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your \
             MFA serial number is valid and associated with this user.",
        )),
    }
}

fn get_caller_identity(caller: &Caller) -> String {
    let id = match &caller.principal {
        Principal::User(user) if user.root => user.account.clone(),
        Principal::User(_) => "AIDACKCEVSQ6C2EXAMPLE".to_owned(),
        Principal::Role(session) => format!("AROADBQP57FF2AEXAMPLE:{}", session.session_name),
    };
    format!(
        "<Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account>",
        escape(&caller.arn()),
        escape(&id),
        caller.account()
    )
}
