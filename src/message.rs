//! Messages to the user while a command runs, and the hint that ends a failure.
//!
//! Messages read `awsmfa: could not …: cause`, then `awsmfa: hint: …`: lower case, no full stop.
//! Nothing here writes: `main` hands in the function that does.

mod confirm;
mod hint;

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

use crate::printable::without_numbers;
use crate::terminal::{Interrupted, say_beside};
pub use hint::{OrHint, hint_of, hinted, with_hint};

/// A pause long enough for a person to wonder what is happening.
const NOTICEABLE: Duration = Duration::from_secs(1);

/// How progress reaches the user. Errors are not messages: they travel as `Err` to `main`.
pub struct Messages {
    write: fn(&str),
    level: Level,
    /// What waits for the end of a question or a countdown.
    held: RefCell<Option<Vec<String>>>,
    /// See [`Messages::note_once`].
    said_once: RefCell<HashSet<String>>,
}

/// `--quiet`, nothing, `--verbose`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Level {
    Quiet,
    #[default]
    Normal,
    Verbose,
}

impl Messages {
    pub fn new(write: fn(&str), level: Level) -> Self {
        Self {
            write,
            level,
            held: RefCell::default(),
            said_once: RefCell::default(),
        }
    }

    /// The same, as if nothing had been said yet.
    pub fn anew(&self) -> Self {
        Self::new(self.write, self.level)
    }

    /// Waits for a person's answer, or for a command that may ask. What is said meanwhile is held
    /// back.
    pub async fn hold_during<T>(
        &self,
        wait: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let held = self.hold();
        let answer = wait.await;
        let interrupted = matches!(&answer, Err(error) if error.is::<Interrupted>());
        if !interrupted {
            held.release();
        }
        answer
    }

    /// Holds messages back while a question or a countdown is on the terminal: they would stand in the
    /// middle of its line. [`HeldBack::release`] prints them; if the user ends the run, they are
    /// dropped.
    pub fn hold(&self) -> HeldBack<'_> {
        self.held.replace(Some(Vec::new()));
        HeldBack { messages: self }
    }

    pub fn level(&self) -> Level {
        self.level
    }

    fn say(&self, text: &str) {
        match self.held.borrow_mut().as_mut() {
            Some(held) => held.push(text.to_owned()),
            None => (self.write)(text),
        }
    }

    /// Something failed while other things go on; said whatever the level.
    pub fn failure(&self, text: &str) {
        (self.write)(text);
    }

    /// The same, with the error's hint.
    pub fn error(&self, error: &anyhow::Error) {
        self.failure(&format!("{error:#}"));
        if let Some(hint) = hint_of(error) {
            self.failure(&format!("hint: {hint}"));
        }
    }

    /// The same of a profile.
    pub fn profile_failure(&self, profile: &str, error: &anyhow::Error) {
        self.error(&with_hint(
            anyhow::anyhow!("{profile}: {error:#}"),
            hint_of(error).map(str::to_owned),
        ));
    }

    /// What is about to change for good, at AWS or in a file of the user's; said whatever the level.
    pub fn announcement(&self, text: &str) {
        self.say(text);
    }

    /// Something the user should know. Left out by `--quiet`.
    pub fn note(&self, text: &str) {
        if self.level >= Level::Normal {
            self.say(text);
        }
    }

    pub fn notes<T: AsRef<str>>(&self, texts: impl IntoIterator<Item = T>) {
        texts.into_iter().for_each(|text| self.note(text.as_ref()));
    }

    /// Why AWS cannot be reached, which a person should know before they answer: said once, beside an
    /// open question.
    pub fn aside_once(&self, cause: &str, hint: &str) {
        if self.level >= Level::Normal && self.is_new(cause) {
            let text = format!("{cause} ({hint})");
            let line = format!("awsmfa: {}", without_numbers(&text));
            if !say_beside(&line) {
                self.say(&text);
            }
        }
    }

    /// A call failed and is made again after `pause`. A cause that has been said is repeated only
    /// before a wait that a person notices.
    pub fn retry(&self, cause: &str, pause: Duration) {
        let text = format!("{cause}; trying again in {:.1}s", pause.as_secs_f32());
        if self.is_new(cause) || pause >= NOTICEABLE {
            self.note(&text);
        } else {
            self.detail(&text);
        }
    }

    /// The same text twice is said once.
    pub fn note_once(&self, text: &str) {
        if self.is_new(text) {
            self.note(text);
        }
    }

    fn is_new(&self, text: &str) -> bool {
        self.said_once.borrow_mut().insert(text.to_owned())
    }

    /// Why something was skipped, what was sent where. Only with `--verbose`.
    pub fn detail(&self, text: &str) {
        if self.level >= Level::Verbose {
            self.say(text);
        }
    }
}

/// See [`Messages::hold`].
pub struct HeldBack<'a> {
    messages: &'a Messages,
}

impl HeldBack<'_> {
    /// Says what has been held back.
    pub fn release(self) {
        let held = self.messages.held.take();
        for text in held.into_iter().flatten() {
            (self.messages.write)(&text);
        }
    }
}

impl Drop for HeldBack<'_> {
    fn drop(&mut self) {
        self.messages.held.take();
    }
}
