//! `awsmfa status`: what this terminal holds. Reads the environment only; never shows a secret.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde::Serialize;

use crate::environment::{self, Environment, Held};
use crate::message::printable;

/// `--json`. Without a session, everything but `valid` is null.
#[derive(Serialize, Default)]
struct Report<'a> {
    valid: bool,
    profile: Option<&'a str>,
    role_arn: Option<&'a str>,
    access_key_id: Option<&'a str>,
    mfa_serial: Option<&'a str>,
    /// RFC 3339, UTC.
    expiration: Option<String>,
    /// 0 when it is over.
    seconds_left: Option<u64>,
    /// The same of the session that roles are assumed with, where the terminal keeps one.
    base_expiration: Option<String>,
    base_seconds_left: Option<u64>,
}

/// The text, and whether a session is valid at `now`.
pub fn run(environment: &Environment, now: SystemTime, json: bool) -> Result<(String, bool)> {
    let held = Held::read(environment);
    let report = held
        .as_ref()
        .map_or_else(|| Ok(Report::default()), |held| report(held, now))?;
    let text = if json {
        format!("{}\n", serde_json::to_string_pretty(&report)?)
    } else {
        table(&report)
    };
    Ok((text, report.valid))
}

fn report(held: &Held, now: SystemTime) -> Result<Report<'_>> {
    let left = held.left(now);
    let date = |end: SystemTime| {
        let end = end.duration_since(UNIX_EPOCH).unwrap_or_default();
        environment::date(end.as_secs())
    };
    let base_left = |end: SystemTime| end.duration_since(now).unwrap_or_default().as_secs();
    Ok(Report {
        valid: !left.is_zero(),
        profile: Some(&held.profile),
        role_arn: held.role_arn.as_deref(),
        access_key_id: Some(&held.access_key_id),
        mfa_serial: held.mfa_serial.as_deref(),
        expiration: Some(date(held.expires_at)?),
        seconds_left: Some(left.as_secs()),
        base_expiration: held.base_expires_at.map(date).transpose()?,
        base_seconds_left: held.base_expires_at.map(base_left),
    })
}

fn table(report: &Report) -> String {
    let Some(seconds) = report.seconds_left else {
        return "no session in this terminal\n".into();
    };
    let left = if report.valid {
        remaining(seconds)
    } else {
        "none, the session is over".into()
    };
    // Without a role, it is the session itself.
    let base = report
        .base_seconds_left
        .filter(|_| report.role_arn.is_some());
    let base = base.map(|seconds| match seconds {
        0 => "over: the next role needs a code".into(),
        seconds => format!(
            "{} left, the next role needs no code until then",
            remaining(seconds)
        ),
    });
    let rows = [
        ("profile", report.profile),
        ("role", report.role_arn),
        ("access key", report.access_key_id),
        ("MFA device", report.mfa_serial),
        ("time left", Some(left.as_str())),
        ("expires", report.expiration.as_deref()),
        ("base", base.as_deref()),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(label, value)| Some((label, printable(value?))));
    rows.map(|(label, value)| format!("{label:<11} {value}\n"))
        .collect::<Vec<_>>()
        .concat()
}

/// `11h 59m`, `9m 05s`, `12s`.
fn remaining(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h {minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HELD: [(&str, &str); 6] = [
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "the-secret"),
        ("AWS_SESSION_TOKEN", "the-token"),
        ("AWSMFA_PROFILE", "wo\u{1b}rk"),
        ("AWSMFA_MFA_SERIAL", "arn:aws:iam::1:mfa/me"),
        ("AWSMFA_EXPIRES_AT", "1767323045"),
    ];

    fn at(seconds: u64, json: bool) -> (String, bool) {
        run(
            &Environment::of(&HELD),
            UNIX_EPOCH + Duration::from_secs(seconds),
            json,
        )
        .unwrap()
    }

    #[test]
    fn shows_what_is_held_but_no_secret() {
        let (text, valid) = at(1_767_323_045 - 43_000, false);
        assert!(valid);
        assert_eq!(
            text,
            "profile     wo\\u{1b}rk\n\
             access key  ASIAEXAMPLE\n\
             MFA device  arn:aws:iam::1:mfa/me\n\
             time left   11h 56m\n\
             expires     2026-01-02T03:04:05Z\n"
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
        let nothing = Environment::of(&HELD[1..]);
        let (text, valid) = run(&nothing, UNIX_EPOCH, true).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(!valid);
        assert_eq!(
            (&json["valid"], &json["profile"]),
            (&false.into(), &serde_json::Value::Null)
        );
        let (text, valid) = run(&nothing, UNIX_EPOCH, false).unwrap();
        assert_eq!(
            (text.as_str(), valid),
            ("no session in this terminal\n", false)
        );
    }

    #[test]
    fn writes_durations_as_people_do() {
        assert_eq!([59, 545, 3600].map(remaining), ["59s", "9m 05s", "1h 00m"]);
    }
}
