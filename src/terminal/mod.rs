//! The controlling terminal. The rules:
//!
//! - A question goes to `/dev/tty` and its answer comes from the same descriptor, whatever is
//!   redirected. stdout and stderr are never used for it.
//! - Nothing is asked from the background: reading there would stop this process, and with it the
//!   shell that waits for its output.
//! - A code is typed visibly. It works once, and echo that was never switched off needs no repair.
//! - The terminal's signal keys stay on. Ctrl-C then reaches the shell as well, which is why the
//!   shell drops the rest of its line. What the signals do here stands in [`signals`].
//! - A terminal that another program left in raw mode or without echo is set to line mode for the
//!   question and put back afterwards ([`mode`]).
//! - A question that ends without an answer ends its line, discards what was half typed (the shell
//!   must not get it as a command) and changes nothing else.
//! - No escape sequences: carriage return and blanks are enough, and work everywhere.
//! - Whatever is shown is made harmless first (`printable`).

mod aside;
mod job;
mod line;
mod mode;
pub mod signals;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::oneshot;

use crate::duration::in_words;
use crate::printable::printable;
use crate::secret::Secret;
pub use aside::say_beside;
use aside::{Pushes, Question};
pub use line::Line;
use mode::{Echo, LineMode};
pub use mode::{Modes, put_back_at_once};
pub use signals::{Interrupted, end_by, let_signals_come_first, until_interrupted};

/// A line in line mode is never longer: `N_TTY_BUF_SIZE` on Linux is 4096 bytes, `MAX_CANON` on
/// macOS 1024.
const LONGEST_LINE: usize = 4096;

/// How often a question is asked again after an answer that cannot be meant.
pub const ATTEMPTS: usize = 3;

/// Whether a thread reads the terminal.
static READING: AtomicBool = AtomicBool::new(false);

/// Whether a question that was given up still takes what is typed: nothing else may ask then.
pub fn is_question_open() -> bool {
    READING.load(Ordering::SeqCst)
}

/// `/dev/tty`, whatever is redirected.
pub struct Terminal {
    device: File,
}

impl Terminal {
    /// Opens it; an error where there is none, or where this process is not in its foreground.
    pub fn open() -> Result<Self> {
        let device = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/tty")
            .context("there is no terminal to ask on (/dev/tty)")?;
        if !job::is_in_foreground(&device).context("the terminal (/dev/tty) is gone")? {
            bail!("this process runs in the background of its terminal and cannot ask there");
        }
        Ok(Self { device })
    }

    /// Prints `prompt` and reads a line, visibly, without its end. Ctrl-D is [`Interrupted`],
    /// on a half-typed line as well.
    ///
    /// The line is read on a thread of its own, so that signals and the network go on meanwhile.
    /// When the future is dropped the thread stays until the process ends ([`is_question_open`]):
    /// do not ask again.
    pub async fn ask(&self, prompt: &str) -> Result<String> {
        self.ask_with(Echo::On, prompt).await
    }

    /// The same for a password: nothing of it is shown, and echo is back afterwards, however the
    /// question ends.
    pub async fn ask_hidden(&self, prompt: &str) -> Result<Secret> {
        let line = self.ask_with(Echo::Off, prompt).await?;
        // The line end that was typed was not shown either.
        self.write("\n")?;
        Ok(Secret::new(line))
    }

    async fn ask_with(&self, echo: Echo, prompt: &str) -> Result<String> {
        let mut line_mode = LineMode::set(&self.device, echo);
        let prompt = printable(prompt);
        self.write(&prompt)?;
        let _open = Question::opened(prompt);
        let line = read_line(self.device.try_clone()?, echo).await?;
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
                _ => self.say("that is not one of the numbers")?,
            }
        }
        bail!("none of the numbers was chosen")
    }

    /// Shows a line.
    pub fn say(&self, text: &str) -> Result<()> {
        self.write(&format!("{}\n", printable(text)))
    }

    /// Counts down on one line, `text` and the seconds left, and clears it at the end, also when
    /// the future is dropped. In a narrow window the text is cut, and not the seconds.
    pub async fn count_down(&self, text: &str, seconds: u64) -> Result<()> {
        let mut line = Line::on(self)?;
        for left in (1..=seconds).rev() {
            line.show_with_end(text, &format!(" {}", in_words(left)))?;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }

    fn write(&self, text: &str) -> Result<()> {
        let mut device = &self.device;
        device
            .write_all(text.as_bytes())
            .context("the terminal cannot be written to")
    }
}

async fn read_line(mut device: File, echo: Echo) -> Result<String> {
    let (sender, receiver) = oneshot::channel();
    // Counted before the question counts as open: a push may come before the thread runs.
    let mut pushes = Pushes::count();
    READING.store(true, Ordering::SeqCst);
    std::thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(move || {
            let screen = device.try_clone();
            let line = read_line_blocking(&mut device, |half_typed| {
                let goes_on = pushes.have_grown();
                if let (true, Echo::On, Ok(mut screen)) = (goes_on, echo, screen.as_ref()) {
                    let _ = screen.write_all(printable(half_typed).as_bytes());
                }
                goes_on
            });
            READING.store(false, Ordering::SeqCst);
            // Nobody listens any more when the question was dropped.
            let _ = sender.send(line);
        })
        .context("no thread could be started to read from the terminal")?;
    let line = receiver
        .await
        .context("the thread that reads from the terminal ended")?;
    match line.context("the terminal cannot be read from")? {
        Some(line) => Ok(line),
        None => Err(Interrupted { signal: None }.into()),
    }
}

/// A line without its end; nothing where Ctrl-D ended it. In line mode one read gives one line, and
/// a read without a line end is a line that Ctrl-D pushed, or `say_beside`: `goes_on` knows.
fn read_line_blocking(
    device: &mut impl Read,
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
            break;
        } else if part.is_empty() || !goes_on(&part) {
            return Ok(None);
        }
    }
    let text = String::from_utf8_lossy(&buffer[..length]);
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
}

#[cfg(test)]
mod tests;
