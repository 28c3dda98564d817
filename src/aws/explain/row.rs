//! A row of the tables that explain refusals.

use super::super::error::Kind;

/// AWS's code (without `Exception`) and words of its message; what the program can do; the cause
/// and the hint, with names in braces for `CallInfo::fill`.
pub type Row = (
    (&'static str, &'static str),
    Kind,
    &'static str,
    &'static str,
);
