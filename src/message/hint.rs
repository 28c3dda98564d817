//! What to do about an error, which travels with it to `main`.

use crate::terminal::Interrupted;

/// An error with something to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{cause:#}")]
struct Hinted {
    cause: anyhow::Error,
    hint: String,
}

/// Adds a hint to whatever can fail.
pub trait OrHint<T> {
    /// `hint` says what to do, in the user's words; it is printed on a line of its own.
    fn or_hint<H: Into<String>>(self, hint: impl FnOnce() -> H) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> OrHint<T> for Result<T, E> {
    fn or_hint<H: Into<String>>(self, hint: impl FnOnce() -> H) -> anyhow::Result<T> {
        self.map_err(|error| hinted(error.into(), hint()))
    }
}

/// An error with a hint. A user who ended the run needs none.
pub fn hinted(cause: anyhow::Error, hint: impl Into<String>) -> anyhow::Error {
    if cause.is::<Interrupted>() {
        return cause;
    }
    let hint = hint.into();
    Hinted { cause, hint }.into()
}

/// The same, if there is a hint.
pub fn with_hint(cause: anyhow::Error, hint: Option<String>) -> anyhow::Error {
    match hint {
        Some(hint) => hinted(cause, hint),
        None => cause,
    }
}

/// The hint of an error, wherever in its chain it was added.
pub fn hint_of(error: &anyhow::Error) -> Option<&str> {
    error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Hinted>())
        .map(|hinted| hinted.hint.as_str())
}
