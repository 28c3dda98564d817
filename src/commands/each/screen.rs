//! What `exec --each` shows while its commands run: their output and, below it on a terminal, a line
//! that says how many are done.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};

use crate::message::{Level, Messages};
use crate::streams::{Stream, write_line};
use crate::terminal::{Line, Terminal};

/// Whatever is written goes through it, so that the line is out of the way.
pub struct Screen(Mutex<State>);

struct State {
    /// `None` with `--quiet`, for a single command, and without a terminal.
    line: Option<Line>,
    running: Vec<String>,
    ended: usize,
    all: usize,
    /// Whether the last output ended with a carriage return: the next output goes over it, and so
    /// would the line.
    returned: bool,
}

impl Screen {
    /// For `all` commands; a single one needs no line.
    pub fn new(all: usize, messages: &Messages) -> Self {
        let wanted = messages.level() >= Level::Normal;
        let shown = all > 1 && wanted && std::io::stderr().is_terminal();
        let line = || Terminal::open().ok().map(Line::on);
        Self(Mutex::new(State {
            line: shown.then(line).flatten(),
            running: Vec::new(),
            ended: 0,
            all,
            returned: false,
        }))
    }

    pub fn started(&self, profile: &str) {
        self.update(|state| state.running.push(profile.to_owned()));
    }

    /// `tell` says how it ended.
    pub fn ended(&self, profile: &str, tell: impl FnOnce()) {
        self.update(|state| {
            state.running.retain(|name| name != profile);
            state.ended += 1;
            tell();
        });
    }

    /// Writes a line of a command's output.
    pub fn write(&self, stream: Stream, line: &[u8]) {
        self.update(|state| {
            write_line(stream, line);
            state.returned = line.ends_with(b"\r");
        });
    }

    /// Does something else that shows, or stops this process.
    pub fn pause(&self, other: impl FnOnce()) {
        self.update(|_| other());
    }

    /// Takes the line out of the way for the time of `change`.
    fn update(&self, change: impl FnOnce(&mut State)) {
        // A thread that panicked has left a line at worst.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = &mut state.line {
            // A terminal that is gone shows nothing any more, here and below.
            let _ = line.clear();
        }
        change(&mut state);
        state.show();
    }
}

impl State {
    fn show(&mut self) {
        if self.running.is_empty() || self.returned {
            return;
        }
        let running = self.running.join(", ");
        let text = format!(
            "awsmfa: {} of {} done, running: {running}",
            self.ended, self.all
        );
        let line = self.line.as_mut();
        if let Some(line) = line.filter(|line| line.terminal.is_in_foreground() == Ok(true)) {
            let _ = line.show(&text, "");
        }
    }
}
