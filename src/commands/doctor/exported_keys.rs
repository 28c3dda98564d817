//! Keys in the terminal's variables, which win over every profile.

use super::Sights;
use super::finding::Finding;

const CHECK: &str = "exported-keys";
const TOKEN: &str = "AWS_SESSION_TOKEN";
const OLD_TOKEN: &str = "AWS_SECURITY_TOKEN";

pub fn check(sights: &Sights<'_>) -> Vec<Finding> {
    [old_token(sights)].into_iter().flatten().collect()
}

/// Old programs take it for the token of whatever keys they use.
fn old_token(sights: &Sights<'_>) -> Option<Finding> {
    let environment = sights.context.environment;
    let old = environment.get(OLD_TOKEN)?;
    let why = match environment.get(TOKEN) {
        Some(token) if token == old => return None,
        Some(_) => "differs from AWS_SESSION_TOKEN",
        None => "is set without AWS_SESSION_TOKEN",
    };
    let message = format!("{OLD_TOKEN} {why}, and old tools send it with other keys");
    Some(Finding::warning(CHECK, message, sights.unset(&[OLD_TOKEN])))
}
