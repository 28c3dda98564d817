//! What `exec --each` shows while its commands run: their output and, on a terminal, below it a line
//! that says how far they are.

use std::io::IsTerminal as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::context::Context;
use crate::message::Level;
use crate::streams::{Stream, WriteLine};
use crate::terminal::{Line, Terminal};

/// Whatever is written goes through it, so that the line is out of the way.
pub struct Screen {
    write: WriteLine,
    state: Mutex<State>,
}

struct State {
    /// None where nobody would see it, or wants to.
    line: Option<Line>,
    running: Vec<String>,
    ended: usize,
    all: usize,
    /// Whether the last output may be drawn over: then it stands where the line would.
    returned: bool,
}

impl Screen {
    /// For `all` commands; a single one needs no line.
    pub fn new(all: usize, context: &Context<'_>) -> Self {
        let wanted = context.messages.level() >= Level::Normal;
        let shown = all > 1 && wanted && std::io::stderr().is_terminal();
        let line = || Line::on(&Terminal::open().ok()?).ok();
        Self {
            write: context.write_line,
            state: Mutex::new(State {
                line: shown.then(line).flatten(),
                running: Vec::new(),
                ended: 0,
                all,
                returned: false,
            }),
        }
    }

    pub fn started(&self, profile: &str) {
        let mut state = self.state();
        state.running.push(profile.to_owned());
        state.show();
    }

    /// `tell` says how, with the line out of the way.
    pub fn ended(&self, profile: &str, tell: impl FnOnce()) {
        let mut state = self.state();
        let place = state.running.iter().position(|name| name == profile);
        place.map(|place| state.running.remove(place));
        state.ended += 1;
        state.clear();
        tell();
        state.show();
    }

    /// A line of a command's output.
    pub fn write(&self, stream: Stream, line: &[u8]) {
        let mut state = self.state();
        state.clear();
        (self.write)(stream, line);
        state.returned = line.ends_with(b"\r");
        state.show();
    }

    /// Does something else that shows, or stops, with the line out of the way.
    pub fn pause(&self, other: impl FnOnce()) {
        let mut state = self.state();
        state.clear();
        other();
        state.show();
    }

    /// A thread that panicked has left a line at worst.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn show(&mut self) {
        if self.running.is_empty() || self.returned {
            return;
        }
        let text = format!(
            "awsmfa: {} of {} done, running: {}",
            self.ended,
            self.all,
            self.running.join(", ")
        );
        if let Some(line) = self.line.as_mut().filter(|line| !line.is_anothers()) {
            // A terminal that is gone shows nothing more.
            let _ = line.show(&text);
        }
    }

    fn clear(&mut self) {
        if let Some(line) = &mut self.line {
            let _ = line.clear();
        }
    }
}
