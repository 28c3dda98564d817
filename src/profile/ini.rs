//! The syntax of the two files: sections, `key = value`, continued and nested lines, as Python's
//! configparser (which the AWS CLI uses) reads them. Unlike it, a bad line is passed over and
//! reported, and does not hide the rest. Pure.

mod reader;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use super::section::{Kind, Name};
use reader::Reader;

#[derive(Debug, Default)]
pub struct Parsed {
    pub sections: BTreeMap<Name, Section>,
    /// What was passed over, with its line. Never shows a value, nor a line that was not understood:
    /// it may be a secret.
    pub problems: Vec<(usize, String)>,
    /// How many more there were.
    pub further_problems: usize,
}

#[derive(Debug)]
pub struct Section {
    /// What stands between the brackets.
    pub header: String,
    pub line: usize,
    pub entries: BTreeMap<String, Entry>,
}

/// A key's value. Any value may be a secret, so it is wiped and never printed.
pub struct Entry {
    pub line: usize,
    pub value: Zeroizing<String>,
    /// Indented `key = value` lines below a key without a value.
    pub nested: BTreeMap<String, Entry>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[redacted, line {}]", self.line)
    }
}

/// Reads a whole file.
pub fn parse(kind: Kind, bytes: &[u8]) -> Parsed {
    let mut reader = Reader::new(kind);
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        reader.problem(1, "the file is UTF-16; save it as UTF-8");
        return reader.parsed;
    }
    for (index, line) in lines(text).enumerate() {
        reader.line(index + 1, line);
    }
    reader.parsed
}

/// Lines end with LF, CR LF or CR, as in Python's text files.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            rest = None;
            return Some(text);
        };
        let length = if text[end..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
        rest = Some(&text[end + length..]);
        Some(&text[..end])
    })
}
