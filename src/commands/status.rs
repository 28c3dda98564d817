//! `awsmfa status`: what this terminal holds, and what the agent does; never a secret.

mod agent;
mod base;

use std::time::{Duration, SystemTime};

use anyhow::Result;
use serde::Serialize;

use super::done::Done;
use crate::agent::{AgentError, Status};
use crate::arn::Arn;
use crate::cli;
use crate::context::Context;
use crate::dates::{LAST_SECOND, LocalTime, since_epoch, utc};
use crate::duration::time_left;
use crate::environment::{Environment, Held};
use crate::printable::{self, printable};

/// `--json`. Without a session, everything but `valid` and what has replaced it is null.
#[derive(Serialize, Default)]
struct Report<'a> {
    valid: bool,
    profile: Option<&'a str>,
    account: Option<&'a str>,
    role_arn: Option<&'a str>,
    region: Option<&'a str>,
    access_key_id: Option<&'a str>,
    mfa_serial: Option<&'a str>,
    /// RFC 3339, UTC.
    expiration: Option<String>,
    /// The same moment by the clock on the wall.
    expiration_local: Option<String>,
    /// 0 once it has expired.
    seconds_left: Option<u64>,
    /// The same of the session that roles are assumed with, if its end is known.
    base_expiration: Option<String>,
    base_seconds_left: Option<u64>,
    /// Whether tools can use every profile here: `aws-mfa-on --profiles`.
    every_profile: bool,
    /// The variables that name another profile to other tools.
    other_profiles: Vec<OtherProfile<'a>>,
    /// The profile whose session something else has replaced.
    replaced_profile: Option<&'a str>,
    /// The base sessions of the agent; null if none answers.
    agent: Option<Vec<agent::Session>>,
}

const EVERY_PROFILE: &str = "can use every profile, by --profile or AWS_PROFILE";

#[derive(Serialize)]
struct OtherProfile<'a> {
    variable: &'a str,
    profile: &'a str,
}

pub fn run(args: &cli::Status, context: &Context<'_>) -> Result<Done> {
    if args.agent_end {
        agent::tell_end(context);
        return Ok(Done::print(""));
    }
    let now = context.clock.local();
    let agent = agent::status(context);
    let (text, valid) = answer(context.environment, agent, now, args.json)?;
    Ok(Done::Print(text, u8::from(!valid)))
}

/// The text, and whether a session is valid at `now`.
fn answer(
    environment: &Environment,
    agent: Option<Result<Status, AgentError>>,
    now: SystemTime,
    json: bool,
) -> Result<(String, bool)> {
    let held = Held::read(environment);
    let replaced = environment.replaced();
    let mut report = match &held {
        Some(held) => report(held, now),
        None => Report::default(),
    };
    report.every_profile = environment.is_for_every_profile();
    report.replaced_profile = replaced.as_ref().map(|(profile, _)| *profile);
    if held.is_some() {
        let others = environment.other_profiles();
        report.other_profiles = others
            .map(|(variable, profile)| OtherProfile { variable, profile })
            .collect();
    }
    let agent = agent.transpose();
    let sessions = agent.as_ref().ok().and_then(Option::as_ref);
    report.agent = sessions.map(|status| agent::sessions(status, now));
    let rows = agent::rows(report.agent.as_deref(), agent.err());
    let text = match (json, &held) {
        (true, _) => printable::json(&report)?,
        (false, None) => nothing_held(replaced) + &rows,
        (false, Some(held)) => table(&report, held) + &rows,
    };
    Ok((text, report.valid))
}

fn nothing_held(replaced: Option<(&str, String)>) -> String {
    let Some((profile, how)) = replaced else {
        return "no session in this terminal\n".to_owned();
    };
    let text = format!(
        "no session in this terminal: the session for profile {profile} was replaced ({how})"
    );
    format!("{}\n", printable(&text))
}

