//! Assignments for one command, as in `AWS_PROFILE=work aws-mfa-on`, or with elvish's `tmp` and `with`. zsh,
//! elvish and xonsh restore such a variable afterwards, and would overwrite what the login has set; nushell drops
//! all that the command has set.

use anyhow::{Result, anyhow};

use super::Environment;
use super::overlay::FILES;
use super::variables::{PROFILE_NAMES, REGIONS, VARIABLES};
use crate::message::hinted;

/// The names of the variables, which the snippet found in the line that runs.
const ASSIGNED: &str = "__awsmfa_assigned";

/// What the shell does after the command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    RestoresVariable,
    /// As nushell does.
    DropsSession,
}

/// # Errors
/// One of them assigns a variable that the login changes, or any if the shell would drop the session;
/// `with_files` if the login changes those that name the user's files.
pub fn refuse(environment: &Environment, afterwards: Afterwards, with_files: bool) -> Result<()> {
    let is_file = |name: &str| with_files && FILES.iter().any(|[file, ..]| *file == name);
    let mut assigned = environment.get(ASSIGNED).unwrap_or_default().split(' ');
    let drops_session = afterwards == Afterwards::DropsSession;
    let is_changed = |name: &&str| drops_session || VARIABLES.contains(name) || is_file(name);
    let Some(name) = assigned.find(|name| is_changed(name) && environment.contains(name)) else {
        return Ok(());
    };
    let what_happens = match afterwards {
        Afterwards::RestoresVariable => "the shell restores the variable afterwards",
        Afterwards::DropsSession => "nushell drops the session afterwards",
    };
    let refused = anyhow!("could not log in with {name} before aws-mfa-on: {what_happens}");
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
