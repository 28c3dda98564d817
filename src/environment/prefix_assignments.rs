//! Assignments for one command, as in `AWS_PROFILE=work aws-mfa-on`, or with elvish's `tmp` and `with`. zsh,
//! elvish and xonsh restore such a variable afterwards, and would overwrite what the login has set.

use anyhow::{Result, anyhow};

use super::Environment;
use super::overlay::FILES;
use super::variables::{PROFILE_NAMES, REGIONS, VARIABLES};
use crate::message::hinted;

/// The names of the variables, which the snippet found in the line that runs.
const ASSIGNED: &str = "__awsmfa_assigned";

/// # Errors
/// One of them assigns a variable that the login changes; `with_files` if it changes those that name
/// the user's files.
pub fn refuse(environment: &Environment, with_files: bool) -> Result<()> {
    let is_file = |name: &str| with_files && FILES.iter().any(|[file, ..]| *file == name);
    let mut assigned = environment.get(ASSIGNED).unwrap_or_default().split(' ');
    let is_changed = |name: &&str| VARIABLES.contains(name) || is_file(name);
    let Some(name) = assigned.find(|name| is_changed(name) && environment.contains(name)) else {
        return Ok(());
    };
    let refused = anyhow!(
        "could not log in with {name} before aws-mfa-on: the shell restores the variable afterwards"
    );
    let value = environment.get(name).unwrap_or_default();
    Err(hinted(refused, instead(name, value)))
}

/// What to type instead.
fn instead(name: &str, value: &str) -> String {
    let value = shell_escape::escape(value.into());
    if PROFILE_NAMES.contains(&name) {
        format!("type aws-mfa-on {value}")
    } else if REGIONS.contains(&name) {
        format!("write --region {value} after aws-mfa-on")
    } else {
        format!("set {name} on a line of its own, then type aws-mfa-on")
    }
}
