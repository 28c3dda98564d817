//! The syntax of the two files: sections, `key = value`, continued and nested lines, as Python's
//! configparser (which the AWS CLI uses) reads them. Unlike it, a bad line is ignored and reported,
//! and does not hide the rest. Pure.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use super::reader::Reader;
use super::section::{Kind, Name};

#[derive(Debug, Default)]
pub struct Parsed {
    pub sections: BTreeMap<Name, ParsedSection>,
    /// Sections that a later one of the same name, spelled differently, has replaced.
    pub replaced: Vec<(Name, ParsedSection)>,
    /// What was ignored, with its line. Never shows a value, nor a line that was not understood: it
    /// may be a secret.
    pub problems: Vec<(usize, String)>,
    /// How many more there were.
    pub further_problems: usize,
    /// Why the file cannot be used at all.
    pub refused: Option<String>,
}

impl Parsed {
    pub fn refused(cause: String) -> Self {
        Self {
            refused: Some(cause),
            ..Self::default()
        }
    }
}

#[derive(Debug)]
pub struct ParsedSection {
    /// What stands between the brackets.
    pub header: String,
    pub line: usize,
    pub entries: BTreeMap<String, Entry>,
    /// Lines that end like a header, and that header. Somebody pasted a section behind a file without
    /// a line break at its end, so what stands below may belong to another profile.
    pub header_endings: Vec<(usize, String)>,
}

impl ParsedSection {
    pub fn new(header: &str, line: usize) -> Self {
        Self {
            header: header.to_owned(),
            line,
            entries: BTreeMap::new(),
            header_endings: Vec::new(),
        }
    }

    /// The later value of a key counts. Returns the line of an earlier one.
    pub fn insert(&mut self, key: &str, mut entry: Entry) -> Option<usize> {
        let former = self.entries.remove(key);
        entry.line_of_other_value = former.as_ref().and_then(|former| {
            let differs = !former.value.is_empty() && former.value != entry.value;
            differs
                .then_some(former.line)
                .or(former.line_of_other_value)
        });
        self.entries.insert(key.to_owned(), entry);
        former.map(|former| former.line)
    }
}

/// A key's value. Any value may be a secret, so it is wiped and never printed.
pub struct Entry {
    pub line: usize,
    pub value: Zeroizing<String>,
    /// Where the same section gives the key another value.
    pub line_of_other_value: Option<usize>,
    /// Indented `key = value` lines below a key without a value.
    pub nested: BTreeMap<String, Entry>,
}

impl Entry {
    pub fn new(line: usize, value: &str) -> Self {
        Self {
            line,
            value: value.to_owned().into(),
            line_of_other_value: None,
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
        return reader.finish();
    }
    // Lines end with LF, CR LF or CR, as in Python's text files.
    let (mut number, mut after_cr) = (0, false);
    for line in text.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        if !(after_cr && line == b"\n") {
            number += 1;
            reader.line(number, line);
        }
        after_cr = line.ends_with(b"\r");
    }
    reader.finish()
}
