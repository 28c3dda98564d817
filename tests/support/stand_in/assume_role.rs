//! STS's AssumeRole: trust policy, MFA, external id, durations, chaining, session tags.

use super::constraints::{Parameters, is_arn_letter, is_name_letter};
use super::directory::Role;
use super::errors::Refusal;
use super::http::escape;
use super::state::{Caller, Principal, RoleSession, State};
use super::sts::spend;

/// The longest session of a role that was assumed with temporary credentials, in seconds.
const CHAINED: u64 = 3600;
/// Session tags per request.
const TAGS: usize = 50;

pub fn assume_role(
    state: &mut State,
    caller: &Caller,
    parameters: &mut Parameters,
) -> Result<String, Refusal> {
    let session_name = (r"[\w+=,.@-]*", is_name_letter as fn(char) -> bool);
    parameters.required("RoleArn");
    parameters.required("RoleSessionName");
    let arn = parameters.text(
        "RoleArn",
        (20, 2048),
        (r"[\u0009\u000A\u000D\u0020-\u007E]+", |letter| {
            !letter.is_control()
        }),
    );
    let name = parameters.text("RoleSessionName", (2, 64), session_name);
    let source_identity = parameters.text("SourceIdentity", (2, 64), session_name);
    let external_id = parameters.text("ExternalId", (2, 1224), (r"[\w+=,.@:\/-]*", is_arn_letter));
    let mfa = parameters.mfa();
    let duration = parameters.duration((900, 43_200), 3600)?;
    let tags = tags(parameters)?;
    parameters.check()?;
    if let Principal::User(user) = &caller.principal
        && user.root
    {
        return Err(Refusal::access_denied(
            "Roles may not be assumed by root accounts.",
        ));
    }
    if let Some((serial, code)) = mfa {
        spend(state, caller, serial, code)?;
    }
    let role = trusted(
        state,
        caller,
        arn.unwrap_or_default(),
        mfa.is_some(),
        external_id,
    )?;
    check_duration(&role, caller, duration)?;
    let session = RoleSession {
        role,
        session_name: name.unwrap_or_default().to_owned(),
        source_identity: inherited_identity(caller, source_identity)?,
        is_chained: caller.temporary,
        transitive_tags: transitive(caller, parameters, &tags)?,
    };
    let assumed = format!(
        "<AssumedRoleUser><AssumedRoleId>AROADBQP57FF2AEXAMPLE:{}</AssumedRoleId><Arn>{}</Arn></AssumedRoleUser>",
        escape(&session.session_name),
        escape(&session.arn())
    );
    let identity = session.source_identity.as_ref();
    let identity = identity.map_or(String::new(), |text| {
        format!("<SourceIdentity>{}</SourceIdentity>", escape(text))
    });
    Ok(state.issue(Principal::Role(session), false, duration) + &assumed + &identity)
}

/// The role, when its trust policy lets the caller in. AWS does not say which condition failed.
fn trusted(
    state: &State,
    caller: &Caller,
    arn: &str,
    code_given: bool,
    external_id: Option<&str>,
) -> Result<Role, Refusal> {
    let principal = match &caller.principal {
        Principal::User(user) => user.arn(),
        Principal::Role(session) => session.role.arn.clone(),
    };
    let account = format!(":{}:root", caller.account());
    let role = state.options.roles.iter().find(|role| {
        role.arn == arn
            && role
                .trusts
                .iter()
                .any(|trusted| *trusted == principal || trusted.ends_with(&account))
            && (!role.trust_needs_mfa || code_given || caller.mfa)
            && role
                .external_id
                .as_deref()
                .is_none_or(|wanted| external_id == Some(wanted))
    });
    role.cloned().ok_or_else(|| {
        Refusal::not_authorized(
            &caller.arn(),
            "sts:AssumeRole",
            &format!(" on resource: {arn}"),
        )
    })
}

fn check_duration(role: &Role, caller: &Caller, duration: u64) -> Result<(), Refusal> {
    if caller.temporary && duration > CHAINED {
        return Err(Refusal::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining.",
        ));
    }
    if duration > role.max_session_duration {
        return Err(Refusal::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(())
}

/// `Tags.member.N.Key` and `.Value`.
fn tags(parameters: &Parameters) -> Result<Vec<(String, String)>, Refusal> {
    let numbers = (1..).map_while(|number| {
        let key = parameters.get(&format!("Tags.member.{number}.Key"))?;
        let value = parameters
            .get(&format!("Tags.member.{number}.Value"))
            .unwrap_or_default();
        Some((key.to_owned(), value.to_owned()))
    });
    let tags: Vec<_> = numbers.collect();
    if tags.len() > TAGS {
        return Err(Refusal::validation(format!(
            "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member \
             must have length less than or equal to {TAGS}"
        )));
    }
    Ok(tags)
}

/// The tags that go on to the next role: the inherited ones and those named transitive now.
fn transitive(
    caller: &Caller,
    parameters: &Parameters,
    tags: &[(String, String)],
) -> Result<Vec<(String, String)>, Refusal> {
    let mut all = match &caller.principal {
        Principal::Role(session) => session.transitive_tags.clone(),
        Principal::User(_) => Vec::new(),
    };
    if tags
        .iter()
        .any(|(key, _)| all.iter().any(|(inherited, _)| inherited == key))
    {
        return Err(Refusal::new(
            400,
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a \
             transitive tag key from the calling session.",
        ));
    }
    let named =
        (1..).map_while(|number| parameters.get(&format!("TransitiveTagKeys.member.{number}")));
    for key in named {
        let tag = tags.iter().find(|(name, _)| name == key).ok_or_else(|| {
            Refusal::new(
                400,
                "InvalidParameterValue",
                "The specified transitive tag key must be included in the requested tags.",
            )
        })?;
        all.push(tag.clone());
    }
    Ok(all)
}

/// A source identity, once set, stays for the whole chain.
fn inherited_identity(caller: &Caller, asked: Option<&str>) -> Result<Option<String>, Refusal> {
    let inherited = match &caller.principal {
        Principal::Role(session) => session.source_identity.clone(),
        Principal::User(_) => None,
    };
    if inherited.is_some() && asked.is_some() && inherited.as_deref() != asked {
        return Err(Refusal::not_authorized(
            &caller.arn(),
            "sts:SetSourceIdentity",
            "",
        ));
    }
    Ok(inherited.or_else(|| asked.map(str::to_owned)))
}