fn report(held: &Held, now: SystemTime) -> Report<'_> {
    let left = held.left(now);
    // A base session may have come without an end.
    let base_end = held
        .base_expires_at
        .filter(|end| since_epoch(*end) < LAST_SECOND);
    let base_left = |end: SystemTime| end.duration_since(now).unwrap_or_default().as_secs();
    let mut arns = [&held.role_arn, &held.mfa_serial].into_iter().flatten();
    Report {
        valid: !left.is_zero(),
        profile: Some(&held.profile),
        account: arns.find_map(|arn| Arn::parse(arn)?.account_number()),
        role_arn: held.role_arn.as_deref(),
        region: held.region.as_deref(),
        access_key_id: Some(&held.access_key_id),
        mfa_serial: held.mfa_serial.as_deref(),
        expiration: Some(utc(held.expires_at)),
        expiration_local: LocalTime::of(held.expires_at).map(|end| end.rfc3339()),
        seconds_left: Some(left.as_secs()),
        base_expiration: base_end.map(utc),
        base_seconds_left: base_end.map(base_left),
        ..Report::default()
    }
}

fn table(report: &Report, held: &Held) -> String {
    let left = match report.seconds_left {
        Some(seconds) if report.valid => time_left(Duration::from_secs(seconds)),
        _ => "none: the session has expired".to_owned(),
    };
    let end = LocalTime::of(held.expires_at).map(|end| end.to_string());
    let base = base::row(report, held);
    let rows = [
        ("profile", report.profile),
        ("account", report.account),
        ("role", report.role_arn),
        ("region", report.region),
        ("access key", report.access_key_id),
        ("MFA device", report.mfa_serial),
        ("time left", Some(left.as_str())),
        ("expires", end.as_deref().or(report.expiration.as_deref())),
        ("base", base.as_deref()),
        ("tools", report.every_profile.then_some(EVERY_PROFILE)),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(label, value)| Some(format!("{label:<11} {}", value?)));
    let others = report.other_profiles.iter().map(|other| {
        let OtherProfile { variable, profile } = other;
        format!("{variable} is {profile}: tools may use that profile instead")
    });
    rows.chain(others)
        .map(|line| printable(&line) + "\n")
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const HELD: [(&str, &str); 7] = [
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWSMFA_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "the-secret"),
        ("AWS_SESSION_TOKEN", "the-token"),
        ("AWSMFA_PROFILE", "wo\u{1b}rk"),
        ("AWSMFA_MFA_SERIAL", "arn:aws:iam::1:mfa/me"),
        ("AWSMFA_EXPIRES_AT", "1767323045"),
    ];

    fn at(seconds: u64, json: bool) -> (String, bool) {
        answer(
            &Environment::of(&HELD),
            None,
            UNIX_EPOCH + Duration::from_secs(seconds),
            json,
        )
        .unwrap()
    }

    #[test]
    fn shows_what_is_held_but_no_secret() {
        let (text, valid) = at(1_767_323_045 - 43_000, false);
        let end = UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        assert!(valid);
        assert_eq!(
            text,
            "profile     wo\\u{1b}rk\n\
             access key  ASIAEXAMPLE\n\
             MFA device  arn:aws:iam::1:mfa/me\n\
             time left   11h 56m\n\
             expires     LOCAL\n"
                .replace("LOCAL", &LocalTime::of(end).unwrap().to_string())
        );
    }

    #[test]
    fn is_not_valid_at_the_last_second() {
        assert!(at(1_767_323_044, true).1);
        let (text, valid) = at(1_767_323_045, true);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(!valid);
        assert_eq!(
            (&json["valid"], &json["seconds_left"]),
            (&false.into(), &0.into())
        );
        assert_eq!(json["expiration"], "2026-01-02T03:04:05Z");
        assert!(!text.contains("the-"));
    }

    #[test]
    fn says_so_when_nothing_is_held() {
        let nothing = Environment::of(&HELD[..4]);
        let (text, valid) = answer(&nothing, None, UNIX_EPOCH, true).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(!valid);
        assert_eq!(
            (&json["valid"], &json["profile"]),
            (&false.into(), &serde_json::Value::Null)
        );
        let (text, valid) = answer(&nothing, None, UNIX_EPOCH, false).unwrap();
        assert_eq!(
            (text.as_str(), valid),
            ("no session in this terminal\n", false)
        );
    }
}
