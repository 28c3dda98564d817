//! A line of the terminal that is written over and over: a countdown, how far a run is.

use anyhow::Result;

use super::Terminal;
use super::aside::Open;
use crate::printable::printable;

/// Blank again when it is dropped.
pub struct Line {
    pub terminal: Terminal,
    /// Characters on it now.
    width: usize,
    open: Option<Open>,
}

impl Line {
    pub fn on(terminal: Terminal) -> Self {
        Self {
            terminal,
            width: 0,
            open: None,
        }
    }

    /// Shows `text` and `end`. If the window is too narrow, `text` is cut: a carriage return does
    /// not lead back from a second row.
    pub fn show(&mut self, text: &str, end: &str) -> Result<()> {
        self.clear()?;
        let room = self.terminal.columns().unwrap_or(80).saturating_sub(1);
        let text = cut(&printable(text), room.saturating_sub(end.chars().count()));
        let text: String = text.chars().chain(end.chars()).take(room).collect();
        self.width = text.chars().count();
        self.terminal.write(&text)?;
        self.open = Some(Open::shows(&text));
        Ok(())
    }

    pub fn clear(&mut self) -> Result<()> {
        let width = std::mem::take(&mut self.width);
        if width == 0 {
            return Ok(());
        }
        self.open = None;
        self.terminal.write(&format!("\r{}\r", " ".repeat(width)))
    }
}

/// At most `room` characters, the last of them dots if there are more.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept = text.chars().take(room.saturating_sub(2));
    kept.chain("..".chars()).take(room).collect()
}

impl Drop for Line {
    fn drop(&mut self) {
        // A terminal that is gone needs no clearing.
        let _ = self.clear();
    }
}
