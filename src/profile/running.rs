//! Commands of the profile that lead back to awsmfa, which needs what they print. awsmfa cannot see
//! what a command runs, so a variable tells the command's descendants.

use anyhow::{Result, anyhow};

use crate::environment::Environment;
use crate::origin::Origin;

/// Between two lines.
const SEPARATOR: char = '\n';

/// The lines whose commands are being run, that of `origin` included: the value of `variable` for the
/// command.
///
/// # Errors
/// This process is a descendant of the same line's command, and needs `what` from it.
pub fn running(
    variable: &str,
    origin: &Origin,
    what: &str,
    environment: &Environment,
) -> Result<String> {
    let own = origin.to_string();
    match environment.get(variable) {
        None => Ok(own),
        Some(running) if running.split(SEPARATOR).any(|line| line == own) => Err(anyhow!(
            "{own} runs awsmfa, which needs {what} from this line"
        )),
        Some(running) => Ok(format!("{running}{SEPARATOR}{own}")),
    }
}
