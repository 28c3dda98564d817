//! Changes to one of the two files that leave every other byte as it is: byte order mark, line ends,
//! blanks, comments, order, lines that were not understood. Pure.

#[cfg(test)]
mod tests;

use std::ops::Range;

use anyhow::{Context as _, Result, ensure};

use super::header::Kind;
use super::ini;
use super::lines::{Line, LineKind, lines};
use super::reader::pair;

/// Something to remove. The line is the reader's, in the file as it is before all removals.
#[derive(Clone, Copy)]
pub enum Removal {
    /// The setting in this line, with the lines that continue it.
    Setting(usize),
    /// The section whose header is in this line. Comments stay: a key may stand in one. So do blank
    /// lines, except those at the end that set the section apart.
    Section(usize),
}

/// The file with other values for the settings in these lines.
///
/// # Errors
/// A line has no setting, or the reader would not read the new value there: it has blanks at an end, or
/// the setting goes on in the next line.
pub fn with_values(kind: Kind, bytes: &[u8], values: &[(usize, &str)]) -> Result<Vec<u8>> {
    let lines: Vec<_> = lines(bytes).collect();
    let changes = values
        .iter()
        .map(|(line, value)| Ok((value_range(&lines, *line)?, value.as_bytes())));
    let edited = spliced(bytes, changes.collect::<Result<_>>()?)?;
    for (line, value) in values {
        ensure!(
            is_read(kind, &edited, *line, value),
            "the value of line {line} cannot be changed alone: it may go on in the next line"
        );
    }
    Ok(edited)
}

/// The file without these settings and sections.
///
/// # Errors
/// A line has no setting, or no header.
pub fn without(bytes: &[u8], removals: &[Removal]) -> Result<Vec<u8>> {
    let lines: Vec<_> = lines(bytes).collect();
    let mut removed = Vec::new();
    for removal in removals {
        removed.extend(match *removal {
            Removal::Setting(line) => setting(&lines, line)?,
            Removal::Section(line) => section(&lines, line)?,
        });
    }
    removed.sort_by_key(|line| line.number);
    // A setting of a section that goes as well.
    removed.dedup_by_key(|line| line.number);
    let changes = removed.iter().map(|line| (line.range(), &b""[..]));
    spliced(bytes, changes.collect())
}

/// A place in the file, and what it becomes.
type Change<'a> = (Range<usize>, &'a [u8]);

/// The file with these places overwritten.
fn spliced(bytes: &[u8], mut changes: Vec<Change<'_>>) -> Result<Vec<u8>> {
    changes.sort_by_key(|(range, _)| range.start);
    let (mut result, mut end) = (Vec::with_capacity(bytes.len() + 64), 0);
    for (range, new) in changes {
        let kept = bytes.get(end..range.start);
        result.extend_from_slice(kept.context("two changes concern the same line")?);
        result.extend_from_slice(new);
        end = range.end;
    }
    result.extend_from_slice(&bytes[end..]);
    Ok(result)
}

/// The line of this number and those below it.
fn from<'a, 'b>(lines: &'a [Line<'b>], number: usize) -> Result<(&'a Line<'b>, &'a [Line<'b>])> {
    let rest = number.checked_sub(1).and_then(|index| lines.get(index..));
    let rest = rest.and_then(<[_]>::split_first);
    rest.with_context(|| format!("there is no line {number}"))
}

/// Where the value of a setting stands in the file.
fn value_range(lines: &[Line<'_>], number: usize) -> Result<Range<usize>> {
    let (line, _) = from(lines, number)?;
    let text = line.text.filter(|_| line.kind() == LineKind::Content);
    let pair = text.and_then(|text| pair(text, &['=', ':']));
    let (Some(text), Some((_, value))) = (text, pair) else {
        anyhow::bail!("line {number} is not \"key = value\"");
    };
    let separator = text.find(['=', ':']).map_or(0, |at| at + 1);
    let value_start = if value.is_empty() {
        let blanks = text[separator..].trim_start_matches([' ', '\t']);
        text.len() - blanks.len()
    } else {
        let rest = text[separator..].trim_start();
        text.len() - rest.len()
    };
    let start = line.start + value_start;
    Ok(start..start + value.len())
}

/// The line of a setting and those that continue it.
fn setting<'a, 'b>(lines: &'a [Line<'b>], number: usize) -> Result<Vec<&'a Line<'b>>> {
    let (first, below) = from(lines, number)?;
    ensure!(
        first.kind() == LineKind::Content,
        "line {number} is not a setting"
    );
    let continues = |line: &&Line<'_>| match line.kind() {
        LineKind::Blank | LineKind::Comment => true,
        LineKind::Content => line.indent() > first.indent(),
        LineKind::Header => false,
    };
    let below = below.iter().take_while(continues);
    let below = below.filter(|line| line.kind() == LineKind::Content);
    Ok(std::iter::once(first).chain(below).collect())
}

/// The lines of a section, without comments.
fn section<'a, 'b>(lines: &'a [Line<'b>], number: usize) -> Result<Vec<&'a Line<'b>>> {
    let (header, below) = from(lines, number)?;
    ensure!(
        header.kind() == LineKind::Header,
        "line {number} is not the [header] of a section"
    );
    let length = below
        .iter()
        .take_while(|line| line.kind() != LineKind::Header);
    let body = &below[..length.count()];
    let is_content = |line: &Line<'_>| line.kind() == LineKind::Content;
    let content = body.iter().rposition(is_content).map_or(0, |last| last + 1);
    let (content, rest) = body.split_at(content);
    let content = content.iter().filter(|line| is_content(line));
    // The blank lines above the section now set apart what follows.
    let above = number.checked_sub(2).and_then(|index| lines.get(index));
    let is_apart = above.is_none_or(|line| line.kind() == LineKind::Blank);
    let blank = rest
        .iter()
        .take_while(|line| is_apart && line.kind() == LineKind::Blank);
    Ok(std::iter::once(header)
        .chain(content)
        .chain(blank)
        .collect())
}

/// Whether the reader reads this value in this line.
fn is_read(kind: Kind, bytes: &[u8], line: usize, value: &str) -> bool {
    let parsed = ini::parse(kind, bytes);
    let replaced = parsed.replaced.values().flatten();
    let mut sections = parsed.sections.values().chain(replaced);
    sections.any(|section| {
        let mut entries = section.entries.values();
        entries.any(|entry| entry.line == line && entry.value == value)
    })
}
