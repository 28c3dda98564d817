//! The variables before the command, as in `AWS_PROFILE=work aws-mfa-on`, in zsh: it gives them their old
//! values back when the function returns, over what the login has set.

use anyhow::{Result, anyhow};

use super::{DEFAULT_REGION, Environment, PROFILE_NAMES, REGION, VARIABLES};
use crate::message::hinted;

/// Their names, as the function for zsh found them in the line that runs.
const GIVEN: &str = "__awsmfa_given";

/// # Errors
/// One of these variables is also one that the login changes.
pub fn refuse(environment: &Environment) -> Result<()> {
    let mut given = environment.get(GIVEN).unwrap_or_default().split(' ');
    let Some(name) = given.find(|name| VARIABLES.contains(name) && environment.contains(name))
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
    } else if [REGION, DEFAULT_REGION].contains(&name) {
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
