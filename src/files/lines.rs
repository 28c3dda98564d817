//! The lines of a profile file, as Python's text files have them: they end with LF, CR LF or CR.

use std::ops::Range;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A line and where it stands.
pub struct Line<'a> {
    /// From 1.
    pub number: usize,
    /// Where it begins in the file, in bytes.
    pub start: usize,
    /// With its end.
    pub bytes: &'a [u8],
    /// With its end. `None` if it is not UTF-8, or has a NUL.
    pub text: Option<&'a str>,
}

/// What a line is, before its words are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Empty, or nothing but blanks.
    Blank,
    /// From `#` or `;` on.
    Comment,
    /// From `[` on.
    Header,
    /// A setting, a line that continues one, or something else.
    Content,
}

/// The lines after the byte order mark, if there is one.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let (mut number, mut start) = (0, mark);
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let bytes = &rest[..length(rest)];
        let text = std::str::from_utf8(bytes).ok();
        let text = text.filter(|text| !text.contains('\0'));
        let line = Line {
            number: number + 1,
            start,
            bytes,
            text,
        };
        number += 1;
        start += bytes.len();
        Some(line)
    })
}

/// Of the first line, with its end.
fn length(text: &[u8]) -> usize {
    let end = memchr::memchr2(b'\n', b'\r', text);
    match end {
        Some(end) if text[end..].starts_with(b"\r\n") => end + 2,
        Some(end) => end + 1,
        None => text.len(),
    }
}

impl Line<'_> {
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.bytes.len()
    }

    pub fn kind(&self) -> LineKind {
        let start = match self.text {
            // Unicode's blanks are blanks, too.
            Some(text) => text.trim_start().as_bytes(),
            None => self.bytes.trim_ascii_start(),
        };
        match start.first() {
            None => LineKind::Blank,
            Some(b'#' | b';') => LineKind::Comment,
            Some(b'[') => LineKind::Header,
            Some(_) => LineKind::Content,
        }
    }

    /// How many blanks it begins with. 0 if it is not text.
    pub fn indent(&self) -> usize {
        let blanks = |text: &str| text.chars().take_while(|c| c.is_whitespace()).count();
        self.text.map_or(0, blanks)
    }
}
