//! What a message can name, and what it is made of.

use super::super::attempts::Timeouts;
use super::super::error::Kind;
use super::super::request::Operation;
use super::super::transport::Target;
use super::{iam, role};
use crate::arn::{Arn, Partition};
use crate::clock::Clock;
use crate::credentials::LongTermKeys;
use crate::dates::utc;
use crate::duration::precisely;
use crate::mfa::next_code_in;
use crate::origin::Origin;
use crate::profile::Profile;

/// What was asked for, with what, and where: all that a message can name.
pub struct CallInfo<'a> {
    pub operation: Operation<'a>,
    pub profile: &'a Profile,
    pub keys: &'a LongTermKeys,
    pub clock: &'a Clock,
    pub timeouts: Timeouts,
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
    /// Puts what is known in place of each name in braces; `said` is what AWS or a layer below said.
    pub fn fill(&self, text: &str, said: &str) -> String {
        let mut is_name = false;
        let parts = text.split(['{', '}']).map(|part| {
            let value = if is_name {
                self.value(part, said)
            } else {
                part.to_owned()
            };
            is_name = !is_name;
            value
        });
        parts.collect()
    }

    #[expect(clippy::too_many_lines, reason = "a table")]
    fn value(&self, name: &str, text: &str) -> String {
        let partition = Partition::of_region(&self.profile.region.value);
        match name {
            "said" => said(text),
            "key" => self.key(),
            "device" => self.device(),
            "of_caller" => self
                .caller_arn
                .map_or_else(String::new, |arn| format!(" of {arn}")),
            "usual_serial" => self.usual_serial(),
            "next_code" => next_code_in(self.clock),
            // AWS's message begins with the user, who may be a session.
            "user" => {
                let user = text
                    .strip_prefix("User: ")
                    .and_then(|rest| rest.split(' ').next());
                user.map_or_else(|| self.key(), str::to_owned)
            }
            "region" => self.region(),
            "partition" => partition.name.to_owned(),
            "main_region" => partition.main_region.to_owned(),
            "target" => self.target.to_string(),
            "peer" => self.target.peer(),
            "host" => self.target.host.clone(),
            "timeout" => precisely(self.timeouts.call),
            "connect_timeout" => precisely(self.timeouts.connect),
            "now" => utc(self.clock.local()),
            "session_end" => self.session_end(),
            _ => {
                let request = self.operation.role_request();
                let of_role = request.and_then(|request| role::value(request, name));
                let of_iam = || iam::value(self.operation.iam_call()?, name, self.caller_arn);
                of_role
                    .or_else(of_iam)
                    .unwrap_or_else(|| format!("{{{name}}}"))
            }
        }
    }

    /// When the session that signed ended, if that is known.
    fn session_end(&self) -> String {
        let end = self.operation.session().map(|session| session.expiration);
        let end = end.filter(|end| *end <= self.clock.aws());
        end.map_or_else(String::new, |end| format!(" on {}", utc(end)))
    }

    /// The usual form of a virtual device's serial number, as a guess.
    fn usual_serial(&self) -> String {
        let arn = self.caller_arn.and_then(Arn::parse);
        let (partition, account) =
            arn.map_or(("aws", "ACCOUNT"), |arn| (arn.partition, arn.account));
        let user = arn.map_or("USER", Arn::name);
        format!("arn:{partition}:iam::{account}:mfa/{user}")
    }

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

    /// The access key's id, and where it comes from.
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

/// What a server or a layer below said, on one line, cut to a readable length, and without a full
/// stop: no message has one.
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

/// A success with something wrong: `part` says what.
pub fn unusable(info: &CallInfo<'_>, part: &str) -> Explanation {
    let (kind, hint) = if info.operation.acts_once() {
        let hint = "a network's sign-in page may have answered instead of AWS";
        (Kind::LostAnswer, hint)
    } else {
        let hint = "try again; a network's sign-in page may have answered instead of AWS";
        (Kind::Temporary, hint)
    };
    Explanation::new(kind, format!("AWS's answer cannot be used: {part}"), hint)
}
