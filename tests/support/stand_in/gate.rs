//! Who may come in: scope, clock, key, signature and token of a request, in AWS's order.

use super::errors::Refusal;
use super::http::Request;
use super::sigv4::Authorization;
use super::state::{Caller, Principal, State};

/// The caller, or AWS's refusal.
pub fn caller(
    state: &mut State,
    request: &Request,
    authorization: &Authorization,
) -> Result<Caller, Refusal> {
    check_scope(state, request, authorization)?;
    authorization.check_time(request, state.now())?;
    let token = request.header("x-amz-security-token");
    if let Some(session) = state.sessions.get(&authorization.access_key_id) {
        if token != Some(session.token.as_str()) {
            return Err(Refusal::invalid_client_token_id());
        }
        authorization.check_signature(request, &session.secret)?;
        if session.expiration <= state.now() {
            return Err(Refusal::new(
                403,
                "ExpiredToken",
                "The security token included in the request is expired",
            ));
        }
        return Ok(Caller {
            principal: session.principal.clone(),
            temporary: true,
            mfa: session.mfa,
        });
    }
    let service = &authorization.service;
    if state.is_settling(&format!("{service} {}", authorization.access_key_id)) {
        return Err(Refusal::invalid_client_token_id());
    }
    let keys = state
        .options
        .users
        .iter()
        .flat_map(|user| user.keys.iter().map(move |key| (user, key)));
    let (user, key) = keys
        .filter(|(_, key)| key.active && token.is_none())
        .find(|(_, key)| key.id == authorization.access_key_id)
        .ok_or_else(Refusal::invalid_client_token_id)?;
    authorization.check_signature(request, &key.secret)?;
    let caller = Caller {
        principal: Principal::User(user.clone()),
        temporary: false,
        mfa: false,
    };
    let (id, now) = (key.id.clone(), state.now());
    state.last_used.insert(id, now);
    Ok(caller)
}

/// Service and region of the credential scope, as far as the host tells which ones are right.
///
/// On loopback the host says nothing: then any region of the users' partition will do.
fn check_scope(
    state: &State,
    request: &Request,
    authorization: &Authorization,
) -> Result<(), Refusal> {
    let (service, region) = of_host(request.host());
    if !["sts", "iam", "s3"].contains(&authorization.service.as_str())
        || service.is_some_and(|service| service != authorization.service)
    {
        return Err(Refusal::signature_does_not_match(format!(
            "Credential should be scoped to correct service: '{}'. ",
            service.unwrap_or("sts")
        )));
    }
    let partition = state
        .options
        .users
        .first()
        .map_or("aws", |user| user.partition.as_str());
    let right = region.map_or_else(
        || partition_of(&authorization.region) == Some(partition),
        |region| region == authorization.region,
    );
    if !right {
        return Err(Refusal::signature_does_not_match(format!(
            "Credential should be scoped to a valid region, not '{}'. ",
            authorization.region
        )));
    }
    if authorization.service == "sts"
        && state
            .options
            .disabled_regions
            .contains(&authorization.region)
    {
        let account = state
            .options
            .users
            .first()
            .map_or("", |user| user.account.as_str());
        return Err(Refusal::new(
            403,
            "RegionDisabledException",
            format!(
                "STS is not activated in this region for account:{account}. Your account \
                 administrator can activate STS in this region using the IAM Console."
            ),
        ));
    }
    Ok(())
}

fn partition_of(region: &str) -> Option<&'static str> {
    let shape =
        region.split('-').count() >= 3 && region.ends_with(|last: char| last.is_ascii_digit());
    match region {
        _ if !shape => None,
        _ if region.starts_with("us-gov-") => Some("aws-us-gov"),
        _ if region.starts_with("cn-") => Some("aws-cn"),
        _ => Some("aws"),
    }
}

/// Service and region of one of AWS's own host names (reached through the proxy).
fn of_host(host: &str) -> (Option<&str>, Option<&str>) {
    let host = host.split(':').next().unwrap_or_default();
    let name = host.strip_suffix(".cn").unwrap_or(host);
    let Some(name) = name
        .strip_suffix(".amazonaws.com")
        .or_else(|| name.strip_suffix(".api.aws"))
    else {
        return (None, None);
    };
    let (service, region) = name.split_once('.').unwrap_or((name, "us-east-1"));
    let service = service.strip_suffix("-fips").unwrap_or(service);
    let region = match region {
        "us-gov" => "us-gov-west-1",
        "global" => "us-east-1",
        region => region,
    };
    (Some(service), Some(region))
}
