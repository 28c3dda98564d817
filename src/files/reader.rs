//! Line after line into sections and entries.

use super::ini::{Entry, Glued, Parsed, Section, is_setting, shown};
use super::section::{Kind, Name};

/// Enough to see what is wrong with a file; a file of junk would have one per line.
const MOST_PROBLEMS: usize = 5;

/// Far more than people have: files larger than this are no profiles, and would fill the memory.
const MOST_SECTIONS: usize = 50_000;
const MOST_ENTRIES: usize = 500_000;

const OF_SHELL: &str = "the line is shell code, which these files do not allow; write it as \"aws_access_key_id = …\" below a [section], without export and quotes";

fn is_of_shell(line: &str) -> bool {
    let rest = line.strip_prefix("export");
    rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// Where the next line belongs.
enum Place {
    /// Before the first section.
    Top,
    /// Below a header that was not understood: its lines belong to nobody.
    PassedOver,
    /// In a section; with the key of the entry that an indented line continues.
    Section(Name, Option<String>),
}

/// What has been read, and where the next line belongs.
pub struct Reader {
    kind: Kind,
    pub parsed: Parsed,
    place: Place,
    /// Of the last line that was not a continuation.
    indent: usize,
    entries: usize,
}

impl Reader {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            parsed: Parsed::default(),
            place: Place::Top,
            indent: 0,
            entries: 0,
        }
    }

    pub fn problem(&mut self, line: usize, what: impl Into<String>) {
        if self.parsed.problems.len() < MOST_PROBLEMS {
            self.parsed.problems.push((line, what.into()));
        } else {
            self.parsed.further_problems += 1;
        }
    }

    /// Lines are numbered from 1.
    pub fn line(&mut self, number: usize, bytes: &[u8]) {
        let start = bytes.trim_ascii_start();
        if start.starts_with(b"#") || start.starts_with(b";") {
            let text = std::str::from_utf8(start).unwrap_or_default();
            return self.remember(Glued::read(number, text));
        }
        if start.is_empty() || self.parsed.refused.is_some() {
            return;
        }
        let Some(text) = std::str::from_utf8(bytes)
            .ok()
            .filter(|text| !text.contains('\0'))
        else {
            return self.not_text(number, start.starts_with(b"["));
        };
        let trimmed = text.trim();
        // Blanks beyond ASCII are blanks, too.
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            return self.remember(Glued::read(number, trimmed));
        }
        let indent = text.chars().take_while(|c| c.is_whitespace()).count();
        let continues = matches!(self.place, Place::Section(_, Some(_))) && indent > self.indent;
        if trimmed.starts_with('[') {
            if continues {
                self.problem(number, "the section is indented, and the AWS CLI takes it for a part of the line above; remove the blanks before it");
            }
            self.indent = indent;
            self.header(number, trimmed);
        } else if continues {
            self.continuation(number, trimmed);
        } else {
            self.indent = indent;
            self.entry(number, trimmed);
        }
    }

    fn not_text(&mut self, number: usize, header: bool) {
        self.problem(
            number,
            "the line is not UTF-8 text; write it anew or save the file as UTF-8",
        );
        if header {
            self.place = Place::PassedOver;
        } else if let Place::Section(_, open) = &mut self.place {
            // What follows indented belonged to the lost line, not to the one above it.
            *open = None;
        }
    }

    fn header(&mut self, number: usize, line: &str) {
        // The last one, as configparser has it: one before it belongs to the name.
        let name = match line.rfind(']') {
            None => Err("the section's name has no closing ]".to_owned()),
            Some(end) => Name::read(self.kind, &line[1..end]).map(|name| (name, &line[1..end])),
        };
        match name {
            Ok((name, header)) => self.open(number, name, header),
            Err(cause) => {
                self.problem(
                    number,
                    format!("{cause}; the lines below it are ignored too"),
                );
                self.place = Place::PassedOver;
            }
        }
    }

    fn open(&mut self, number: usize, name: Name, header: &str) {
        let former = self.parsed.sections.get(&name);
        let former = former.map(|section| (section.line, section.header.clone()));
        match former {
            None => {}
            Some((first, former)) if former == header => {
                self.problem(number, format!("[{header}] stands there a second time (first in line {first}), which the AWS CLI refuses; the two are read as one, make them one"));
            }
            // Spelled differently: `[default]` and `[profile default]`.
            Some((first, former)) => {
                let section = self.parsed.sections.remove(&name);
                let replaced = section.map(|section| (name.clone(), section));
                self.parsed.replaced.extend(replaced);
                self.problem(number, format!("[{header}] is [{former}] of line {first} again, and the AWS CLI reads only this one; make them one"));
            }
        }
        self.parsed
            .sections
            .entry(name.clone())
            .or_insert_with(|| Section::new(header, number));
        self.place = Place::Section(name, None);
        if self.parsed.sections.len() + self.parsed.replaced.len() > MOST_SECTIONS {
            self.refuse(&format!("it has more than {MOST_SECTIONS} sections"));
        }
    }

    /// Whether there is room for another setting.
    fn count(&mut self, is_new: bool) -> bool {
        self.entries += usize::from(is_new);
        if self.entries > MOST_ENTRIES {
            self.refuse(&format!("it has more than {MOST_ENTRIES} settings"));
        }
        self.parsed.refused.is_none()
    }

    /// What has been read is dropped too: half a file would hide the other half.
    fn refuse(&mut self, cause: &str) {
        self.parsed = Parsed {
            refused: Some(format!("{cause}; name the right file")),
            ..Parsed::default()
        };
        self.place = Place::Top;
    }

    /// A line that ends like a header.
    fn remember(&mut self, glued: Option<Glued>) {
        if let Some(glued) = glued
            && let Place::Section(name, _) = &self.place
            && let Some(section) = self.parsed.sections.get_mut(name)
            && section.glued.len() < MOST_PROBLEMS
        {
            section.glued.push(glued);
        }
    }

    fn entry(&mut self, number: usize, line: &str) {
        let pair = line
            .split_once(['=', ':'])
            .map(|(key, value)| (key.trim(), value.trim()));
        let name = match &mut self.place {
            Place::PassedOver => return,
            _ if is_of_shell(line) => return self.problem(number, OF_SHELL),
            Place::Top => {
                return self.problem(
                    number,
                    "the line stands before any [section]; put it below one",
                );
            }
            Place::Section(name, open) => {
                *open = None;
                name.clone()
            }
        };
        let Some((key, value)) = pair.filter(|(key, _)| !key.is_empty()) else {
            self.remember(Glued::broken(number, line));
            return self.problem(number, "the line is neither a [section] nor \"key = value\"; correct it or put a # before it");
        };
        if !self.count(true) {
            return;
        }
        self.remember(Glued::read(number, line));
        let entry = Entry::new(number, value);
        let known = key.to_lowercase();
        self.place = Place::Section(name.clone(), Some(known.clone()));
        let section = self.parsed.sections.get_mut(&name);
        if let Some(first) = section.and_then(|section| section.insert(&known, entry)) {
            let key = shown(&known);
            self.problem(number, format!("{key} appears twice in its section (first in line {first}), which the AWS CLI refuses; awsmfa uses the later one: remove one"));
        }
    }

    /// An indented line below an entry: nested when the entry has no value of its own.
    fn continuation(&mut self, number: usize, line: &str) {
        let Place::Section(name, Some(key)) = &self.place else {
            return;
        };
        let section = self.parsed.sections.get_mut(name);
        let Some(entry) = section.and_then(|section| section.entries.get_mut(key)) else {
            return;
        };
        let pair = line
            .split_once('=')
            .map(|(key, value)| (key.trim(), value.trim()));
        if is_of_shell(line) {
            return self.problem(number, OF_SHELL);
        }
        if !entry.value.is_empty() {
            if pair.is_some_and(|(key, _)| is_setting(key)) {
                let key = shown(key);
                return self.problem(number, format!("the line is indented, so it belongs to {key} above it; remove the blanks before it"));
            }
            entry.value.push('\n');
            entry.value.push_str(line);
        } else if let Some((key, value)) = pair.filter(|(key, _)| !key.is_empty()) {
            let nested = Entry::new(number, value);
            let former = entry.nested.insert(key.to_owned(), nested);
            self.count(former.is_none());
        } else {
            self.problem(
                number,
                "the indented line is not \"key = value\"; correct it or put a # before it",
            );
        }
    }
}
