//! `plan`: what a login would do, where every value comes from. Without network, without a code.

mod terminal;
mod text;

use anyhow::Result;
use serde::Serialize;

use super::done::Done;
use super::target::Target;
use crate::cli;
use crate::context::Context;
use crate::login::Logins;
use crate::mfa;
use crate::origin::Sourced;
use crate::plan::{Plan, Signer};
use crate::printable::json;
use crate::profile::{Keys, Profile};
use terminal::Terminal;

/// `--json`.
#[derive(Serialize)]
struct Report<'a> {
    profile: &'a Sourced<String>,
    keys: Sourced<String>,
    /// Null: AWS is asked.
    mfa_serial: Option<&'a Sourced<String>>,
    region: &'a Sourced<String>,
    endpoint: Option<&'a Sourced<String>>,
    calls: Vec<Call<'a>>,
    caps: &'a [String],
    sources: Vec<Source>,
    /// Null if nothing shortens the login.
    terminal: Option<Terminal>,
}

#[derive(Serialize, Default)]
struct Call<'a> {
    operation: &'static str,
    signed_with: &'static str,
    with_code: bool,
    /// Why the call may be left out, or made without what it says.
    note: Option<&'static str>,
    duration_seconds: Option<&'a Sourced<u64>>,
    role_arn: Option<&'a Sourced<String>>,
    role_session_name: Option<&'a Sourced<String>>,
    external_id: Option<&'a Sourced<String>>,
    source_identity: Option<&'a Sourced<String>>,
    session_tags: Option<&'a Sourced<Vec<(String, String)>>>,
    transitive_session_tags: Option<&'a Sourced<Vec<String>>>,
}

#[derive(Serialize)]
struct Source {
    source: String,
    needs: String,
}

pub fn run(args: &cli::Plan, context: &Context<'_>) -> Result<Done> {
    let login = args.login();
    let target = Target::find(&login, context)?;
    let profile = &target.profile;
    let mut logins = Logins::new(&login, context)?;
    logins.look_for_agent(profile);
    let plan = logins.plan(profile)?;
    let terminal = Terminal::of(&target, &plan, &mut logins, context);
    let plan = match &terminal {
        Some(terminal) => terminal.shorten(plan),
        None => plan,
    };
    let is_code_given =
        login.code.token_code.is_some() || context.environment.get("AWSMFA_TOKEN_CODE").is_some();
    let report = report(profile, &plan, terminal, is_code_given);
    Ok(Done::print(if args.json {
        json(&report)?
    } else {
        text::of(&report)
    }))
}

fn report<'a>(
    profile: &'a Profile,
    plan: &'a Plan,
    terminal: Option<Terminal>,
    is_code_given: bool,
) -> Report<'a> {
    Report {
        profile: &profile.name,
        keys: keys(&profile.keys),
        mfa_serial: profile.mfa_serial.as_ref(),
        region: &profile.region,
        endpoint: profile.network.sts_endpoint_url.as_ref(),
        calls: calls(
            profile,
            plan,
            terminal.as_ref().map_or(OF_TERMINAL, Terminal::signs),
        ),
        caps: &plan.caps,
        sources: match &plan.signer {
            Signer::Terminal => Vec::new(),
            _ => sources(profile, is_code_given),
        },
        terminal,
    }
}

/// The key's id, never the secret.
fn keys(keys: &Keys) -> Sourced<String> {
    let value = match keys {
        Keys::Static(keys) => keys.access_key_id.as_str(),
        Keys::Process(_) => "what the command prints",
        Keys::Terminal(_) => OF_TERMINAL,
        Keys::Replaced(_) => "replaced by a session; aws-mfa-off puts them back",
    };
    Sourced::new(value.to_owned(), keys.origin().clone())
}

fn sources(profile: &Profile, code_given: bool) -> Vec<Source> {
    if code_given {
        return vec![Source {
            source: "given".to_owned(),
            needs: "the code on the command line or in AWSMFA_TOKEN_CODE".to_owned(),
        }];
    }
    let order = mfa::order(&profile.mfa).into_iter();
    let source = |source: cli::Source| Source {
        source: source.to_string(),
        needs: mfa::origin_of_code(source, &profile.mfa),
    };
    order.map(source).collect()
}

const LONG_TERM: &str = "the long-term keys";
const OF_TERMINAL: &str = "the session of this terminal";

/// `held` names the session that replaces the keys and the code.
fn calls<'a>(profile: &'a Profile, plan: &'a Plan, held: &'static str) -> Vec<Call<'a>> {
    let mut calls = Vec::new();
    let is_device_unknown =
        profile.mfa_serial.is_none() && !matches!(plan.signer, Signer::Terminal);
    if is_device_unknown {
        calls.extend(
            ["GetCallerIdentity", "ListMFADevices"].map(|operation| Call {
                operation,
                signed_with: LONG_TERM,
                note: Some("looks up the user's MFA device, because none is configured"),
                ..Call::default()
            }),
        );
    }
    if let Signer::SessionToken(seconds) = &plan.signer {
        let note = "left out if the terminal or an agent has a session of these keys, or if there is no MFA device";
        calls.push(Call {
            operation: "GetSessionToken",
            signed_with: LONG_TERM,
            with_code: true,
            note: Some(note).filter(|_| !profile.roles.is_empty()),
            duration_seconds: Some(seconds),
            ..Call::default()
        });
    }
    calls.extend(role_calls(profile, plan, held, is_device_unknown));
    calls
}

fn role_calls<'a>(
    profile: &'a Profile,
    plan: &'a Plan,
    held: &'static str,
    is_device_unknown: bool,
) -> impl Iterator<Item = Call<'a>> {
    let first = match &plan.signer {
        Signer::LongTermKeys => LONG_TERM,
        Signer::SessionToken(_) => "the session from GetSessionToken",
        Signer::Terminal => held,
    };
    let first = (first, matches!(plan.signer, Signer::LongTermKeys));
    let next = ("the previous role's session", false);
    let signed = std::iter::once(first).chain(std::iter::repeat(next));
    let roles = profile.roles.iter().zip(&plan.role_seconds).zip(signed);
    roles.map(move |((role, seconds), (signed_with, with_code))| Call {
        operation: "AssumeRole",
        signed_with,
        with_code,
        note: (with_code && is_device_unknown)
            .then_some("without a code if no MFA device is found"),
        duration_seconds: Some(seconds),
        role_arn: Some(&role.role_arn),
        role_session_name: Some(&role.role_session_name),
        external_id: role.external_id.as_ref(),
        source_identity: role.source_identity.as_ref(),
        session_tags: role.tags.tags.as_ref(),
        transitive_session_tags: role.tags.transitive.as_ref(),
    })
}
