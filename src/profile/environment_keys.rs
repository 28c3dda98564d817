//! Long-term keys in the variables of the environment, for a profile that has none in the files:
//! all that a container, a CI job or `aws configure export-credentials` has.

use anyhow::Result;

use super::chain::Chain;
use super::key_pair;
use super::keys::Keys;
use crate::environment::{Environment, Held};
use crate::files::Files;
use crate::origin::Origin;

/// A session is never taken for long-term keys, and what `on` has set is one.
pub fn find(files: &Files, environment: &Environment) -> Result<Option<Keys>> {
    if let Some(pair) = long_term(environment) {
        return key_pair::of_variables(pair).map(|keys| Some(Keys::Static(keys)));
    }
    Ok(have_been_replaced(files, environment)
        .then_some(Keys::Replaced(Origin::Variable(key_pair::VARIABLES[0]))))
}

/// The pair, unless it belongs to a session.
pub fn long_term(environment: &Environment) -> Option<[&str; 2]> {
    let [id, secret] = key_pair::VARIABLES.map(|name| environment.get(name));
    let (id, secret) = (id?, secret?);
    let token = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]
        .iter()
        .any(|name| environment.get(name).is_some());
    let ours = environment.get("AWSMFA_ACCESS_KEY_ID") == Some(id);
    (!token && !ours && !id.starts_with("ASIA")).then_some([id, secret])
}

/// Whether a session of `on` stands where the keys stood: it was made for a profile that has none in
/// the files either.
fn have_been_replaced(files: &Files, environment: &Environment) -> bool {
    let Some(held) = Held::read(environment) else {
        return false;
    };
    let nothing = Environment::default();
    let (chain, keys) = Chain::follow(files, &held.profile, &nothing);
    let elsewhere = chain.inherited("credential_source").is_some();
    keys.is_err() && !chain.hops.is_empty() && !elsewhere
}

/// Why the variables are not used, if they are set.
pub fn why_not(environment: &Environment) -> &'static str {
    let [id, secret] = key_pair::VARIABLES.map(|name| environment.get(name));
    let ours = environment.get("AWSMFA_ACCESS_KEY_ID") == id;
    match (id, secret) {
        (Some(id), Some(_)) if id.starts_with("AKIA") && !ours => {
            "; the environment has a long-term key, but a session token stands beside it: unset \
             AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN if they are left over"
        }
        (Some(_), Some(_)) => ", and what the environment has is a session, no long-term keys",
        (Some(_), None) => ", and AWS_ACCESS_KEY_ID comes without AWS_SECRET_ACCESS_KEY",
        (None, Some(_)) => ", and AWS_SECRET_ACCESS_KEY comes without AWS_ACCESS_KEY_ID",
        (None, None) => "",
    }
}
