//! Assignments before the command, as in `AWS_PROFILE=work aws-mfa-on`. When the function returns, zsh
//! restores such a variable, and would overwrite what the login has set.

use anyhow::{Result, anyhow};

use super::Environment;
use super::variables::{PROFILE_NAMES, REGIONS, VARIABLES};
use crate::message::hinted;

/// The names of the variables, which the snippet for zsh found in the line that runs.
const ASSIGNED: &str = "__awsmfa_assigned";

/// # Errors
/// One of them assigns a variable that the login changes.
pub fn refuse(environment: &Environment) -> Result<()> {
    let mut assigned = environment.get(ASSIGNED).unwrap_or_default().split(' ');
    let Some(name) = assigned.find(|name| VARIABLES.contains(name) && environment.contains(name))
    else {
        return Ok(());
    };
    let refused = anyhow!(
        "could not log in with {name} before the command: zsh restores it when aws-mfa-on returns"
    );
    let value = environment.get(name).unwrap_or_default();
    Err(hinted(refused, instead(name, value)))
}

fn instead(name: &str, value: &str) -> String {
    if PROFILE_NAMES.contains(&name) {
        format!("aws-mfa-on {}", plain(value).unwrap_or("PROFILE"))
    } else if REGIONS.contains(&name) {
        let region = plain(value).unwrap_or("REGION");
        format!("write --region {region} after aws-mfa-on")
    } else {
        format!("export {name} in a line of its own, then aws-mfa-on")
    }
}

/// The value if it can be typed as it is.
fn plain(value: &str) -> Option<&str> {
    let typed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./@:+".contains(&byte);
    let is_plain = !value.is_empty() && !value.starts_with('-') && value.bytes().all(typed);
    is_plain.then_some(value)
}
