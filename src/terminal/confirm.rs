//! A question that takes `y` or `n`.

use anyhow::{Result, bail};

use super::{ATTEMPTS, Terminal};

impl Terminal {
    /// Asks `question`, such as `remove it?`, and adds what it takes. Nothing is assumed: an empty
    /// line is no answer, and neither is any other word.
    ///
    /// # Errors
    /// Three lines were neither; Ctrl-D ([`super::Interrupted`]).
    pub async fn confirm(&self, question: &str) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let line = self.ask(&format!("{question} (y/n) ")).await?;
            match answer(&line) {
                Some(answer) => return Ok(answer),
                None => self.say("type y or n")?,
            }
        }
        bail!("{ATTEMPTS} answers were neither y nor n")
    }
}

/// `yes` and `no` count too, in any case.
fn answer(line: &str) -> Option<bool> {
    match line.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Some(true),
        "n" | "no" => Some(false),
        _ => None,
    }
}
