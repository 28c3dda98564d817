//! Why a value is refused: often because of a comment after it, quotes around it or a section header
//! at its end, which all become part of a value in AWS's files.

use std::fmt::Display;

use anyhow::anyhow;

use crate::message::hinted;
use crate::origin::Sourced;

/// The error `ORIGIN WHY` with a hint. The value is shown only if `why` contains it: it may be
/// a secret.
pub fn refused(value: &Sourced<&str>, why: impl Display, otherwise: &str) -> anyhow::Error {
    hinted(
        anyhow!("{} {why}", value.origin),
        hint(value.value, otherwise),
    )
}

/// What was written around the value, or else `otherwise`.
pub fn hint(value: &str, otherwise: &str) -> String {
    let hint = if value.contains(['#', ';']) {
        "put the comment on a line of its own: after a value, it becomes part of the value"
    } else if is_quoted(value) {
        "remove the quotes: they become part of the value"
    } else if value.ends_with(']') && value.contains('[') {
        "it ends like a section header: put the header on a line of its own"
    } else {
        otherwise
    };
    hint.to_owned()
}

pub fn is_quoted(value: &str) -> bool {
    let quotes = ['"', '\''];
    value.starts_with(quotes) || value.ends_with(quotes)
}
