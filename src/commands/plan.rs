//! `plan`: what a login would do, where every value comes from. Without network, without a code.

mod terminal;
mod text;

use anyhow::Result;
use serde::Serialize;

use super::done::Done;
use super::target::Target;
use crate::cli;
use crate::context::Context;
use crate::mfa;
use crate::origin::Sourced;
use crate::plan::{Base, Plan};
use crate::printable::json;
use crate::profile::{Keys, Profile, Role};
use terminal::Terminal;

/// `--json`.
#[derive(Serialize)]
struct Report {
    profile: Value<String>,
    keys: Value<String>,
    /// Null: AWS is asked.
    mfa_serial: Option<Value<String>>,
    region: Value<String>,
    endpoint: Option<Value<String>>,
    calls: Vec<Call>,
    caps: Vec<String>,
    sources: Vec<Source>,
    /// Null if nothing shortens the login.
    terminal: Option<Terminal>,
}

/// A value and where it comes from.
#[derive(Serialize)]
struct Value<T> {
    value: T,
    origin: String,
}

impl<T: Clone> Value<T> {
    fn of(sourced: &Sourced<T>) -> Self {
        Self {
            value: sourced.value.clone(),
            origin: sourced.origin.to_string(),
        }
    }
}

#[derive(Serialize, Default)]
struct Call {
    operation: &'static str,
    signed_with: &'static str,
    with_code: bool,
    /// Why the call may be left out, or made without what it says.
    note: Option<&'static str>,
    duration_seconds: Option<Value<u64>>,
    role_arn: Option<Value<String>>,
    role_session_name: Option<Value<String>>,
    external_id: Option<Value<String>>,
    source_identity: Option<Value<String>>,
    session_tags: Option<Value<Vec<(String, String)>>>,
    transitive_session_tags: Option<Value<Vec<String>>>,
}

#[derive(Serialize)]
struct Source {
    source: String,
    needs: String,
}

pub fn run(args: &cli::Plan, context: &Context<'_>) -> Result<Done> {
    let login = args.login();
    let target = Target::find(&login, context)?;
    let plan = Plan::of(&target.profile)?;
    let terminal = Terminal::of(&target, &plan, &login, context)?;
    let plan = match &terminal {
        Some(terminal) => terminal.shorten(plan),
        None => plan,
    };
    let given = login.code.token_code.is_some();
    let given = given || context.environment.get("AWSMFA_TOKEN_CODE").is_some();
    let report = Report {
        terminal,
        ..report(&target.profile, &plan, given)
    };
    Ok(Done::print(if args.json {
        json(&report)?
    } else {
        text::of(&report)
    }))
}

fn report(profile: &Profile, plan: &Plan, code_given: bool) -> Report {
    let endpoint = profile.network.sts_endpoint_url.as_ref();
    Report {
        profile: Value::of(&profile.name),
        keys: keys(&profile.keys),
        mfa_serial: profile.mfa_serial.as_ref().map(Value::of),
        region: Value::of(&profile.region),
        endpoint: endpoint.map(Value::of),
        calls: calls(profile, plan),
        caps: plan.caps.clone(),
        sources: match &plan.base {
            Base::Terminal => Vec::new(),
            _ => sources(profile, code_given),
        },
        terminal: None,
    }
}

/// The key's id, never the secret.
fn keys(keys: &Keys) -> Value<String> {
    let value = match keys {
        Keys::Static(keys) => keys.access_key_id.clone(),
        Keys::Process(_) => "what the command prints".to_owned(),
        Keys::Terminal(_) => "the session of this terminal".to_owned(),
        Keys::Replaced(_) => "aws-mfa-off puts them back: a session has replaced them".to_owned(),
    };
    Value {
        value,
        origin: keys.origin().to_string(),
    }
}

fn sources(profile: &Profile, code_given: bool) -> Vec<Source> {
    if code_given {
        return vec![Source {
            source: "given".to_owned(),
            needs: "nothing: the code is on the command line or in AWSMFA_TOKEN_CODE".to_owned(),
        }];
    }
    let order = mfa::order(&profile.mfa).into_iter();
    let source = |source: cli::Source| Source {
        source: source.to_string(),
        needs: source.needs(&profile.mfa),
    };
    order.map(source).collect()
}

const FIND: &str = "no device is named, so AWS is asked which ones the user has";

fn calls(profile: &Profile, plan: &Plan) -> Vec<Call> {
    let mut calls = Vec::new();
    let unknown = profile.mfa_serial.is_none() && !matches!(plan.base, Base::Terminal);
    if unknown {
        calls.extend(
            ["GetCallerIdentity", "ListMFADevices"].map(|operation| Call {
                operation,
                signed_with: LONG_TERM,
                note: Some(FIND),
                ..Call::default()
            }),
        );
    }
    if let Base::SessionToken(seconds) = &plan.base {
        calls.push(Call {
            operation: "GetSessionToken",
            signed_with: LONG_TERM,
            with_code: true,
            note: (!profile.roles.is_empty()).then_some(
                "left out while the terminal keeps a session of these keys, or without a device",
            ),
            duration_seconds: Some(Value::of(seconds)),
            ..Call::default()
        });
    }
    for (index, (role, seconds)) in profile.roles.iter().zip(&plan.role_seconds).enumerate() {
        let direct = index == 0 && matches!(plan.base, Base::LongTermKeys);
        calls.push(Call {
            signed_with: match (index, &plan.base) {
                (0, Base::LongTermKeys) => LONG_TERM,
                (0, Base::SessionToken(_)) => "the session of GetSessionToken",
                (0, Base::Terminal) => "the session of this terminal",
                _ => "the session of the role before",
            },
            with_code: direct,
            note: (direct && unknown).then_some("without a code where no device is found"),
            duration_seconds: Some(Value::of(seconds)),
            ..of_role(role)
        });
    }
    calls
}

const LONG_TERM: &str = "the long-term keys";

fn of_role(role: &Role) -> Call {
    Call {
        operation: "AssumeRole",
        role_arn: Some(Value::of(&role.role_arn)),
        role_session_name: Some(Value::of(&role.role_session_name)),
        external_id: role.external_id.as_ref().map(Value::of),
        source_identity: role.source_identity.as_ref().map(Value::of),
        session_tags: role.tags.tags.as_ref().map(Value::of),
        transitive_session_tags: role.tags.transitive.as_ref().map(Value::of),
        ..Call::default()
    }
}
