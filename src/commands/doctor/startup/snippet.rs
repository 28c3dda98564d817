//! Copies of the snippet: what an earlier `awsmfa init` printed, or a file of another version.

use std::collections::HashSet;

use super::super::super::init::with_parts;
use crate::shell::Shell;

/// Every version of the snippet defines functions whose names begin so.
const MARK: &str = "__awsmfa_";

/// Whether the text has a copy of the snippet in it, and then whether it is this program's.
pub fn is_copy(shell: Shell, text: &str) -> Option<bool> {
    let name = if shell == Shell::Sh {
        "awsmfa_on"
    } else {
        "aws-mfa-on"
    };
    if !text.contains(MARK) || !text.contains(name) {
        return None;
    }
    let lines: HashSet<&str> = text.lines().map(str::trim_end).collect();
    let own = with_parts(shell.snippet(), |_| false);
    Some(own.lines().all(|line| lines.contains(line.trim_end())))
}
