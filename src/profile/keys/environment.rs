//! Keys of the environment. Long-term keys in its variables serve a profile that has none in the
//! files: a container or a CI job has nothing else. `credential_source` names them, or a session.

use anyhow::{Result, anyhow};

use super::Keys;
use crate::base;
use crate::credentials::LongTermKeys;
use crate::environment::{ACCESS_KEY_ID, Environment, SECRET_ACCESS_KEY, SESSION_TOKEN};
use crate::files::refusal::refused;
use crate::message::OrHint as _;
use crate::origin::{Origin, Sourced};
use crate::profile::key_pair;

/// What the variables hold: long-term keys, or those of a session.
fn both(environment: &Environment) -> Option<[Sourced<&str>; 2]> {
    let variable = |name| Some(Sourced::new(environment.get(name)?, Origin::Variable(name)));
    Some([variable(ACCESS_KEY_ID)?, variable(SECRET_ACCESS_KEY)?])
}

/// The pair, unless it belongs to a session, such as the one that `on` has set.
pub fn long_term(environment: &Environment) -> Result<Option<LongTermKeys>> {
    let Some([id, secret]) = both(environment) else {
        return Ok(None);
    };
    let token = [SESSION_TOKEN, "AWS_SECURITY_TOKEN"]
        .iter()
        .any(|name| environment.get(name).is_some());
    if token || is_of_our_session(id.value, environment) || id.value.starts_with("ASIA") {
        return Ok(None);
    }
    key_pair::checked(id, &secret).map(Some)
}

fn is_of_our_session(id: &str, environment: &Environment) -> bool {
    environment.get("AWSMFA_ACCESS_KEY_ID") == Some(id)
}

/// Why the variables are not used, if they are set.
pub fn why_not(environment: &Environment) -> &'static str {
    match (
        environment.get(ACCESS_KEY_ID),
        environment.get(SECRET_ACCESS_KEY),
    ) {
        (Some(id), Some(_)) if id.starts_with("AKIA") && !is_of_our_session(id, environment) => {
            "; the environment has a long-term key, but a session token stands beside it: unset \
             AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN if they are left over"
        }
        (Some(_), Some(_)) => ", and the environment has a session, not long-term keys",
        (None, None) => "",
        _ => ", and the environment has only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    }
}

/// The keys that `credential_source` names. `Environment` is what the terminal has: a session, or
/// long-term keys. The other values are services that only AWS's own machines have.
pub fn named(source: &Sourced<&str>, environment: &Environment) -> Result<Keys> {
    if source.value == "Environment" {
        return of_terminal(&source.origin, environment);
    }
    let why = format!(
        "is {:?}, but awsmfa supports only Environment",
        source.value
    );
    let hint = "use source_profile = NAME, or credential_source = Environment: AWS's machines have \
                no MFA";
    Err(refused(source, why, hint))
}

fn of_terminal(origin: &Origin, environment: &Environment) -> Result<Keys> {
    if let Some([id, secret]) = both(environment) {
        key_pair::refuse_swapped(&id, &secret)?;
    }
    if base::is_in_terminal(environment) {
        return Ok(Keys::Terminal(origin.clone()));
    }
    if environment.holds_role_of_base() {
        return Err(anyhow!(
            "{origin} is Environment, and only the shell of this terminal still has the session \
             that the terminal had first"
        ))
        .or_hint(|| "use aws-mfa-on PROFILE, which hands it over; if the agent has it, run aws-mfa-off first");
    }
    if let Some(keys) = long_term(environment)? {
        return Ok(Keys::Static(keys));
    }
    Err(anyhow!(
        "{origin} is Environment, and this terminal has no session"
    ))
    .or_hint(|| "log in to a profile with keys first: aws-mfa-on PROFILE")
}
