//! Access keys: created, listed, deactivated, deleted.

use super::super::calendar;
use super::super::constraints::Parameters;
use super::super::directory::{AccessKey, User};
use super::super::errors::Refusal;
use super::super::http::escape;
use super::super::state::{BASE64, Caller, Principal, State};
use super::policy::check;
use super::user_resource;

/// Keys of one user, the inactive ones included.
const MOST: usize = 2;

/// When the keys were created that the account had from the beginning.
const FIRST_DAY: u64 = 1_577_934_245;

pub fn create(
    state: &mut State,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    let user = user(state, caller, parameters, "CreateAccessKey")?;
    if state.user(&user).keys.len() >= MOST {
        let text = format!("Cannot exceed quota for AccessKeysPerUser: {MOST}");
        return Err(Refusal::new(409, "LimitExceeded", text));
    }
    let letters = state.random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    let key = AccessKey::active(&format!("AKIA{letters}"), &state.random(40, BASE64));
    state.created.insert(key.id.clone(), state.now());
    let unknown = state.options.new_key_unknown;
    for (service, times) in [("sts", unknown.sts), ("iam", unknown.iam)] {
        state
            .settling
            .insert(format!("{service} {}", key.id), times);
    }
    let xml = format!(
        "<AccessKey><UserName>{}</UserName><AccessKeyId>{}</AccessKeyId><Status>Active</Status>\
         <SecretAccessKey>{}</SecretAccessKey><CreateDate>{}</CreateDate></AccessKey>",
        escape(&user.name),
        key.id,
        escape(&key.secret),
        calendar::extended(state.now())
    );
    state.user_mut(&user).keys.push(key);
    Ok(xml)
}

pub fn list(
    state: &mut State,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    let user = user(state, caller, parameters, "ListAccessKeys")?;
    let members = state.user(&user).keys.iter().map(|key| {
        let status = if key.active { "Active" } else { "Inactive" };
        let created = state.created.get(&key.id).copied().unwrap_or(FIRST_DAY);
        format!(
            "<member><UserName>{}</UserName><AccessKeyId>{}</AccessKeyId>\
             <Status>{status}</Status><CreateDate>{}</CreateDate></member>",
            escape(&user.name),
            escape(&key.id),
            calendar::extended(created)
        )
    });
    Ok(format!(
        "<AccessKeyMetadata>{}</AccessKeyMetadata><IsTruncated>false</IsTruncated>",
        members.collect::<String>()
    ))
}

pub fn update(
    state: &mut State,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    let user = user(state, caller, parameters, "UpdateAccessKey")?;
    let active = match parameters.get("Status") {
        Some("Active") => true,
        Some("Inactive") => false,
        _ => return Err(Refusal::validation("Status must be Active or Inactive")),
    };
    let at = position(state, &user, parameters)?;
    state.user_mut(&user).keys[at].active = active;
    Ok(String::new())
}

pub fn delete(
    state: &mut State,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    let user = user(state, caller, parameters, "DeleteAccessKey")?;
    let at = position(state, &user, parameters)?;
    state.user_mut(&user).keys.remove(at);
    Ok(String::new())
}

/// AWS has no date for a key that was never used.
pub fn last_used(
    state: &mut State,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    let user = user(state, caller, parameters, "GetAccessKeyLastUsed")?;
    let id = parameters.get("AccessKeyId").unwrap_or_default();
    let is_own = state.user(&user).keys.iter().any(|key| key.id == id);
    if !is_own {
        return Err(Refusal::not_authorized(
            &caller.arn(),
            "iam:GetAccessKeyLastUsed",
            "",
        ));
    }
    let last = state.last_used.get(id).copied();
    let last = last.map_or_else(
        || "<ServiceName>N/A</ServiceName><Region>N/A</Region>".to_owned(),
        |time| {
            let date = calendar::extended(time);
            format!(
                "<LastUsedDate>{date}</LastUsedDate><ServiceName>sts</ServiceName>\
                 <Region>us-east-1</Region>"
            )
        },
    );
    Ok(format!(
        "<UserName>{}</UserName><AccessKeyLastUsed>{last}</AccessKeyLastUsed>",
        escape(&user.name)
    ))
}

/// The caller, who may do this with his own keys. A session has to name its user.
fn user(
    state: &State,
    caller: &Caller,
    parameters: &Parameters,
    action: &str,
) -> Result<User, Refusal> {
    let named = parameters.get("UserName");
    let resource = user_resource(caller, named.unwrap_or_default());
    let Principal::User(user) = &caller.principal else {
        check(state, caller, action, &resource)?;
        return Err(Refusal::validation("Must specify userName"));
    };
    let of_key = action == "GetAccessKeyLastUsed";
    if caller.temporary && named.is_none() && !of_key {
        return Err(Refusal::validation(
            "Must specify userName when calling with non-User credentials",
        ));
    }
    check(
        state,
        caller,
        action,
        &user_resource(caller, named.unwrap_or(&user.name)),
    )?;
    Ok(user.clone())
}

fn position(state: &State, user: &User, parameters: &Parameters) -> Result<usize, Refusal> {
    let id = parameters.get("AccessKeyId").unwrap_or_default();
    let mut keys = state.user(user).keys.iter();
    keys.position(|key| key.id == id).ok_or_else(|| {
        let text = format!("The Access Key with id {id} cannot be found.");
        Refusal::new(404, "NoSuchEntity", text)
    })
}
