//! A line beside an open question or countdown: it stands above, and what was there is drawn again
//! below it, with what has been typed so far.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use super::Terminal;
use crate::printable::printable;

struct State {
    /// The text of the question or of the countdown that is open.
    open: Option<String>,
    /// Whether a thread reads the terminal.
    reading: bool,
    /// Whether a half-typed line was pushed to that thread.
    pushed: bool,
}

static STATE: Mutex<State> = Mutex::new(State {
    open: None,
    reading: false,
    pushed: false,
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a question that was given up still takes what is typed: nothing else may ask then.
pub fn is_question_open() -> bool {
    state().reading
}

/// A question or a line that is open until this is dropped.
pub(super) struct Open;

impl Open {
    pub(super) fn shows(text: &str) -> Self {
        state().open = Some(text.to_owned());
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        state().open = None;
    }
}

/// The thread that reads the answer, until this is dropped.
pub(super) struct Reading;

impl Reading {
    pub(super) fn started() -> Self {
        let mut state = state();
        (state.reading, state.pushed) = (true, false);
        Self
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut state = state();
        (state.reading, state.open) = (false, None);
    }
}

/// Whether [`say_beside`] has pushed the half-typed line that was read, once the question stands
/// below what was said. If not, the user has ended it with Ctrl-D.
pub(super) fn was_pushed() -> bool {
    std::mem::take(&mut state().pushed)
}

/// Says `text` beside what is open on the terminal. False if nothing is, or if the terminal is
/// another program's now.
pub fn say_beside(text: &str) -> bool {
    let mut state = state();
    let (Some(open), Ok(terminal)) = (state.open.clone(), Terminal::open()) else {
        return false;
    };
    if state.reading {
        state.pushed = push_half_typed(&terminal);
    }
    let text = printable(text);
    terminal.write(&format!("\n{text}\n{open}")).is_ok()
}

/// Leaving line mode hands what is typed so far to the reader, which draws it again: the terminal
/// does not, and nobody else can see it. (macOS and the BSDs draw it again by themselves.)
fn push_half_typed(terminal: &Terminal) -> bool {
    let Ok(modes) = tcgetattr(&terminal.device) else {
        return false;
    };
    let mut raw = modes.clone();
    raw.local_modes.remove(LocalModes::ICANON);
    for modes in [&raw, &modes] {
        // A terminal that refuses keeps the text.
        let _ = tcsetattr(&terminal.device, OptionalActions::Now, modes);
    }
    true
}
