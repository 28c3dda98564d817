//! The controlling terminal. The rules:
//! …

use anyhow::Result;

/// `/dev/tty`, whatever is redirected.
pub struct Terminal {}

impl Terminal {
    /// Opens it; an error where there is none, or where this process is not in its foreground.
    pub fn open() -> Result<Self> {
        todo!()
    }

    /// Prints `prompt` and reads a line, visibly. End of file (Ctrl-D) is `Interrupted`.
    pub async fn ask(&mut self, prompt: &str) -> Result<String> {
        todo!()
    }

    /// Shows `items` numbered and asks for one.
    pub async fn choose(&mut self, question: &str, items: &[String]) -> Result<usize> {
        todo!()
    }

    /// Counts down on one line until `seconds` have passed, then clears it.
    pub async fn count_down(&mut self, text: &str, seconds: u64) -> Result<()> {
        todo!()
    }
}
