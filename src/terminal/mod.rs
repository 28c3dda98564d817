//! The controlling terminal. The rules:
//!
//! - A question goes to `/dev/tty` and its answer comes from the same descriptor, whatever is
//!   redirected. stdout and stderr are never used for it.
//! - From the background, awsmfa asks nothing: reading would stop it, and with it the shell that
//!   waits for its output.
//! - A code is typed visibly. It works once, and echo that was never switched off needs no repair.
//! - The terminal's signal keys stay on. Ctrl-C then reaches the shell as well, which is why the
//!   shell drops the rest of its line. [`signals`] says what they do here.
//! - A terminal that another program left in raw mode or without echo is set to line mode for the
//!   question and put back afterwards ([`mode`]).
//! - A list that is filtered as one types gets every key at once, and is one line, so that a narrow or
//!   short window is enough ([`list`]).
//! - A question that ends without an answer ends its line, discards what was half typed (the shell
//!   must not get it as a command) and changes nothing else.
//! - No escape sequences: carriage return and blanks are enough, and work everywhere.
//! - Control characters are made visible before anything is shown (`printable`).

mod aside;
mod confirm;
pub mod job;
mod keys;
mod line;
mod list;
mod mode;
mod pick;
pub mod signals;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::unistd::{getpgrp, getsid, tcgetpgrp};
use tokio::sync::oneshot;

use crate::duration::in_words;
use crate::printable::printable;
use crate::secret::Secret;
use aside::{Open, Reading, was_pushed};
pub use aside::{is_question_open, say_beside};
pub use line::Line;
use mode::{Input, LineMode};
pub use mode::{Modes, put_back};
pub use signals::{Interrupted, end_by, until_interrupted, yield_to_signals};

/// A line in line mode is never longer: `N_TTY_BUF_SIZE` on Linux is 4096 bytes, `MAX_CANON` on
/// macOS 1024.
const LONGEST_LINE: usize = 4096;

/// How often a question is asked if the answers make no sense.
pub const ATTEMPTS: usize = 3;

/// The number that all processes of a terminal share: that of the first one. 0 if that is outside of
/// this PID namespace.
pub fn leader() -> i32 {
    getsid(None).map_or(0, nix::unistd::Pid::as_raw)
}

/// `/dev/tty`, whatever is redirected.
pub struct Terminal {
    device: File,
}

impl Terminal {
    /// Fails if there is no terminal, or if this process is not in its foreground.
    pub fn open() -> Result<Self> {
        let device = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/tty")
            .context("there is no terminal to ask on (/dev/tty)")?;
        let terminal = Self { device };
        let is_in_foreground = terminal.is_in_foreground();
        if !is_in_foreground.context("the terminal (/dev/tty) is gone")? {
            bail!("this process runs in the background of its terminal and cannot ask there");
        }
        Ok(terminal)
    }

    /// Whether the terminal listens to this process group. One from outside of this PID namespace
    /// has the number 0 on Linux (which rustix takes for impossible), and counts as the terminal's
    /// if that is outside too: most likely they are the same.
    pub fn is_in_foreground(&self) -> nix::Result<bool> {
        Ok(tcgetpgrp(&self.device)? == getpgrp())
    }

    fn try_clone(&self) -> Result<Self> {
        let device = self.device.try_clone();
        let device = device.context("no file could be opened for the terminal")?;
        Ok(Self { device })
    }

    /// Prints `prompt` and reads a line, visibly, without its end. Ctrl-D is [`Interrupted`],
    /// on a half-typed line as well.
    ///
    /// The line is read on a thread of its own, so that signals and the network go on meanwhile.
    /// When the future is dropped the thread stays until the process ends ([`is_question_open`]):
    /// do not ask again.
    pub async fn ask(&self, prompt: &str) -> Result<String> {
        self.ask_with(Input::Line, prompt).await
    }

