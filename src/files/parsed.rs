//! What stands in one of the two files: sections, `key = value`, nested lines.

use std::collections::BTreeMap;
use std::fmt;

use super::header::Name;

#[derive(Debug, Default)]
pub struct Parsed {
    pub sections: BTreeMap<Name, ParsedSection>,
    /// Sections that a later one of the same name, spelled differently, has replaced.
    pub replaced: BTreeMap<Name, Vec<ParsedSection>>,
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
    /// Lines that end like a header, and that header. Appending a section to a file that lacks a final
    /// line break makes such a line, so the settings below it may be another profile's.
    pub header_endings: Vec<(usize, String)>,
    /// Lines with a blank around the value that Python removes and other languages do not.
    pub odd_blanks: Vec<usize>,
}

impl ParsedSection {
    pub fn new(header: &str, line: usize) -> Self {
        Self {
            header: header.to_owned(),
            line,
            entries: BTreeMap::new(),
            header_endings: Vec::new(),
            odd_blanks: Vec::new(),
        }
    }

    /// `[DEFAULT]` is a part of every section; `[profile DEFAULT]` is a profile like any other.
    pub fn is_of_all_profiles(&self) -> bool {
        self.header.trim() == "DEFAULT"
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

/// A key's value. Any value may be a secret, so it is never printed.
pub struct Entry {
    pub line: usize,
    pub value: String,
    /// Where the same section gives the key another value.
    pub line_of_other_value: Option<usize>,
    /// Indented `key = value` lines below a key without a value.
    pub nested: BTreeMap<String, Entry>,
}

impl Entry {
    pub fn new(line: usize, value: &str) -> Self {
        Self {
            line,
            value: value.to_owned(),
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
