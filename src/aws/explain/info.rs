//! What a message can name, and what it is made of.

use std::time::SystemTime;

use aws_smithy_types::date_time::{DateTime, Format};

use super::super::attempts::Limits;
use super::super::error::Kind;
use super::super::request::Operation;
use super::super::transport::Target;
use crate::clock::Clock;
use crate::credentials::LongTermKeys;
use crate::origin::Origin;
use crate::profile::Profile;

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
pub struct Explanation {
    pub kind: Kind,
    pub cause: String,
    pub hint: String,
}

impl Explanation {
    pub fn new(kind: Kind, cause: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind,
            cause: cause.into(),
            hint: hint.into(),
        }
    }
}

impl CallInfo<'_> {
    /// The device, and where its serial number came from.
    pub fn device(&self) -> String {
        let sent = self.operation.serial_number().unwrap_or_default();
        match &self.profile.mfa_serial {
            Some(serial) if serial.value == sent => {
                format!("the MFA device {sent} (from {})", serial.origin)
            }
            _ => format!("the MFA device {sent} (as AWS listed it)"),
        }
    }

    /// The access key's id and where it stands.
    pub fn key(&self) -> String {
        let LongTermKeys {
            access_key_id,
            origin,
            ..
        } = self.keys;
        format!("the access key {access_key_id} (from {origin})")
    }

    pub fn region(&self) -> String {
        let region = &self.profile.region;
        match &region.origin {
            Origin::Rule(rule) => format!("{} ({rule})", region.value),
            origin => format!("{} (from {origin})", region.value),
        }
    }
}

/// What a server or a layer below said: on one line, of a length that can be read, without the full
/// stop that no message has.
pub fn said(text: &str) -> String {
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
pub fn date(time: SystemTime) -> String {
    let whole = DateTime::from_secs(DateTime::from(time).secs());
    whole.fmt(Format::DateTime).unwrap_or_default()
}

/// An answer that is AWS's at first sight, and is not of use.
pub fn unusable(info: &CallInfo<'_>, part: &str) -> Explanation {
    let kind = if info.operation.carries_code() {
        Kind::LostAnswer
    } else {
        Kind::Other
    };
    let cause = format!("AWS's answer cannot be used: {part}");
    let hint = "try again; a network's sign-in page may have answered instead of AWS";
    Explanation::new(kind, cause, hint)
}
