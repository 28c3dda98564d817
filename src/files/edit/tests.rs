mod examples;

use proptest::prelude::*;

use super::*;
use crate::files::parsed::{Entry, Parsed};

/// Pieces of profile files, whole and broken, and any bytes at all.
fn files() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&str; 27] = [
        "[dev]",
        "[profile dev]",
        "[DEFAULT]",
        " [x]",
        "[",
        "]",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        " ",
        "\t",
        "\u{feff}",
        "\u{a0}",
        "# c",
        ";",
        "aws_access_key_id = AKIA1",
        "aws_secret_access_key=s+/=",
        "region : eu",
        "s3 =",
        "\n  endpoint_url = http://x",
        "k",
        "=",
        ":",
        "é",
        "\0",
        "export a=b",
    ];
    let known = prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec());
    let line = known
        .clone()
        .prop_map(|piece| [piece, b"\n".to_vec()].concat());
    let any = prop::collection::vec(any::<u8>(), 0..4);
    let piece = prop_oneof![4 => known, 6 => line, 1 => any];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Files without problems: three sections, in any order and form.
fn sound_files() -> impl Strategy<Value = Vec<u8>> {
    let line = "(k[0-9]|s3) ?[=:] ?(v[0-9]|)(\n +n = x)?|# c|";
    let body = prop::collection::vec(line, 0..4);
    let sections = ["[a]", "[b]", "[default]"].map(|header| {
        body.clone().prop_map(move |mut lines| {
            lines.sort_by(|one, other| one[..one.len().min(2)].cmp(&other[..other.len().min(2)]));
            lines.dedup_by(|one, other| one.get(..2) == other.get(..2));
            [vec![header.to_owned()], lines].concat().join("\n")
        })
    });
    let end = prop::sample::select(&["\n", "\r\n", "\r"][..]);
    (Just(sections), any::<bool>(), end).prop_flat_map(|(sections, last, end)| {
        sections.prop_map(move |sections| {
            let text = sections.join("\n") + if last { "\n" } else { "" };
            text.replace('\n', end).into_bytes()
        })
    })
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Config), Just(Kind::Credentials)]
}

fn entries(parsed: &Parsed) -> impl Iterator<Item = &Entry> {
    parsed
        .sections
        .values()
        .flat_map(|section| section.entries.values())
}

/// Every setting with its section, line and value, but that of one line.
fn others(parsed: &Parsed, line: usize) -> Vec<String> {
    let settings = parsed.sections.iter().flat_map(|(name, section)| {
        let settings = section.entries.iter();
        settings.map(move |(key, entry)| (name, key, entry))
    });
    let others = settings.filter(|(.., entry)| entry.line != line);
    let shown = others.map(|(name, key, entry)| {
        let nested: Vec<_> = entry
            .nested
            .iter()
            .map(|(key, entry)| (key, &entry.value))
            .collect();
        format!("{name:?} {key} {} {:?} {nested:?}", entry.line, entry.value)
    });
    shown.collect()
}

proptest! {
    /// Any file, any setting of it: the new value is read, all else is as it was, and the old value
    /// put back gives the old file, byte for byte.
    #[test]
    fn a_value_changes_and_nothing_else(
        kind in kinds(),
        bytes in files(),
        which: prop::sample::Index,
        new in "[A-Za-z0-9+/]{1,40}",
    ) {
        let parsed = ini::parse(kind, &bytes);
        let settings: Vec<_> = entries(&parsed).collect();
        if settings.is_empty() {
            return Ok(());
        }
        let setting = settings[which.index(settings.len())];
        let lines: Vec<_> = lines(&bytes).collect();
        let is_alone = super::setting(&lines, setting.line).unwrap().len() == 1;
        let edited = with_values(kind, &bytes, &[(setting.line, &new)]);
        if edited.is_err() {
            prop_assert!(!is_alone || !parsed.problems.is_empty());
            return Ok(());
        }
        let edited = edited.unwrap();
        let read = ini::parse(kind, &edited);
        let value = entries(&read).find(|entry| entry.line == setting.line).map(|entry| &entry.value);
        prop_assert_eq!(value, Some(&new));
        prop_assert_eq!(others(&parsed, setting.line), others(&read, setting.line));
        prop_assert_eq!(edited.len() + setting.value.len(), bytes.len() + new.len());
        if !setting.value.is_empty() {
            let back = with_values(kind, &edited, &[(setting.line, &setting.value)]).unwrap();
            prop_assert_eq!(back, bytes);
        }
    }

    /// Whatever is asked for, comments stay, and nothing is there afterwards that was not there before.
    #[test]
    fn removal_takes_whole_lines_and_no_comment(bytes in files(), line in 0..20_usize, is_section: bool) {
        // A byte order mark in the middle may not become the first.
        let bytes = [b"# top\n", &bytes[..]].concat();
        let removal = if is_section { Removal::Section(line) } else { Removal::Setting(line) };
        let Ok(shorter) = without(&bytes, &[removal]) else {
            return Ok(());
        };
        // Where line ends are mixed, CR and LF may meet.
        let shape = |bytes: &[u8]| -> Vec<Vec<u8>> {
            let lines = lines(bytes).map(|line| line.bytes.trim_ascii_end().to_vec());
            lines.filter(|line| !line.is_empty()).collect()
        };
        let (before, after) = (shape(&bytes), shape(&shorter));
        let mut rest = before.iter();
        prop_assert!(after.iter().all(|line| rest.any(|other| other == line)));
        let comments = |bytes: &[u8]| lines(bytes).filter(|line| line.kind() == LineKind::Comment).count();
        prop_assert_eq!(comments(&bytes), comments(&shorter));
    }

    /// A section that is read is gone afterwards, and the others are as they were.
    #[test]
    fn a_section_goes_alone(kind in kinds(), bytes in sound_files(), which: prop::sample::Index) {
        let parsed = ini::parse(kind, &bytes);
        let (name, section) = parsed.sections.iter().nth(which.index(parsed.sections.len())).unwrap();
        let shorter = without(&bytes, &[Removal::Section(section.line)]).unwrap();
        let read = ini::parse(kind, &shorter);
        let shown = |parsed: &Parsed| -> Vec<_> {
            let others = parsed.sections.iter().filter(|(other, _)| *other != name);
            let settings = |(name, section): (&_, &crate::files::parsed::ParsedSection)| {
                let entries = section.entries.iter();
                let entries: Vec<_> = entries.map(|(key, entry)| (key.clone(), entry.value.clone())).collect();
                format!("{name:?} {entries:?}")
            };
            others.map(settings).collect()
        };
        prop_assert_eq!(shown(&parsed), shown(&read));
        prop_assert!(!read.sections.contains_key(name));
    }
}
