//! A line beside an open question or countdown: it stands above, and what was there is drawn again
//! below it, with what has been typed so far.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use super::{Terminal, is_question_open};
use crate::printable::printable;

/// What has to be drawn again.
#[derive(Clone)]
enum Open {
    /// The text before the answer.
    Question(String),
    /// All of the line.
    Line(String),
}

static OPEN: Mutex<Option<Open>> = Mutex::new(None);

/// How often a half-typed line was pushed to whoever reads it.
static PUSHES: AtomicUsize = AtomicUsize::new(0);

/// Held until the question stands below the line: only then what was typed is drawn behind it.
static DRAWING: Mutex<()> = Mutex::new(());

/// The lock is held for a moment only, and nothing panics meanwhile.
fn set(open: Option<Open>) {
    if let Ok(mut now) = OPEN.lock() {
        *now = open;
    }
}

/// A question that is open until this is dropped.
pub(super) struct Question;

impl Question {
    pub(super) fn opened(prompt: String) -> Self {
        set(Some(Open::Question(prompt)));
        Self
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        set(None);
    }
}

/// The line that is written over and over now reads `text`; empty once it is gone.
pub(super) fn line_shows(text: &str) {
    set((!text.is_empty()).then(|| Open::Line(text.to_owned())));
}

/// Says `text` beside what is open on the terminal. False if nothing is, or if the terminal is
/// another program's now.
pub fn say_beside(text: &str) -> bool {
    let open = OPEN.lock().ok().and_then(|open| open.clone());
    let text = printable(text);
    match (open, Terminal::open()) {
        (Some(Open::Question(prompt)), Ok(terminal)) if is_question_open() => {
            // Whoever sees the question again finds the terminal in line mode.
            let _drawing = DRAWING.lock();
            push_half_typed(&terminal);
            terminal.write(&format!("\n{text}\n{prompt}")).is_ok()
        }
        (Some(Open::Line(line)), Ok(terminal)) => {
            let blank = " ".repeat(line.chars().count());
            terminal
                .write(&format!("\r{blank}\r{text}\n{line}"))
                .is_ok()
        }
        _ => false,
    }
}

/// Leaving line mode hands what is typed so far to the reader, which draws it again: the terminal
/// does not, and nobody else can see it. (macOS and the BSDs draw it again by themselves.)
fn push_half_typed(terminal: &Terminal) {
    let Ok(modes) = tcgetattr(&terminal.device) else {
        return;
    };
    PUSHES.fetch_add(1, Ordering::SeqCst);
    let mut raw = modes.clone();
    raw.local_modes.remove(LocalModes::ICANON);
    for modes in [&raw, &modes] {
        // A terminal that refuses keeps the text: it counts all the same.
        let _ = tcsetattr(&terminal.device, OptionalActions::Now, modes);
    }
}

/// Tells a half-typed line that was pushed here from one that the user has ended with Ctrl-D.
pub(super) struct Pushes(usize);

impl Pushes {
    pub(super) fn count() -> Self {
        Self(PUSHES.load(Ordering::SeqCst))
    }

    /// Whether there was a push since the last look, once what it was for is drawn.
    pub(super) fn have_grown(&mut self) -> bool {
        let _drawn = DRAWING.lock();
        let before = std::mem::replace(self, Self::count());
        self.0 != before.0
    }
}
