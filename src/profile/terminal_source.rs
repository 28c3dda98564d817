//! `credential_source`: a role whose source is not a profile.

use anyhow::{Result, anyhow};

use super::keys::Keys;
use super::{environment_keys, key_pair};
use crate::base;
use crate::environment::Environment;
use crate::files::stray;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};

/// `Environment` is what the terminal has: a session, or long-term keys in its variables (asked
/// for by name here, they are taken). The other two values are services that only machines of AWS
/// have.
pub fn keys(source: &Sourced<&str>, environment: &Environment) -> Result<Keys> {
    let origin = &source.origin;
    match source.value {
        "Environment" => of_terminal(origin, environment),
        service @ ("Ec2InstanceMetadata" | "EcsContainer") => Err(anyhow!(
            "{origin} is {service}: credentials of a machine of AWS's, which have no MFA, and \
             which no service on this computer is asked for"
        ))
        .or_hint(|| "use source_profile = NAME, or credential_source = Environment".to_owned()),
        other => Err(anyhow!(
            "{origin} is not a source of credentials: {other:?}"
        ))
        .or_hint(|| {
            stray::hint(other, || {
                "AWS knows Environment, Ec2InstanceMetadata and EcsContainer".to_owned()
            })
        }),
    }
}

fn of_terminal(origin: &Origin, environment: &Environment) -> Result<Keys> {
    if let [Some(id), Some(secret)] = key_pair::VARIABLES.map(|name| environment.get(name)) {
        let [of_id, of_secret] = key_pair::VARIABLES;
        key_pair::refuse_exchanged([id, secret], [&of_id, &of_secret])?;
    }
    if base::is_in_terminal(environment) {
        return Ok(Keys::Terminal(origin.clone()));
    }
    if environment.holds_role_of_base() {
        return Err(anyhow!(
            "{origin} is Environment, and the session that this terminal had first is known to its \
             shell alone"
        ))
        .or_hint(|| "use aws-mfa-on PROFILE, which hands it over".to_owned());
    }
    if let Some(pair) = environment_keys::long_term(environment) {
        return key_pair::of_variables(pair).map(Keys::Static);
    }
    Err(anyhow!(
        "{origin} is Environment, and this terminal has no session"
    ))
    .or_hint(|| "log in to a profile with keys first: aws-mfa-on PROFILE".to_owned())
}
