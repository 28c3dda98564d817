//! AWS's words and the network's into causes and hints. Several causes share one error code, so
//! code and message are both looked at.

mod certificate;
mod network;
mod refusal;
mod role;

use anyhow::anyhow;

use super::assume_role::RoleRequest;
use super::attempts::Exhausted;
use super::call::Repeats;
use super::call_error::CallError;
use super::{Client, Failure, Kind};
use crate::duration::precisely;
use crate::message::hinted;
use crate::origin::Origin;

/// The calls, by AWS's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    GetCallerIdentity,
    GetSessionToken,
    AssumeRole { with_code: bool },
    ListMfaDevices,
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "GetCallerIdentity",
            Self::GetSessionToken => "GetSessionToken",
            Self::AssumeRole { .. } => "AssumeRole",
            Self::ListMfaDevices => "ListMFADevices",
        }
    }

    /// What the user wanted.
    fn failed(self) -> &'static str {
        match self {
            Self::GetCallerIdentity | Self::GetSessionToken => "could not log in",
            Self::AssumeRole { .. } => "could not assume the role",
            Self::ListMfaDevices => "could not find the MFA device",
        }
    }

    fn carries_code(self) -> bool {
        matches!(
            self,
            Self::GetSessionToken | Self::AssumeRole { with_code: true }
        )
    }
}

/// What was asked for.
pub struct CallInfo<'a> {
    pub operation: Operation,
    /// The device that the code is for.
    pub serial_number: Option<&'a str>,
    /// The role that was to be assumed.
    pub role: Option<&'a RoleRequest<'a>>,
    pub repeats: Repeats,
}

/// A cause, what to do about it, and what the program can do itself.
struct Explanation {
    kind: Kind,
    cause: String,
    hint: Option<String>,
}

impl Explanation {
    fn new(cause: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind: Kind::Other,
            cause: cause.into(),
            hint: Some(hint.into()),
        }
    }

    fn with(mut self, more: &str) -> Self {
        self.cause.push_str(more);
        self
    }

    fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }
}

impl CallInfo<'_> {
    pub fn of(operation: Operation) -> Self {
        Self {
            operation,
            serial_number: None,
            role: None,
            repeats: Repeats::Said,
        }
    }

    /// The connection could not be set up at all: its error says why, and has its hint.
    pub fn explain_trouble(&self, trouble: anyhow::Error) -> Failure {
        Failure {
            kind: Kind::Hopeless,
            error: trouble.context(self.operation.failed()),
        }
    }

    pub fn explain(&self, exhausted: &Exhausted, sts: &Client<'_>) -> Failure {
        let explanation = self.explanation(&exhausted.error, sts);
        let cause = match self.repeats {
            Repeats::Said => explanation.cause + &tried(exhausted),
            Repeats::Silent => explanation.cause,
        };
        let error = anyhow!(cause);
        let error = match explanation.hint {
            Some(hint) => hinted(error, hint),
            None => error,
        };
        Failure {
            kind: explanation.kind,
            error: error.context(self.operation.failed()),
        }
    }

    /// Why one attempt failed.
    pub fn why_once(&self, error: &CallError, sts: &Client<'_>) -> String {
        self.explanation(error, sts).cause
    }

    fn explanation(&self, error: &CallError, sts: &Client<'_>) -> Explanation {
        let explanation = match error {
            CallError::Refused(refusal) => self.refusal(refusal, sts),
            CallError::Incomplete(part) => self.incomplete(part),
            CallError::Unsendable(why) => Explanation::new(
                format!("the request cannot be made: {why}"),
                "check the region, the endpoint, use_fips_endpoint and use_dualstack_endpoint",
            )
            .of_kind(Kind::Hopeless),
            CallError::NotConnected(_) | CallError::Lost(_) | CallError::Foreign { .. } => {
                network::explain(self.operation, error, sts)
            }
        };
        match error.retry_after() {
            Some(wait) => explanation.with(&format!("; it asks to wait {}", precisely(wait))),
            None => explanation,
        }
    }

    fn incomplete(&self, part: &str) -> Explanation {
        let cause = format!("AWS's answer cannot be used: {part}");
        if self.operation.carries_code() {
            let hint = "the code may be spent; log in again with the next one; a network that asks to \
                        sign in may have answered instead of AWS";
            Explanation::new(cause, hint).of_kind(Kind::LostAnswer)
        } else {
            let hint = "try again; something on the way may have cut it off, and a network that asks to \
                        sign in answers like this";
            Explanation::new(cause, hint)
        }
    }

    /// The device, and where its serial number came from.
    fn serial(&self, sts: &Client<'_>) -> String {
        let sent = self.serial_number.unwrap_or_default();
        match &sts.profile.mfa_serial {
            Some(serial) if serial.value == sent => {
                format!("the MFA device {sent} (from {})", serial.origin)
            }
            _ => format!("the MFA device {sent} (as AWS listed it)"),
        }
    }
}

/// ` (tried 4 times in 1.5 s)`; nothing where once was enough.
fn tried(exhausted: &Exhausted) -> String {
    match exhausted.attempts {
        0 | 1 => String::new(),
        times => format!(
            " (tried {times} times in {:.1}s)",
            exhausted.elapsed.as_secs_f32()
        ),
    }
}

/// The access key's id and where it stands.
fn key(sts: &Client<'_>) -> String {
    format!(
        "the access key {} (from {})",
        sts.keys.access_key_id, sts.keys.origin
    )
}

fn region(sts: &Client<'_>) -> String {
    let region = &sts.profile.region;
    match &region.origin {
        Origin::Rule(rule) => format!("{} ({rule})", region.value),
        origin => format!("{} (from {origin})", region.value),
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
