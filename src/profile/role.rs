//! The roles on the way from the keys to the profile asked for, and what each is assumed with.

use anyhow::{Result, anyhow, bail};

use super::chain::{Chain, Hop};
use super::keys::Keys;
use super::origin::{Origin, Sourced};
use super::session_tags::SessionTags;
use crate::cli::Login;
use crate::environment::{Environment, Held};
use crate::message::OrHint;

/// More roles than this in a row are a mistake: AWS states no limit, but every one is a call.
const LONGEST: usize = 8;

/// A role and the parameters of its `AssumeRole`.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
#[derive(Debug)]
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
pub fn roles(
    chain: &Chain<'_>,
    keys: &Keys,
    name: &Sourced<String>,
    login: &Login,
    environment: &Environment,
) -> Result<Vec<Role>> {
    let last = chain.hops.len().saturating_sub(1);
    let mut roles = Vec::new();
    for (index, hop) in chain.hops.iter().enumerate().rev() {
        let asked = index == 0;
        // Keys of a source profile win over a role of its own, as in the AWS CLI.
        let has_keys = !asked && index == last && !matches!(keys, Keys::Terminal(_));
        let arn = if asked {
            role_arn_of_asked(hop, name, login, environment)
        } else {
            hop.role_arn().filter(|_| !has_keys)
        };
        if let Some(arn) = arn {
            let flags = Some(login).filter(|_| asked);
            roles.push(Role::read(hop, arn, flags, environment)?);
        }
    }
    if roles.len() > LONGEST {
        return too_many(&roles);
    }
    Ok(roles)
}

/// `--role-arn`; what the terminal holds, where it is renewed; `MFA_ASSUME_ROLE`; the profile's.
fn role_arn_of_asked<'a>(
    hop: &Hop<'a>,
    name: &Sourced<String>,
    login: &'a Login,
    environment: &'a Environment,
) -> Option<Sourced<&'a str>> {
    let variable = |name| Some(Sourced::new(environment.get(name)?, Origin::Variable(name)));
    let own = hop.role_arn();
    let renewed = name.origin == Origin::Variable("AWSMFA_PROFILE");
    let held = || {
        let arn = Held::read(environment)?.role_arn?;
        let changed = own.as_ref().is_none_or(|own| own.value != arn);
        variable("AWSMFA_ROLE_ARN").filter(|_| renewed && changed)
    };
    let flag = login.role_arn.as_deref();
    flag.map(|arn| Sourced::new(arn, Origin::Flag("--role-arn")))
        .or_else(held)
        .or_else(|| variable("MFA_ASSUME_ROLE"))
        .or_else(|| own.clone())
}

impl Role {
    /// `flags` for the profile asked for only: they and their variables speak of its role.
    fn read(
        hop: &Hop<'_>,
        role_arn: Sourced<&str>,
        flags: Option<&Login>,
        environment: &Environment,
    ) -> Result<Self> {
        let told = |flag: Option<&str>, option: &'static str, name: &'static str| {
            let flag = flag.map(|text| Sourced::new(text.to_owned(), Origin::Flag(option)));
            let variable = || {
                let value = environment.get(name).filter(|_| flags.is_some())?;
                Some(Sourced::new(value.to_owned(), Origin::Variable(name)))
            };
            flag.or_else(variable)
        };
        let of_profile = |key| hop.get(key).map(|value| value.map(str::to_owned));
        let session_name = told(
            flags.and_then(|login| login.role_session_name.as_deref()),
            "--role-session-name",
            "AWSMFA_ROLE_SESSION_NAME",
        )
        .or_else(|| of_profile("role_session_name"));
        let external_id = told(
            flags.and_then(|login| login.external_id.as_deref()),
            "--external-id",
            "AWSMFA_EXTERNAL_ID",
        )
        .or_else(|| of_profile("external_id"));
        Ok(Self {
            role_arn: checked_arn(role_arn)?,
            role_session_name: match session_name {
                Some(name) => checked(name, "a role session name", 2..=64, "_+=,.@-")?,
                None => default_session_name(environment),
            },
            external_id: external_id
                .map(|id| checked(id, "an external id", 2..=1224, "_+=,.@:/-"))
                .transpose()?,
            duration_seconds: hop.get("duration_seconds").map(seconds).transpose()?,
            tags: SessionTags::read(hop)?,
            source_identity: of_profile("source_identity")
                .map(|name| checked(name, "a source identity", 2..=64, "_+=,.@-"))
                .transpose()?,
        })
    }

    /// The second field of its ARN.
    pub fn partition(&self) -> &str {
        self.role_arn.value.split(':').nth(1).unwrap_or_default()
    }
}

