//! What people write around a value, and AWS's files take for a part of it: a comment behind it,
//! quotes around it, a section's header glued to its end.

pub const QUOTES: &str = "remove the quotes: in AWS's files they are a part of the value";

/// Why a value is not what its writer meant; where nothing strange is about it, `otherwise`.
pub fn hint(value: &str, otherwise: impl FnOnce() -> String) -> String {
    let comment = [" #", "\t#", " ;", "\t;"]
        .iter()
        .any(|mark| value.contains(mark));
    if comment {
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
