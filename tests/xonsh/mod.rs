//! xonsh: what its snippet does before a prompt, restores, and refuses.

mod before_prompt;
mod person;
mod script;
mod values;

use crate::support::json_shells::JsonShell;

const XONSH: JsonShell = JsonShell::Xonsh;
