//! What is said to the user while a command runs, and the hint that ends a failure.
//!
//! Messages read `awsmfa: could not …: cause`, then `awsmfa: hint: …`: lower case, no full stop.
//! Nothing here writes: `main` hands in the function that does.

use std::cell::RefCell;
use std::fmt;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::terminal::Interrupted;

/// How progress reaches the user. Errors are not messages: they travel as `Err` to `main`.
pub struct Messages {
    write: fn(&str),
    level: Level,
    /// What waits for the end of a question or a countdown.
    held: RefCell<Option<Vec<String>>>,
    /// See [`Messages::somebody_is_asked`].
    asked: Notify,
}

/// `--quiet`, nothing, `--verbose`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Level {
    Quiet,
    #[default]
    Normal,
    Verbose,
}

/// `oathtool` takes 5 ms, `ykman`, or `gpg` behind `pass`, up to 400.
const COMPUTATION: Duration = Duration::from_millis(500);

impl Messages {
    pub fn new(write: fn(&str), level: Level) -> Self {
        Self {
            write,
            level,
            held: RefCell::default(),
            asked: Notify::new(),
        }
    }

    /// Waits for a person's answer. What is said meanwhile is held back.
    pub async fn while_asking<T>(
        &self,
        person: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        self.somebody_is_asked();
        self.while_silent(person).await
    }

    /// Waits for a command of the user's. It may ask them, or want a touch, and nobody can see that
    /// from here: one that goes on for longer than a computation does counts as asking.
    pub async fn while_running<T>(
        &self,
        command: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let asking = async {
            tokio::time::sleep(COMPUTATION).await;
            self.somebody_is_asked();
            std::future::pending().await
        };
        tokio::select! {
            biased;
            output = self.while_silent(command) => output,
            output = asking => output,
        }
    }

    async fn while_silent<T>(
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

    /// A person has to do something now: what can be done meanwhile may begin.
    pub fn somebody_is_asked(&self) {
        self.asked.notify_waiters();
    }

    /// Done when a person is asked for something, from this call on.
    pub fn until_somebody_is_asked(&self) -> Notified<'_> {
        self.asked.notified()
    }

    /// While a question or a countdown is on the terminal: what is said meanwhile would stand in
    /// the middle of its line, so it waits for [`Held::release`]. Where the user has ended the run
    /// instead, it is of no use any more.
    pub fn hold(&self) -> Held<'_> {
        self.held.replace(Some(Vec::new()));
        Held { messages: self }
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

    /// Something the user should know. Left out by `--quiet`.
    pub fn note(&self, text: &str) {
        if self.level >= Level::Normal {
            self.say(text);
        }
    }

    /// Why something was passed over, what was sent where. Only with `--verbose`.
    pub fn detail(&self, text: &str) {
        if self.level >= Level::Verbose {
            self.say(text);
        }
    }
}

/// See [`Messages::hold`].
pub struct Held<'a> {
    messages: &'a Messages,
}

impl Held<'_> {
    /// Says what has been held back.
    pub fn release(self) {
        let held = self.messages.held.take();
        for text in held.into_iter().flatten() {
            (self.messages.write)(&text);
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.messages.held.take();
    }
}

/// An error with something to do about it.
#[derive(Debug)]
pub struct Hinted {
    cause: anyhow::Error,
    pub hint: String,
}

impl fmt::Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.cause)
    }
}

impl std::error::Error for Hinted {}

/// Adds a hint to whatever can fail.
pub trait OrHint<T> {
    /// `hint` says what to do, in the user's words; it is printed on a line of its own.
    fn or_hint(self, hint: impl FnOnce() -> String) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> OrHint<T> for Result<T, E> {
    fn or_hint(self, hint: impl FnOnce() -> String) -> anyhow::Result<T> {
        self.map_err(|error| hinted(error.into(), hint()))
    }
}

/// An error with a hint, where it is not in a `Result`. A user who ended the run needs none.
pub fn hinted(cause: anyhow::Error, hint: impl Into<String>) -> anyhow::Error {
    if cause.is::<Interrupted>() {
        return cause;
    }
    let hint = hint.into();
    Hinted { cause, hint }.into()
}

/// The hint of an error, wherever in its chain it was added.
pub fn hint_of(error: &anyhow::Error) -> Option<&str> {
    error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Hinted>())
        .map(|hinted| hinted.hint.as_str())
}

/// Text that may have come from outside, made harmless for a terminal: control characters
/// (C0, DEL, C1) and the ones that reorder text are shown as `\u{…}`.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let reorders = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || reorders {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// The system's words for an error without its number: `Permission denied (os error 13)`.
pub fn without_numbers(text: &str) -> String {
    let mut parts = text.split(" (os error ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Unicode's `Bidi_Control`: <https://www.unicode.org/Public/UCD/latest/ucd/PropList.txt>
    const BIDI_CONTROLS: &str = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";

    #[test]
    fn what_is_printed_is_harmless() {
        for (text, shown) in [
            (
                "sts:AssumeRole \u{e4} \u{4e2d}",
                "sts:AssumeRole \u{e4} \u{4e2d}",
            ),
            (
                "\u{1b}[2J\n\r\u{7f}\u{9b}",
                r"\u{1b}[2J\u{a}\u{d}\u{7f}\u{9b}",
            ),
            ("a\u{202e}b", r"a\u{202e}b"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn the_system_s_numbers_are_left_out() {
        for (text, shown) in [
            ("a: No such file (os error 2)", "a: No such file"),
            ("x (os error 2): y (os error 13) (tried)", "x: y (tried)"),
            ("plain (text)", "plain (text)"),
            ("cut (os error ", "cut"),
        ] {
            assert_eq!(without_numbers(text), shown);
        }
    }

    proptest! {
        #[test]
        fn no_control_character_survives(
            text in prop_oneof![any::<String>(), Just(BIDI_CONTROLS.to_owned()), "[\u{0}-\u{a0}\u{600}-\u{620}\u{2000}-\u{2070}]{0,20}"]
        ) {
            let shown = printable(&text);
            prop_assert!(!shown.chars().any(|c| c.is_control() || BIDI_CONTROLS.contains(c)));
        }
    }
}
