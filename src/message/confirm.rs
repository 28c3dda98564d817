//! A question of `y` or `n`, while other messages wait.

use anyhow::Result;

use super::{Messages, OrHint as _};
use crate::terminal::Terminal;

impl Messages {
    /// Asks `question`, such as `remove it?`, on the terminal. `flag` answers it without one; the
    /// error names it then.
    ///
    /// # Errors
    /// There is no terminal to ask on, three answers were neither, or the user ended the run.
    pub async fn confirm(&self, question: &str, flag: &str) -> Result<bool> {
        let terminal = Terminal::open();
        let terminal = terminal.or_hint(|| format!("to go on without being asked: {flag}"))?;
        self.hold_during(terminal.confirm(question)).await
    }
}