/// `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, 20 to 2048 characters.
fn checked_arn(arn: Sourced<&str>) -> Result<Sourced<String>> {
    let (value, origin) = (arn.value, &arn.origin);
    let fields: Vec<&str> = value.splitn(6, ':').collect();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    let sound = match fields[..] {
        ["arn", partition, "iam", "", account, resource] => {
            let name = resource.strip_prefix("role/").unwrap_or_default();
            partition.starts_with("aws")
                && partition
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
                && account.len() == 12
                && account.bytes().all(|byte| byte.is_ascii_digit())
                && !name.is_empty()
                && !name.ends_with('/')
                && name.chars().all(allowed)
                && value.len() <= 2048
        }
        _ => false,
    };
    if sound {
        return Ok(arn.map(str::to_owned));
    }
    Err(anyhow!("{origin} is not the ARN of a role: {value:?}"))
        .or_hint(|| "a role's ARN looks like arn:aws:iam::123456789012:role/NAME".to_owned())
}

/// Letters, digits and `others`, within `length`.
fn checked(
    text: Sourced<String>,
    what: &str,
    length: std::ops::RangeInclusive<usize>,
    others: &str,
) -> Result<Sourced<String>> {
    let (value, origin) = (&text.value, &text.origin);
    let count = value.chars().count();
    if !length.contains(&count) {
        let (least, most) = (length.start(), length.end());
        bail!("{origin} is not {what}: it has {count} characters, AWS takes {least} to {most}");
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    match value.chars().find(|c| !allowed(*c)) {
        None => Ok(text),
        Some(odd) => Err(anyhow!(
            "{origin} is not {what}: it has the character {odd:?}"
        ))
        .or_hint(|| format!("AWS takes letters, digits and any of {others}")),
    }
}

/// The user's name and the host's, so that AWS's logs tell who it was.
fn default_session_name(environment: &Environment) -> Sourced<String> {
    let user = environment
        .get("USER")
        .or_else(|| environment.get("LOGNAME"))
        .map_or_else(
            || rustix::process::getuid().as_raw().to_string(),
            str::to_owned,
        );
    let system = rustix::system::uname();
    let host = system.nodename().to_string_lossy();
    let host = host.split('.').next().unwrap_or_default();
    let origin = Origin::Rule("the user's name and the host's");
    Sourced::new(legal_session_name(&user, host), origin)
}

fn legal_session_name(user: &str, host: &str) -> String {
    let legal = |c: char| match c {
        _ if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) => c,
        _ => '-',
    };
    let whole = if host.is_empty() {
        format!("awsmfa-{user}")
    } else {
        format!("{user}@{host}")
    };
    whole.chars().map(legal).take(64).collect()
}

fn too_many<T>(roles: &[Role]) -> Result<T> {
    let lines: Vec<_> = roles
        .iter()
        .map(|role| format!("{} = {}", role.role_arn.origin, role.role_arn.value))
        .collect();
    Err(anyhow!(
        "the chain has {} roles, and {LONGEST} are the most that are followed: {}",
        roles.len(),
        lines.join(", ")
    ))
    .or_hint(|| "let the profile's source_profile name one that is nearer to the keys".to_owned())
}

/// `duration_seconds`, or a variable's text, in seconds.
pub fn seconds(text: Sourced<&str>) -> Result<Sourced<u64>> {
    let seconds = crate::duration::parse(text.value)
        .map_err(|cause| anyhow!("{}: {cause}", text.origin))
        .or_hint(|| "AWS takes 15 minutes to 36 hours, and up to 12 for a role".to_owned())?;
    Ok(Sourced::new(seconds, text.origin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            if checked_arn(Sourced::new(&arn, Origin::Flag("--role-arn"))).is_ok() {
                let parts: Vec<_> = arn.splitn(6, ':').collect();
                prop_assert!(parts[0] == "arn" && parts[2] == "iam" && parts[3].is_empty());
                prop_assert!(parts[4].len() == 12 && parts[4].bytes().all(|b| b.is_ascii_digit()));
                prop_assert!(parts[5].starts_with("role/"));
                prop_assert!(arn.bytes().all(|b| b.is_ascii_graphic()));
            }
        }

        #[test]
        fn the_default_session_name_is_legal(user in "\\PC{0,80}", host in "\\PC{0,80}") {
            let name = Sourced::new(legal_session_name(&user, &host), Origin::Argument);
            prop_assert!(checked(name, "a role session name", 2..=64, "_+=,.@-").is_ok() || user.len() + host.len() < 1);
        }
    }
}
