//! What people write around a value, and AWS's files take for a part of it: a comment behind it,
//! quotes around it, a section's header glued to its end.

pub const QUOTES: &str = "remove the quotes: they are a part of the value";

/// Why a value that was refused is not what its writer meant; `otherwise`, if nothing about it is
/// strange.
pub fn hint(value: &str, otherwise: impl FnOnce() -> String) -> String {
    if value.contains(['#', ';']) {
        "put the comment on a line of its own: behind a value it is a part of the value".to_owned()
    } else if is_quoted(value) {
        QUOTES.to_owned()
    } else if value.ends_with(']') && value.contains('[') {
        "it ends like the header of a section, which belongs on a line of its own".to_owned()
    } else {
        otherwise()
    }
}

pub fn is_quoted(value: &str) -> bool {
    let quotes = ['"', '\''];
    value.starts_with(quotes) || value.ends_with(quotes)
}
