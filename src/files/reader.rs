//! Turns lines into sections and entries.

use super::header::{Kind, Name, header_ending};
use super::lines::{Line, LineKind};
use super::parsed::{Entry, Parsed, ParsedSection};

/// Enough to see what is wrong with a file; a file of junk would have one per line.
const MOST_PROBLEMS: usize = 5;

/// Sections and settings: far more than anybody has. A larger file is no profile file and could fill
/// the memory.
const LARGEST: usize = 500_000;

/// Where the next line belongs.
enum Position {
    /// Before the first section.
    Top,
    /// Below a header that was not understood: its lines are ignored.
    Ignored,
    Section(Name, ParsedSection),
}

/// What has been read, and where the next line belongs.
pub struct Reader {
    kind: Kind,
    parsed: Parsed,
    position: Position,
    /// The key that an indented line continues.
    open_key: Option<String>,
    /// Of the last line that was not a continuation.
    indent: usize,
    /// Sections and settings so far.
    size: usize,
}

impl Reader {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            parsed: Parsed::default(),
            position: Position::Top,
            open_key: None,
            indent: 0,
            size: 0,
        }
    }

    pub fn problem(&mut self, line: usize, what: impl Into<String>) {
        if self.parsed.problems.len() < MOST_PROBLEMS {
            self.parsed.problems.push((line, what.into()));
        } else {
            self.parsed.further_problems += 1;
        }
    }

    /// A file that is too large is dropped as a whole: half a file would hide the other half.
    pub fn finish(mut self) -> Parsed {
        if self.size > LARGEST {
            let cause = format!("it has more than {LARGEST} settings; name the right file");
            return Parsed::refused(cause);
        }
        self.close();
        self.parsed
    }

    pub fn line(&mut self, line: &Line<'_>) {
        let kind = line.kind();
        if matches!(kind, LineKind::Blank | LineKind::Comment) || self.size > LARGEST {
            return;
        }
        let (number, is_header, indent) = (line.number, kind == LineKind::Header, line.indent());
        let Some(text) = line.text else {
            return self.not_text(number, is_header);
        };
        let line = text.trim();
        let continues = self.open_key.is_some() && indent > self.indent;
        if continues && !is_header {
            return self.continuation(number, line);
        }
        if continues {
            self.problem(number, "the section is indented, so the AWS CLI reads it as part of the line above; remove the blanks before it");
        }
        self.indent = indent;
        if is_header {
            self.header(number, line);
        } else {
            self.entry(number, line, has_odd_blank(text));
        }
    }

    fn not_text(&mut self, number: usize, is_header: bool) {
        self.problem(
            number,
            "the line is not UTF-8 text; retype it or save the file as UTF-8",
        );
        // An indented line below belongs to the lost line, not to the one above it.
        self.open_key = None;
        if is_header {
            self.close();
            self.position = Position::Ignored;
        }
    }

    /// The section ends here.
    fn close(&mut self) {
        self.open_key = None;
        if let Position::Section(name, section) =
            std::mem::replace(&mut self.position, Position::Top)
        {
            self.parsed.sections.insert(name, section);
        }
    }

    fn header(&mut self, number: usize, line: &str) {
        self.close();
        // Up to the last bracket, as in configparser: one before it belongs to the name.
        let header = line.rfind(']').map(|end| &line[1..end]);
        let name = header
            .ok_or_else(|| "the section's name has no closing ]".to_owned())
            .and_then(|header| Name::read(self.kind, header));
        self.position = match name {
            Ok(name) => {
                let section = self.section(number, &name, header.unwrap_or_default());
                Position::Section(name, section)
            }
            Err(cause) => {
                let what = format!("{cause}; correct it, or the lines below it are ignored too");
                self.problem(number, what);
                Position::Ignored
            }
        };
    }

    /// The section that begins here, or goes on.
    fn section(&mut self, number: usize, name: &Name, header: &str) -> ParsedSection {
        if let Some(former) = self.parsed.sections.remove(name) {
            let (first, former_header) = (former.line, &former.header);
            if former_header == header {
                self.problem(number, format!("[{header}] appears a second time (first in line {first}), which the AWS CLI refuses; merge the two"));
                return former;
            }
            // Spelled differently: `[default]` and `[profile default]`.
            self.problem(number, format!("[{header}] repeats [{former_header}] of line {first}, and the AWS CLI reads only this one; merge the two"));
            let replaced = &mut self.parsed.replaced;
            replaced.entry(name.clone()).or_default().push(former);
        }
        self.size += 1;
        ParsedSection::new(header, number)
    }

    fn entry(&mut self, number: usize, line: &str, has_odd_blank: bool) {
        let section = match &mut self.position {
            Position::Ignored => return,
            _ if is_shell_code(line) => return self.problem(number, SHELL_CODE),
            Position::Top => {
                return self.problem(
                    number,
                    "the line comes before any [section]; move it below one",
                );
            }
            Position::Section(_, section) => section,
        };
        let pair = pair(line, &['=', ':']);
        let header = header_ending(line, pair.is_some());
        let header = header.filter(|_| section.header_endings.len() < MOST_PROBLEMS);
        let header = header.map(|header| (number, header));
        section.header_endings.extend(header);
        self.open_key = pair.map(|(key, _)| key.to_lowercase());
        let (Some(key), Some((_, value))) = (&self.open_key, pair) else {
            return self.problem(number, "the line is neither a [section] nor \"key = value\"; correct it or put a # before it");
        };
        section.odd_blanks.extend(has_odd_blank.then_some(number));
        let first = section.insert(key, Entry::new(number, value));
        match first {
            None => self.size += 1,
            Some(first) => {
                let key = shown(key);
                self.problem(number, format!("{key} appears twice in its section (first in line {first}), which the AWS CLI refuses; remove one"));
            }
        }
    }

    /// An indented line below an entry: nested when the entry has no value of its own.
    fn continuation(&mut self, number: usize, line: &str) {
        let (Position::Section(_, section), Some(key)) = (&mut self.position, &self.open_key)
        else {
            return;
        };
        let Some(entry) = section.entries.get_mut(key) else {
            return;
        };
        let pair = pair(line, &['=']);
        let problem = if is_shell_code(line) {
            SHELL_CODE.to_owned()
        } else if let (true, Some((nested, value))) = (entry.value.is_empty(), pair) {
            let value = Entry::new(number, value);
            let former = entry.nested.insert(nested.to_owned(), value);
            self.size += usize::from(former.is_none());
            return;
        } else if entry.value.is_empty() {
            "the indented line is not \"key = value\"; correct it or put a # before it".to_owned()
        } else if pair.is_some_and(|(nested, _)| is_setting(nested)) {
            let key = shown(key);
            format!(
                "the line is indented, so it belongs to {key} above it; remove the blanks before it"
            )
        } else {
            entry.value.push('\n');
            entry.value.push_str(line);
            return;
        };
        self.problem(number, problem);
    }
}

/// A key that is there, and its value.
pub fn pair<'a>(line: &'a str, separators: &[char]) -> Option<(&'a str, &'a str)> {
    let (key, value) = line.split_once(separators)?;
    let (key, value) = (key.trim(), value.trim());
    (!key.is_empty()).then_some((key, value))
}

/// Whether a blank that is not ASCII, such as a no-break space, stands at an end of the value.
fn has_odd_blank(text: &str) -> bool {
    let value = text.split_once(['=', ':']).map_or(text, |(_, value)| value);
    let is_ascii_blank = |c: char| c.is_ascii_whitespace();
    value.trim().len() != value.trim_matches(is_ascii_blank).len()
}

const SHELL_CODE: &str = "the line is shell code, which these files do not allow; write it as \"aws_access_key_id = …\" below a [section], without export and quotes";

fn is_shell_code(line: &str) -> bool {
    let rest = line.strip_prefix("export");
    rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// Whether a key looks like a setting's name rather than like a part of a value.
fn is_setting(key: &str) -> bool {
    !key.is_empty() && key.len() <= 40 && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// A key for a message: anything but a setting's name may be a secret in the wrong place.
fn shown(key: &str) -> &str {
    if is_setting(key) { key } else { "a key" }
}
