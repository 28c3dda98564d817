//! Keys in the terminal's variables, which win over every profile.

use std::time::Duration;

use super::Setup;
use super::finding::Finding;
use crate::duration::time_left;
use crate::environment::{
    ACCESS_KEY_ID as ID, Held, KEYS, SECRET_ACCESS_KEY as SECRET, SESSION_TOKEN as TOKEN,
};
use crate::files::refusal::is_quoted;
use crate::origin::{Origin, Sourced};
use crate::profile::checked_keys;

const CHECK: &str = "exported-keys";
const OLD_TOKEN: &str = "AWS_SECURITY_TOKEN";

/// From here on the AWS CLI, and whatever else is written with botocore, asks for new credentials.
const REFRESH: Duration = Duration::from_mins(15);

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = [old_token(setup), incomplete(setup), ending(setup)]
        .into_iter()
        .flatten()
        .collect();
    findings.extend(malformed(setup));
    findings.extend(beside_profiles(setup));
    findings
}

/// Old programs, and botocore, prefer it to `AWS_SESSION_TOKEN`.
fn old_token(setup: &Setup<'_>) -> Option<Finding> {
    let environment = setup.context.environment;
    let old = environment.get(OLD_TOKEN)?;
    let why = match environment.get(TOKEN) {
        Some(token) if token == old => return None,
        Some(_) => "differs from AWS_SESSION_TOKEN",
        None => "is set without AWS_SESSION_TOKEN",
    };
    let message = format!("{OLD_TOKEN} {why}, and boto3 sends it with whatever keys there are");
    Some(Finding::warning(CHECK, message, setup.unset(&[OLD_TOKEN])))
}

/// A pair, or a session, of which something is missing or too much.
fn incomplete(setup: &Setup<'_>) -> Option<Finding> {
    let environment = setup.context.environment;
    let [id, secret, token] = KEYS.map(|name| environment.get(name));
    let is = |kind: &str| id.is_some_and(|id| id.starts_with(kind));
    let (what, names): (_, &[_]) = match (id, secret, token) {
        (Some(_), None, _) => (NO_SECRET, &[ID, TOKEN]),
        (None, Some(_), _) => (NO_ID, &[SECRET, TOKEN]),
        (None, None, Some(_)) => (NO_KEYS, &[TOKEN]),
        (Some(_), Some(_), Some(_)) if is("AKIA") => (TOO_MUCH, &[TOKEN]),
        (Some(_), Some(_), None) if is("ASIA") => (NO_TOKEN, &[ID, SECRET]),
        _ => return None,
    };
    let names = names.iter().copied();
    let set: Vec<_> = names.filter(|name| environment.contains(name)).collect();
    Some(Finding::warning(CHECK, what, setup.unset(&set)))
}

const NO_SECRET: &str = "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY";
const NO_ID: &str = "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID";
const NO_KEYS: &str = "AWS_SESSION_TOKEN is left over: there are no keys beside it";
const NO_TOKEN: &str = "AWS_ACCESS_KEY_ID is a session's, and AWS_SESSION_TOKEN is not set";
const TOO_MUCH: &str = "AWS_SESSION_TOKEN is set beside a long-term key, and AWS refuses the two";

fn malformed(setup: &Setup<'_>) -> Vec<Finding> {
    let variable = |name| {
        let value = setup.context.environment.get(name)?;
        Some(Sourced::new(value, Origin::Variable(name)))
    };
    let mut findings = Vec::new();
    if let (Some(id), Some(secret)) = (variable(ID), variable(SECRET)) {
        let error = checked_keys(id, &secret).err();
        findings.extend(error.map(|error| Finding::of_error(CHECK, &error)));
    }
    let is_sound = |c: char| c.is_ascii_graphic();
    let token = variable(TOKEN).map(|token| token.value);
    if token.is_some_and(|token| is_quoted(token) || !token.chars().all(is_sound)) {
        let message = format!("{TOKEN} has quotes, blanks or a line end in it");
        findings.push(Finding::error(CHECK, message, setup.unset(&[TOKEN])));
    }
    findings
}

/// Most SDKs use the keys, some the profile.
fn beside_profiles(setup: &Setup<'_>) -> Vec<Finding> {
    let environment = setup.context.environment;
    if let Some((profile, how)) = environment.replaced() {
        let message = format!("the session of {profile} has been replaced: {how}");
        let hint = "aws-mfa-on, or aws-mfa-off";
        return vec![Finding::warning(CHECK, message, hint)];
    }
    if environment.get(ID).is_none() || environment.get(SECRET).is_none() {
        return Vec::new();
    }
    let held = Held::read(environment);
    let others = environment.other_profiles();
    others
        .map(|(variable, profile)| beside_profile(variable, profile, held.as_ref(), setup))
        .collect()
}

fn beside_profile(
    variable: &str,
    profile: &str,
    held: Option<&Held>,
    setup: &Setup<'_>,
) -> Finding {
    let (whose, other) = match held {
        Some(held) => {
            let other = format!("aws-mfa-on {}", shell_escape::escape(profile.into()));
            (format!("the session of {}", held.profile), other)
        }
        None => (ID.to_owned(), setup.unset(&keys_set(setup))),
    };
    let message =
        format!("{variable} names {profile}, but most tools use {whose} here, and some do not");
    let hint = format!("{}, or {other}", setup.unset(&[variable]));
    Finding::warning(CHECK, message, hint)
}

fn keys_set(setup: &Setup<'_>) -> Vec<&'static str> {
    let environment = setup.context.environment;
    let names = KEYS.into_iter();
    names.filter(|name| environment.contains(name)).collect()
}

/// A session that is over, or that tools are about to refuse.
fn ending(setup: &Setup<'_>) -> Option<Finding> {
    let environment = setup.context.environment;
    let (whose, end, hint) = match Held::read(environment) {
        Some(held) => (
            format!("the session of {}", held.profile),
            held.expires_at,
            "aws-mfa-on --force".to_owned(),
        ),
        None => (
            "the session in AWS_SESSION_TOKEN".to_owned(),
            environment.credentials()?.expiration,
            setup.unset(&keys_set(setup)),
        ),
    };
    let left = end.duration_since(setup.context.clock.local());
    let left = left.unwrap_or_default();
    let message = if left.is_zero() {
        format!("{whose} has expired")
    } else {
        let left = time_left(left);
        format!("{whose} has {left} left, and the AWS CLI wants new credentials from 15m on")
    };
    (left < REFRESH).then(|| Finding::warning(CHECK, message, hint))
}
