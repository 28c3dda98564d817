//! Line after line into sections and entries.

use super::ini::{Entry, Parsed, ParsedSection};
use super::section::{Kind, Name};

/// Enough to see what is wrong with a file; a file of junk would have one per line.
const MOST_PROBLEMS: usize = 5;

/// Sections and settings. Far more than people have: a larger file holds no profiles, and would fill
/// the memory.
const LARGEST: usize = 500_000;

/// Where the next line belongs.
enum Position {
    /// Before the first section.
    Top,
    /// Below a header that was not understood: its lines are ignored.
    Ignored,
    /// In a section; with the key of the entry that an indented line continues.
    Section(Name, Option<String>),
}

/// What has been read, and where the next line belongs.
pub struct Reader {
    kind: Kind,
    pub parsed: Parsed,
    position: Position,
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

    /// Lines are numbered from 1.
    pub fn line(&mut self, number: usize, bytes: &[u8]) {
        let start = bytes.trim_ascii_start();
        if start.is_empty() || start.starts_with(b"#") || start.starts_with(b";") {
            return;
        }
        if self.parsed.refused.is_some() {
            return;
        }
        let text = std::str::from_utf8(bytes).ok();
        let Some(text) = text.filter(|text| !text.contains('\0')) else {
            return self.not_text(number, start.starts_with(b"["));
        };
        let line = text.trim();
        // Unicode's blanks are blanks, too.
        if line.is_empty() || line.starts_with(['#', ';']) {
            return;
        }
        let indent = text.chars().take_while(|c| c.is_whitespace()).count();
        let continues =
            matches!(self.position, Position::Section(_, Some(_))) && indent > self.indent;
        if continues && !line.starts_with('[') {
            return self.continuation(number, line);
        }
        if continues {
            self.problem(number, "the section is indented, and the AWS CLI takes it for a part of the line above; remove the blanks before it");
        }
        self.indent = indent;
        if line.starts_with('[') {
            self.header(number, line);
        } else {
            self.entry(number, line);
        }
    }

    fn not_text(&mut self, number: usize, is_header: bool) {
        self.problem(
            number,
            "the line is not UTF-8 text; write it anew or save the file as UTF-8",
        );
        if is_header {
            self.position = Position::Ignored;
        } else if let Position::Section(_, open) = &mut self.position {
            // What follows indented belonged to the lost line, not to the one above it.
            *open = None;
        }
    }

    fn header(&mut self, number: usize, line: &str) {
        // Up to the last bracket, as in configparser: one before it belongs to the name.
        let name = match line.rfind(']') {
            None => Err("the section's name has no closing ]".to_owned()),
            Some(end) => Name::read(self.kind, &line[1..end]).map(|name| (name, &line[1..end])),
        };
        match name {
            Ok((name, header)) => self.section(number, name, header),
            Err(cause) => {
                self.problem(
                    number,
                    format!("{cause}; the lines below it are ignored too"),
                );
                self.position = Position::Ignored;
            }
        }
    }

    fn section(&mut self, number: usize, name: Name, header: &str) {
        let sections = &mut self.parsed.sections;
        match sections
            .get(&name)
            .map(|former| (former.line, former.header.clone()))
        {
            None => self.size += 1,
            Some((first, former)) if former == header => {
                self.problem(number, format!("[{header}] stands there a second time (first in line {first}), which the AWS CLI refuses; the two are read as one, make them one"));
            }
            // Spelled differently: `[default]` and `[profile default]`.
            Some((first, former)) => {
                let replaced = sections
                    .remove(&name)
                    .map(|section| (name.clone(), section));
                self.parsed.replaced.extend(replaced);
                self.size += 1;
                self.problem(number, format!("[{header}] is [{former}] of line {first} again, and the AWS CLI reads only this one; make them one"));
            }
        }
        let section = || ParsedSection::new(header, number);
        let sections = &mut self.parsed.sections;
        sections.entry(name.clone()).or_insert_with(section);
        self.position = Position::Section(name, None);
        self.refuse_if_too_large();
    }

    /// What has been read is dropped too: half a file would hide the other half.
    fn refuse_if_too_large(&mut self) {
        if self.size > LARGEST {
            let cause = format!("it has more than {LARGEST} settings; name the right file");
            self.parsed = Parsed {
                refused: Some(cause),
                ..Parsed::default()
            };
            self.position = Position::Top;
        }
    }

