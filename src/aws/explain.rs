//! Failed calls in plain words: what happened, why, and what to do.

mod network;
mod refusal;
mod role;

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::anyhow;
use aws_smithy_types::date_time::{DateTime, Format};

use super::attempts::{Exhausted, Limits};
use super::error::{CallError, Failure, Kind};
use super::request::Operation;
use super::transport::Target;
use crate::clock::Clock;
use crate::credentials::LongTermKeys;
use crate::duration::precisely;
use crate::message::hinted;
use crate::origin::Origin;
use crate::profile::Profile;

const SPENT: &str = "the code may be spent; log in again with the next one";

/// What was asked for, with what, and where: all that a message can name.
pub struct CallInfo<'a> {
    pub operation: Operation<'a>,
    pub profile: &'a Profile,
    pub keys: &'a LongTermKeys,
    pub clock: &'a Clock,
    pub limits: Limits,
    /// Whose keys these are, if AWS has said so.
    pub caller_arn: Option<&'a str>,
    /// Where the request went.
    pub target: Target,
}

/// A cause, what to do about it, and what the program can do itself.
struct Explanation {
    kind: Kind,
    cause: String,
    hint: String,
}

/// The failure of a call that was given up.
pub fn failure(info: &CallInfo<'_>, exhausted: &Exhausted) -> Failure {
    let Explanation {
        kind,
        mut cause,
        mut hint,
    } = explain(info, &exhausted.error);
    if exhausted.attempts > 1 && !info.operation.is_silent() {
        let (times, seconds) = (exhausted.attempts, exhausted.elapsed.as_secs_f32());
        cause = format!("{cause} (tried {times} times in {seconds:.1}s)");
    }
    if kind == Kind::LostAnswer && info.operation.carries_code() {
        hint = format!("{SPENT}; {hint}");
    }
    let error = hinted(anyhow!(cause), hint).context(info.operation.could_not());
    Failure { kind, error }
}

/// Why one attempt failed.
pub fn cause(info: &CallInfo<'_>, error: &CallError) -> String {
    explain(info, error).cause
}

fn explain(info: &CallInfo<'_>, error: &CallError) -> Explanation {
    match error {
        CallError::Transport(error) => network::explain(info, error),
        CallError::Refused(refusal) => {
            let mut explanation = if refusal.is_from_aws() {
                refusal::explain(info, refusal)
            } else {
                network::foreign(info, refusal.status)
            };
            if let Some(wait) = refusal.retry_after {
                let Explanation { cause, .. } = &mut explanation;
                *cause = format!("{cause}; it asks to wait {}", precisely(wait));
            }
            explanation
        }
        CallError::Unusable(part) => unusable(info, part),
        CallError::Unsendable(why) => Explanation::new(
            Kind::Hopeless,
            format!("the request cannot be made: {why}"),
            "check the region, the endpoint, use_fips_endpoint and use_dualstack_endpoint",
        ),
    }
}

/// An answer that is AWS's at first sight, and is not of use.
fn unusable(info: &CallInfo<'_>, part: &str) -> Explanation {
    let kind = if info.operation.carries_code() {
        Kind::LostAnswer
    } else {
        Kind::Other
    };
    let cause = format!("AWS's answer cannot be used: {part}");
    let hint = "try again; a network that asks to sign in may have answered instead of AWS";
    Explanation::new(kind, cause, hint)
}

impl Explanation {
    fn new(kind: Kind, cause: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind,
            cause: cause.into(),
            hint: hint.into(),
        }
    }
}

impl CallInfo<'_> {
    /// The device, and where its serial number came from.
    fn device(&self) -> String {
        let sent = self.operation.serial_number().unwrap_or_default();
        match &self.profile.mfa_serial {
            Some(serial) if serial.value == sent => {
                format!("the MFA device {sent} (from {})", serial.origin)
            }
            _ => format!("the MFA device {sent} (as AWS listed it)"),
        }
    }

    /// The access key's id and where it stands.
    fn key(&self) -> String {
        let LongTermKeys {
            access_key_id,
            origin,
            ..
        } = self.keys;
        format!("the access key {access_key_id} (from {origin})")
    }

    fn region(&self) -> String {
        let region = &self.profile.region;
        match &region.origin {
            Origin::Rule(rule) => format!("{} ({rule})", region.value),
            origin => format!("{} (from {origin})", region.value),
        }
    }
}

/// What a server or a layer below said: on one line, of a length that can be read, without the full
/// stop that no message has.
fn said(text: &str) -> String {
    const LONGEST: usize = 400;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line = line.trim_end_matches('.').to_owned();
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// `2026-01-02T03:04:05Z`
fn date(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let whole = DateTime::from_secs(seconds.cast_signed());
    whole.fmt(Format::DateTime).unwrap_or_default()
}
