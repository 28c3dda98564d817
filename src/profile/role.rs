//! The roles on the way from the keys to the profile asked for, and what each is assumed with.

mod arn;
mod session_name;

use anyhow::{Result, anyhow, bail};

use super::chain::{Chain, Hop};
use super::keys::Keys;
use super::session_tags::SessionTags;
use crate::cli::Login;
use crate::environment::{Environment, Held};
use crate::files::stray;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};

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
        let has_keys = !asked && index == last && keys.are_in_a_file();
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
    let flag = login.session.role_arn.as_deref();
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
            flags.and_then(|login| login.session.role_session_name.as_deref()),
            "--role-session-name",
            "AWSMFA_ROLE_SESSION_NAME",
        )
        .or_else(|| of_profile("role_session_name"));
        let external_id = told(
            flags.and_then(|login| login.session.external_id.as_deref()),
            "--external-id",
            "AWSMFA_EXTERNAL_ID",
        )
        .or_else(|| of_profile("external_id"));
        Ok(Self {
            role_arn: arn::checked(role_arn)?,
            role_session_name: match session_name {
                Some(name) => checked(name, "a role session name", 2..=64, "_+=,.@-")?,
                None => session_name::default(environment),
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
        .or_hint(|| {
            stray::hint(value, || {
                format!("AWS takes letters, digits and any of {others}")
            })
        }),
    }
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
        .or_hint(|| {
            stray::hint(text.value, || {
                "AWS takes 15m to 36h, and up to 12h for a role".to_owned()
            })
        })?;
    Ok(Sourced::new(seconds, text.origin))
}