    /// The same for a password: nothing of it is shown, and echo is back afterwards, however the
    /// question ends.
    pub async fn ask_hidden(&self, prompt: &str) -> Result<Secret> {
        let line = self.ask_with(Input::Password, prompt).await?;
        // The line end that was typed was not shown either.
        self.write("\n")?;
        Ok(Secret::new(line))
    }

    async fn ask_with(&self, input: Input, prompt: &str) -> Result<String> {
        let mut line_mode = LineMode::set(self.try_clone()?, input);
        let prompt = printable(prompt);
        self.write(&prompt)?;
        let _open = Open::shows(&prompt);
        let line = read_line(self.try_clone()?, input).await?;
        line_mode.answered();
        Ok(line)
    }

    /// Shows `items` numbered and asks for one: its index.
    pub async fn choose(&self, question: &str, items: &[String]) -> Result<usize> {
        self.say(question)?;
        for (index, item) in items.iter().enumerate() {
            self.say(&format!("{:3}  {item}", index + 1))?;
        }
        for _ in 0..ATTEMPTS {
            let answer = self
                .ask(&format!("number (1 to {}): ", items.len()))
                .await?;
            match answer.trim().parse::<usize>() {
                Ok(number) if (1..=items.len()).contains(&number) => return Ok(number - 1),
                _ => self.say("that number is not in the list")?,
            }
        }
        bail!("no number was chosen")
    }

    /// Shows a line.
    pub fn say(&self, text: &str) -> Result<()> {
        self.write(&format!("{}\n", printable(text)))
    }

    /// Counts down on one line, `text` and the seconds left, and clears it at the end, also when
    /// the future is dropped. In a narrow window the text is cut, and not the seconds.
    pub async fn count_down(&self, text: &str, seconds: u64) -> Result<()> {
        let mut line = Line::on(self.try_clone()?);
        for left in (1..=seconds).rev() {
            line.show(text, &format!(" {}", in_words(left)))?;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }

    fn write(&self, text: &str) -> Result<()> {
        let mut device = &self.device;
        device
            .write_all(text.as_bytes())
            .context("could not write to the terminal")
    }
}

async fn read_line(terminal: Terminal, input: Input) -> Result<String> {
    let line = on_thread(move |_| {
        read_line_blocking(&terminal.device, |half_typed| {
            let goes_on = was_pushed();
            if goes_on && input == Input::Line {
                let _ = terminal.write(&printable(half_typed));
            }
            goes_on
        })
    });
    let line = line.await?.context("the terminal cannot be read from")?;
    line.ok_or(Interrupted { signal: None }.into())
}

/// Reads the terminal on a thread of its own. `read` can ask whether anybody still waits for it.
async fn on_thread<T: Send + 'static>(
    read: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = oneshot::channel();
    let reading = Reading::started();
    let read = move || {
        let answer = read(&|| !sender.is_closed());
        drop(reading);
        // The receiver is gone if the question was dropped.
        let _ = sender.send(answer);
    };
    std::thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(read)
        .context("no thread could be started to read from the terminal")?;
    receiver
        .await
        .context("the thread that reads from the terminal ended")
}

/// A line without its end; `None` if Ctrl-D ended it. In line mode one read gives one line, and
/// a read without a line end is a line that Ctrl-D pushed, or `say_beside`: `goes_on` knows.
fn read_line_blocking(
    mut device: impl Read,
    mut goes_on: impl FnMut(&str) -> bool,
) -> io::Result<Option<String>> {
    let mut buffer = zeroize::Zeroizing::new([0; LONGEST_LINE]);
    let mut length = 0;
    loop {
        let start = length;
        length += match device.read(&mut buffer[start..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let is_whole = buffer[..length].ends_with(b"\n") || length == LONGEST_LINE;
        let part = String::from_utf8_lossy(&buffer[start..length]);
        if is_whole {
            let text = String::from_utf8_lossy(&buffer[..length]);
            return Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()));
        }
        if part.is_empty() || !goes_on(&part) {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests;
