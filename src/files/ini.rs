//! The syntax of the two files: sections, `key = value`, continued and nested lines, as Python's
//! configparser (which the AWS CLI uses) reads them. Unlike it, a bad line is passed over and
//! reported, and does not hide the rest. Pure.

mod glued;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use super::reader::Reader;
use super::section::{Kind, Name};
pub use glued::Glued;

/// The keys that decide whose session it is. The AWS CLI refuses a section that has one of them
/// twice.
const DECISIVE: [&str; 6] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "credential_process",
    "credential_source",
    "role_arn",
    "source_profile",
];

#[derive(Debug, Default)]
pub struct Parsed {
    pub sections: BTreeMap<Name, Section>,
    /// Sections that another one of the same name, spelled differently, has replaced.
    pub replaced: Vec<(Name, Section)>,
    /// What was passed over, with its line. Never shows a value, nor a line that was not understood:
    /// it may be a secret.
    pub problems: Vec<(usize, String)>,
    /// How many more there were.
    pub further_problems: usize,
    /// Why the file cannot be used at all.
    pub refused: Option<String>,
}

#[derive(Debug)]
pub struct Section {
    /// What stands between the brackets.
    pub header: String,
    pub line: usize,
    pub entries: BTreeMap<String, Entry>,
    pub contradictions: Vec<Contradiction>,
    /// Lines that end like a header: what stands below them may belong to another profile.
    pub glued: Vec<Glued>,
}

impl Section {
    pub fn new(header: &str, line: usize) -> Self {
        Self {
            header: header.to_owned(),
            line,
            entries: BTreeMap::new(),
            contradictions: Vec::new(),
            glued: Vec::new(),
        }
    }

    /// The later value counts. The line of the first one, if it is a mere repetition.
    pub fn insert(&mut self, key: &str, entry: Entry) -> Option<usize> {
        let line = entry.line;
        let former = self.entries.insert(key.to_owned(), entry)?;
        let now = self.entries.get(key).map(|entry| &entry.value);
        if DECISIVE.contains(&key) && now != Some(&former.value) && !former.value.is_empty() {
            self.contradictions.push(Contradiction {
                key: key.to_owned(),
                lines: [former.line, line],
            });
            return None;
        }
        Some(former.line)
    }
}

/// A key that decides whose session it is, and that one section gives two different values.
#[derive(Debug)]
pub struct Contradiction {
    pub key: String,
    pub lines: [usize; 2],
}

/// A key's value. Any value may be a secret, so it is wiped and never printed.
pub struct Entry {
    pub line: usize,
    pub value: Zeroizing<String>,
    /// Indented `key = value` lines below a key without a value.
    pub nested: BTreeMap<String, Entry>,
}

impl Entry {
    pub fn new(line: usize, value: &str) -> Self {
        Self {
            line,
            value: value.to_owned().into(),
            nested: BTreeMap::new(),
        }
    }
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

/// Whether a key looks like a setting's name rather than like a part of a value.
pub fn is_setting(key: &str) -> bool {
    !key.is_empty() && key.len() <= 40 && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// A key for a message: what is no setting's name may be a secret in the wrong place.
pub fn shown(key: &str) -> &str {
    if is_setting(key) { key } else { "a key" }
}
