//! The roles on the way from the keys to the profile asked for, and what each is assumed with.

use anyhow::{Result, anyhow};
use serde::{Deserialize, Serialize};

use super::keys::Keys;
use super::session_tags::SessionTags;
use super::settings::{
    EXTERNAL_ID, Names, ROLE_ARN, ROLE_SESSION_NAME, Settings, checked_text, seconds,
};
use crate::arn::{Arn, Partition};
use crate::environment::{Environment, Held, host_name};
use crate::files::conventions::ProfileSections;
use crate::files::refusal::refused;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};

/// More roles than this in a row are a mistake: AWS states no limit, but every one is a call.
const LONGEST: usize = 8;

/// A role and the parameters of its `AssumeRole`.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "these are AWS's names")]
pub struct Role {
    pub role_arn: Sourced<String>,
    pub role_session_name: Sourced<String>,
    pub external_id: Option<Sourced<String>>,
    /// What this role's own profile says, in seconds, not yet checked against AWS's limits.
    pub duration_seconds: Option<Sourced<u64>>,
    pub tags: SessionTags,
    pub source_identity: Option<Sourced<String>>,
}

/// The roles in the order in which they are assumed; the last one is the profile's own.
pub fn roles(settings: &Settings<'_>, keys: &Keys, name: &Sourced<String>) -> Result<Vec<Role>> {
    let Some((asked, sources)) = settings.profiles.split_first() else {
        return Ok(Vec::new());
    };
    let mut sources: Vec<_> = sources.iter().collect();
    if keys.are_in_a_file() {
        // Keys of a source profile win over a role of its own, as in the AWS CLI.
        sources.pop();
    }
    let mut roles = Vec::new();
    for source in sources.into_iter().rev() {
        if let Some(arn) = source.role_arn() {
            roles.push(Role::read(source, arn, false, settings)?);
        }
    }
    if let Some(arn) = role_arn_of_asked(asked, name, settings) {
        roles.push(Role::read(asked, arn, true, settings)?);
    }
    let count = roles.len();
    if count > LONGEST {
        return Err(anyhow!(
            "the chain has {count} roles, and awsmfa assumes {LONGEST} in a row at most"
        ))
        .or_hint(|| "let source_profile name a profile that is nearer to the keys");
    }
    Ok(roles)
}

/// `--role-arn`; what the terminal holds, if it is renewed; `MFA_ASSUME_ROLE`; the profile's.
fn role_arn_of_asked<'a>(
    asked: &ProfileSections<'a>,
    name: &Sourced<String>,
    settings: &Settings<'a>,
) -> Option<Sourced<&'a str>> {
    let own = asked.role_arn();
    let flag = settings.login.session.role_arn.as_deref();
    let is_renewed = name.origin == Origin::Variable("AWSMFA_PROFILE")
        && Held::read(settings.environment).is_some();
    let held = settings.variable(&["AWSMFA_ROLE_ARN"]).filter(|held| {
        let is_own = own.as_ref().is_some_and(|own| own.value == held.value);
        is_renewed && flag.is_none() && !is_own
    });
    held.or_else(|| settings.text(&ROLE_ARN, flag)).or(own)
}

impl Role {
    /// Flags and variables speak only of the role of the profile asked for.
    fn read(
        profile: &ProfileSections<'_>,
        role_arn: Sourced<&str>,
        is_asked: bool,
        settings: &Settings<'_>,
    ) -> Result<Self> {
        let flags = &settings.login.session;
        let asked = settings.of_asked_profile();
        let text = |names: &Names, flag| {
            if is_asked {
                asked.text(names, flag)
            } else {
                profile.get(names.key)
            }
        };
        let session_name = text(&ROLE_SESSION_NAME, flags.role_session_name.as_deref());
        let external_id = text(&EXTERNAL_ID, flags.external_id.as_deref());
        let source_identity = profile.get("source_identity");
        let duration = profile.get("duration_seconds");
        Ok(Self {
            role_arn: checked_arn(role_arn)?,
            role_session_name: checked(session_name, "a role session name", 64, IN_NAME)?
                .unwrap_or_else(|| default_session_name(settings.environment)),
            external_id: checked(external_id, "an external id", 1224, "_+=,.@:/-")?,
            duration_seconds: duration.map(|text| text.try_map(seconds)).transpose()?,
            tags: SessionTags::read(profile)?,
            source_identity: checked(source_identity, "a source identity", 64, IN_NAME)?,
        })
    }
}

fn checked(
    text: Option<Sourced<&str>>,
    what: &str,
    longest: usize,
    others: &str,
) -> Result<Option<Sourced<String>>> {
    text.map(|text| checked_text(text, what, 2..=longest, others))
        .transpose()
}