    fn entry(&mut self, number: usize, line: &str) {
        let (name, open) = match &mut self.position {
            Position::Ignored => return,
            _ if is_shell_code(line) => return self.problem(number, SHELL_CODE),
            Position::Top => {
                return self.problem(
                    number,
                    "the line stands before any [section]; put it below one",
                );
            }
            Position::Section(name, open) => (name, open),
        };
        *open = None;
        let Some(section) = self.parsed.sections.get_mut(name) else {
            return;
        };
        let pair = pair(line, &['=', ':']);
        let header = header_ending(line, pair.is_some());
        let header = header.filter(|_| section.header_endings.len() < MOST_PROBLEMS);
        let header = header.map(|header| (number, header));
        section.header_endings.extend(header);
        let Some((key, value)) = pair else {
            return self.problem(number, "the line is neither a [section] nor \"key = value\"; correct it or put a # before it");
        };
        let key = key.to_lowercase();
        let first = section.insert(&key, Entry::new(number, value));
        let shown = shown(&key).to_owned();
        *open = Some(key);
        match first {
            None => self.size += 1,
            Some(first) => self.problem(number, format!("{shown} appears twice in its section (first in line {first}), which the AWS CLI refuses; remove one")),
        }
        self.refuse_if_too_large();
    }

    /// An indented line below an entry: nested when the entry has no value of its own.
    fn continuation(&mut self, number: usize, line: &str) {
        let Position::Section(name, Some(key)) = &self.position else {
            return;
        };
        let section = self.parsed.sections.get_mut(name);
        let Some(entry) = section.and_then(|section| section.entries.get_mut(key)) else {
            return;
        };
        let pair = pair(line, &['=']);
        let problem = if is_shell_code(line) {
            SHELL_CODE.to_owned()
        } else if let (true, Some((nested, value))) = (entry.value.is_empty(), pair) {
            let former = entry
                .nested
                .insert(nested.to_owned(), Entry::new(number, value));
            self.size += usize::from(former.is_none());
            return self.refuse_if_too_large();
        } else if entry.value.is_empty() {
            "the indented line is not \"key = value\"; correct it or put a # before it".to_owned()
        } else if pair.is_some_and(|(nested, _)| is_setting(nested)) {
            format!(
                "the line is indented, so it belongs to {} above it; remove the blanks before it",
                shown(key)
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
fn pair<'a>(line: &'a str, separators: &[char]) -> Option<(&'a str, &'a str)> {
    let (key, value) = line.split_once(separators)?;
    let (key, value) = (key.trim(), value.trim());
    (!key.is_empty()).then_some((key, value))
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

/// A key for a message: what is no setting's name may be a secret in the wrong place.
fn shown(key: &str) -> &str {
    if is_setting(key) { key } else { "a key" }
}

/// The header that a line ends with: `new` in `region=eu-west-1[new]`. A blank before it makes it a
/// part of the value, unless the line is no setting (`new]`, or `[new]` behind an invisible mark).
fn header_ending(line: &str, is_setting: bool) -> Option<String> {
    let line = line.split(" #").next()?.split(" ;").next()?.trim_end();
    let line = line.strip_suffix(']')?;
    let (before, header) = match line.rsplit_once('[') {
        Some((before, header)) => (before, header),
        None if is_setting => return None,
        None => ("", line),
    };
    let allowed = |c: char| c.is_alphanumeric() || "-_.@+ \"'".contains(c);
    let sound = (1..=64).contains(&header.chars().count()) && header.chars().all(allowed);
    let apart = is_setting && before.ends_with(char::is_whitespace);
    (sound && !apart).then(|| header.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_like_a_header() {
        for (line, is_setting, header) in [
            ("region=eu-west-1[new]", true, Some("new")),
            (
                "output = json[profile new] # mine",
                true,
                Some("profile new"),
            ),
            ("description = the old account [new]", true, None),
            ("endpoint_url = http://[::1]", true, None),
            ("a = b[]", true, None),
            ("a = b]", true, None),
            ("region = eu-west-1", true, None),
            ("new]", false, Some("new")),
            ("\u{feff}[new]", false, Some("new")),
            ("{new]", false, None),
            ("neither this", false, None),
        ] {
            let found = header_ending(line, is_setting);
            assert_eq!(found.as_deref(), header, "{line}");
        }
    }
}
