//! A line of the terminal that is written over and over: a countdown, how far a run is.

use std::fs::File;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use rustix::termios::tcgetwinsize;

use super::{Terminal, aside, job};
use crate::printable::printable;

/// Blank again when it is dropped.
pub struct Line {
    device: File,
    /// Characters on it now.
    width: usize,
}

impl Line {
    pub fn on(terminal: &Terminal) -> Result<Self> {
        let device = terminal.device.try_clone();
        Ok(Self {
            device: device.context("the terminal cannot be written to")?,
            width: 0,
        })
    }

    /// Cut to the window: a carriage return does not lead back from a second row.
    pub fn show(&mut self, text: &str) -> Result<()> {
        self.show_with_end(text, "")
    }

    /// The same; what is cut is `text`, and `end` stays.
    pub fn show_with_end(&mut self, text: &str, end: &str) -> Result<()> {
        let room = self.columns().saturating_sub(1);
        let text = cut(&printable(text), room.saturating_sub(end.chars().count()));
        let text: String = text.chars().chain(end.chars()).take(room).collect();
        self.clear()?;
        self.width = text.chars().count();
        self.write(&text)?;
        aside::line_shows(&text);
        Ok(())
    }

    /// Nothing where nothing is shown.
    pub fn clear(&mut self) -> Result<()> {
        let width = std::mem::take(&mut self.width);
        if width == 0 {
            return Ok(());
        }
        aside::line_shows("");
        self.write(&format!("\r{}\r", " ".repeat(width)))
    }

    /// Whether this process is not in the foreground any more: the line belongs to another then.
    pub fn is_anothers(&self) -> bool {
        job::is_in_foreground(&self.device) != Ok(true)
    }

    fn write(&self, text: &str) -> Result<()> {
        let mut device = &self.device;
        device
            .write_all(text.as_bytes())
            .context("the terminal cannot be written to")
    }

    /// Columns of the window; 80 where the terminal does not say.
    fn columns(&self) -> usize {
        match tcgetwinsize(&self.device) {
            Ok(size) if size.ws_col > 0 => usize::from(size.ws_col),
            _ => 80,
        }
    }
}

/// At most `room` characters, the last of them dots if there are more.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept = text.chars().take(room.saturating_sub(CUT.len()));
    kept.chain(CUT.chars()).take(room).collect()
}

const CUT: &str = "..";

impl Drop for Line {
    fn drop(&mut self) {
        // A terminal that is gone needs no clearing.
        let _ = self.clear();
    }
}