/// `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, 20 to 2048 characters.
fn checked_arn(arn: Sourced<&str>) -> Result<Sourced<String>> {
    let value = arn.value;
    if value.len() <= 2048 && Arn::parse(value).is_some_and(is_role) {
        return Ok(arn.owned());
    }
    let why = format!("is not the ARN of a role: {value:?}");
    let like = "a role's ARN looks like arn:aws:iam::123456789012:role/NAME";
    Err(refused(&arn, why, like))
}

fn is_role(arn: Arn<'_>) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    let in_partition = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    let path_and_name = arn.resource.strip_prefix("role/");
    arn.partition.starts_with("aws")
        && arn.partition.bytes().all(in_partition)
        && (arn.service, arn.region) == ("iam", "")
        && arn.account_number().is_some()
        && !arn.name().is_empty()
        && path_and_name.is_some_and(|text| text.chars().all(in_name))
}

/// What a name may have besides letters and digits.
const IN_NAME: &str = "_+=,.@-";

/// The user's name and the host's, so that AWS's logs tell who it was.
fn default_session_name(environment: &Environment) -> Sourced<String> {
    let origin = Origin::Rule("the user's name and the host's");
    let name = legal(&environment.user_name(), &host_name());
    Sourced::new(name, origin)
}

fn legal(user: &str, host: &str) -> String {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || IN_NAME.contains(c);
    let name = match host {
        "" => format!("awsmfa-{user}"),
        host => format!("{user}@{host}"),
    };
    name.replace(|c| !is_legal(c), "-")
        .chars()
        .take(64)
        .collect()
}

/// A role belongs to one partition of AWS; only keys and endpoints of the same one reach it.
pub fn check_partitions(
    roles: &[Role],
    mfa_serial: Option<&Sourced<String>>,
    region: &Sourced<String>,
) -> Result<()> {
    let of_serial =
        mfa_serial.and_then(|serial| Some((Arn::parse(&serial.value)?.partition, &serial.origin)));
    for Role { role_arn, .. } in roles {
        let arn = Arn::parse(&role_arn.value);
        let partition = arn.map_or("", |arn| arn.partition);
        let of_region = Some((Partition::of_region(&region.value).name, &region.origin))
            .filter(|_| arn.and_then(Partition::of_arn).is_some());
        let mut others = of_serial.into_iter().chain(of_region);
        if let Some((other, origin)) = others.find(|(name, _)| *name != partition) {
            return Err(anyhow!(
                "the role {} ({}) is in the partition {partition}, and {origin} is in {other}",
                role_arn.value,
                role_arn.origin
            ))
            .or_hint(|| "name a role, a device and a region of the same partition");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_the_arn_of_a_role() {
        let sourced = |arn| Sourced::new(arn, Origin::Flag("--role-arn"));
        for arn in [
            "arn:aws:iam::123456789012:role/deploy",
            "arn:aws-cn:iam::000000000000:role/path/to/De.p+l=o,y@x-1_",
        ] {
            assert!(checked_arn(sourced(arn)).is_ok(), "{arn}");
        }
        for arn in [
            "",
            "deploy",
            "arn:aws:iam::123456789012:user/alice",
            "arn:aws:sts::123456789012:assumed-role/deploy/me",
            "arn:aws:iam::12345678901:role/x",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a b",
            "arn:aws:iam::123456789012:role/a\u{1b}",
            "arn:aws:iam:us-east-1:123456789012:role/x",
        ] {
            let error = checked_arn(sourced(arn)).unwrap_err().to_string();
            assert!(
                error.contains("--role-arn is not the ARN of a role"),
                "{error}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_for_an_arn_is_one(arn in "arn:aws(-cn|-us-gov|-[a-z]{0,4})?:iam::[0-9]{11,13}:role/([a-zA-Z+=,.@_/-]|\\PC){0,12}|\\PC{0,40}") {
            if checked_arn(Sourced::new(arn.as_str(), Origin::Flag("--role-arn"))).is_ok() {
                let parts: Vec<_> = arn.splitn(6, ':').collect();
                prop_assert!(parts[0] == "arn" && parts[2] == "iam" && parts[3].is_empty());
                prop_assert!(parts[4].len() == 12 && parts[4].bytes().all(|b| b.is_ascii_digit()));
                prop_assert!(parts[5].starts_with("role/"));
                prop_assert!(arn.bytes().all(|b| b.is_ascii_graphic()));
            }
        }

        #[test]
        fn the_default_session_name_is_legal(user in "\\PC{0,80}", host in "\\PC{0,80}") {
            let name = legal(&user, &host);
            let name = Sourced::new(name.as_str(), Origin::Argument);
            let name = checked_text(name, "a role session name", 2..=64, IN_NAME);
            prop_assert!(name.is_ok() || user.len() + host.len() < 1);
        }
    }
}
