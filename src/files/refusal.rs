//! Why a value is refused. Often because of what people write around it, which AWS's files take for
//! a part of it: a comment behind it, quotes around it, a section's header at its end.

use std::fmt::Display;

use anyhow::anyhow;

use crate::message::hinted;
use crate::origin::Sourced;

/// The error `ORIGIN WHY` with a hint. Whoever words `why` decides whether the value is shown: it may
/// be a secret.
pub fn refused(value: &Sourced<&str>, why: impl Display, otherwise: &str) -> anyhow::Error {
    hinted(
        anyhow!("{} {why}", value.origin),
        hint(value.value, otherwise),
    )
}

/// What was written around the value, or else `otherwise`.
pub fn hint(value: &str, otherwise: &str) -> String {
    let hint = if value.contains(['#', ';']) {
        "put the comment on a line of its own: behind a value it is a part of the value"
    } else if is_quoted(value) {
        "remove the quotes: they are a part of the value"
    } else if value.ends_with(']') && value.contains('[') {
        "it ends like the header of a section, which belongs on a line of its own"
    } else {
        otherwise
    };
    hint.to_owned()
}

pub fn is_quoted(value: &str) -> bool {
    let quotes = ['"', '\''];
    value.starts_with(quotes) || value.ends_with(quotes)
}
