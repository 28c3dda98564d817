//! A choice from a list that is filtered as one types. The terminal gives every key at once then, but
//! keeps its signal keys.

use std::io::{self, Read as _};

use anyhow::{Context as _, Result};
use rustix::termios::tcgetwinsize;
use unicode_width::UnicodeWidthStr as _;

use super::keys::Keys;
use super::list::{List, Outcome};
use super::mode::{Input, LineMode};
use super::{Interrupted, Terminal, on_thread};
use crate::printable::printable;

impl Terminal {
    /// Lets the user choose one of `names`: its index. Ctrl-D is [`Interrupted`].
    ///
    /// The keys are read on a thread of their own, so that signals go on meanwhile. When the future is
    /// dropped the thread ends within [`Input::PAUSE`].
    pub async fn pick(&self, question: &str, names: &[String]) -> Result<usize> {
        let mut keys_mode = LineMode::set(self.try_clone()?, Input::Keys);
        let terminal = self.try_clone()?;
        let (question, list) = (question.to_owned(), names.to_vec());
        let picked = on_thread(move |is_wanted| {
            pick_blocking(&terminal, List::new(&question, &list), is_wanted)
        });
        let picked = picked.await?.context("the terminal cannot be read from")?;
        let index = picked.ok_or(Interrupted { signal: None })?;
        keys_mode.answered();
        Ok(index)
    }

    /// Columns of the window; 80 if the terminal does not say.
    pub(super) fn columns(&self) -> io::Result<usize> {
        let columns = usize::from(tcgetwinsize(&self.device)?.ws_col);
        Ok(if columns == 0 { 80 } else { columns })
    }
}

/// `None` if nothing was chosen. Draws again if the window has changed.
fn pick_blocking(
    terminal: &Terminal,
    mut list: List<'_>,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Option<usize>> {
    let (mut keys, mut shown) = (Keys::default(), Shown::default());
    shown.draw(terminal, &list)?;
    while is_wanted() {
        let mut byte = [0];
        // No more than one: what is typed after the choice is for the next question.
        let length = match (&terminal.device).read(&mut byte) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            length => length?,
        };
        let key = if length == 0 {
            keys.pause();
            None
        } else {
            keys.push(byte[0])
        };
        match key.map(|key| list.press(key)) {
            Some(Outcome::Chosen(index)) => {
                shown.end(terminal, &list, index)?;
                return Ok(Some(index));
            }
            Some(Outcome::Ended) => return Ok(None),
            Some(Outcome::Open) => shown.draw(terminal, &list)?,
            None if terminal.columns()? != shown.columns => shown.draw(terminal, &list)?,
            None => {}
        }
    }
    Ok(None)
}

/// What is on the terminal's line now.
#[derive(Default)]
struct Shown {
    /// Characters.
    width: usize,
    /// Of the window.
    columns: usize,
}

impl Shown {
    fn draw(&mut self, terminal: &Terminal, list: &List<'_>) -> Result<()> {
        self.columns = terminal.columns()?;
        let view = list.view(self.columns);
        self.replace(terminal, &view.line)?;
        terminal.write(&format!("\r{}", view.before_cursor))
    }

    /// The answer stays on the line.
    fn end(&mut self, terminal: &Terminal, list: &List<'_>, index: usize) -> Result<()> {
        self.replace(terminal, &printable(&list.answer(index)))?;
        terminal.write("\n")
    }

    fn replace(&mut self, terminal: &Terminal, line: &str) -> Result<()> {
        let width = line.width();
        let rest = self.width.min(self.columns.saturating_sub(1));
        let blanks = rest.saturating_sub(width);
        self.width = width;
        terminal.write(&format!("\r{line}{}", " ".repeat(blanks)))
    }
}
