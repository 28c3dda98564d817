//! Properties of the reader of the two files: for any bytes, and for text as odd as people's files.
//! `make fuzz` runs them for long.

mod botocore;
mod overlay;

use std::collections::BTreeMap;

use proptest::test_runner::TestCaseError;

use super::*;
use crate::files::header::Name;
use crate::files::ini;
use crate::files::parsed::{Entry, Parsed, ParsedSection};

/// Text with everything that INI files have, in odd places. Without the two line ends that only
/// one of Python's two splitters knows.
fn odd_text() -> impl Strategy<Value = String> {
    let word = "[a-z]{1,3}|[^\\p{C}\u{2028}\u{2029}]{0,6}";
    let name = format!("(profile |services |sso-session |\t)?(default|dev|\"a b\"|'a]b'|{word})");
    let header = (regex(&name), "[ \t]{0,2}", "\\]?[ ;#a]{0,3}")
        .prop_map(|(n, i, end)| format!("{i}[{n}{end}"));
    let key = format!("region|REGION|aws_access_key_id|s3|sts|{word}");
    let value = format!("eu-west-1|a=b #c|a:b;c|{word}");
    let entry = (
        "[ \t]{0,4}",
        regex(&key),
        "[ \t]?[=:]?[ \t]?",
        regex(&value),
        "[ \t\u{a0}]?",
    );
    let entry =
        entry.prop_map(|(i, key, equals, value, end)| format!("{i}{key}{equals}{value}{end}"));
    let line = prop_oneof![
        4 => header,
        8 => entry,
        2 => "(s3|sts|[a-z]) ?=\n {1,3}(endpoint_url|region|s3) ?= ?[a-z]{1,3}",
        1 => "[ \t]{0,3}[#;][^\\p{C}\u{2028}\u{2029}]{0,6}",
        1 => "[ \t\u{a0}\u{3000}]{0,3}",
    ];
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r"]);
    let lines = prop::collection::vec((line, end), 0..12);
    lines.prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

fn regex(text: &str) -> impl Strategy<Value = String> + use<> {
    proptest::string::string_regex(text).unwrap()
}

/// The lines by a second hand: the ends made equal, then split.
fn lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').map(str::to_owned).collect()
}

/// Every section and every value stands in the line that it names.
fn check_origins(text: &str, parsed: &Parsed) -> Result<(), TestCaseError> {
    let lines = lines(text);
    let line = |number: usize| lines[number - 1].trim();
    let stands = |key: &str, entry: &Entry| {
        let line = line(entry.line).to_lowercase();
        let first = entry
            .value
            .lines()
            .next()
            .unwrap_or_default()
            .to_lowercase();
        line.starts_with(&key.to_lowercase()) && line.ends_with(&first)
    };
    for section in parsed.sections.values() {
        let header = line(section.line);
        let named = header.strip_prefix('[').unwrap_or_default();
        prop_assert!(named.starts_with(&section.header), "{header}");
        for (key, entry) in &section.entries {
            prop_assert!(stands(key, entry), "{key} in line {}: {text:?}", entry.line);
            for (key, entry) in &entry.nested {
                prop_assert!(stands(key, entry), "{key} in line {}: {text:?}", entry.line);
            }
        }
    }
    for (number, _) in &parsed.problems {
        prop_assert!((1..=lines.len()).contains(number));
    }
    Ok(())
}

/// A word as Python's `shlex.quote` writes it, which is how the AWS CLI writes a profile's name.
fn as_the_cli_quotes(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\"'\"'"))
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in [Kind::Config, Kind::Credentials] {
            ini::parse(kind, &bytes);
        }
    }

    #[test]
    fn every_value_stands_in_the_line_it_names(text in odd_text()) {
        for kind in [Kind::Config, Kind::Credentials] {
            check_origins(&text, &ini::parse(kind, text.as_bytes()))?;
        }
    }

    #[test]
    fn what_the_aws_cli_writes_is_read_back(
        sections in prop::collection::btree_map(
            "[A-Za-z0-9_.@-]{1,12}|[^\\p{C}\u{2028}\u{2029}]{0,9}[a-z\\]'\"#]",
            prop::collection::btree_map(
                "[a-z][a-z0-9_]{0,15}",
                "([^\\p{C}\\p{Z}][^\\p{C}]{0,20})?[^\\p{C}\\p{Z}]",
                0..5,
            ),
            0..5,
        ),
    ) {
        let mut text = String::new();
        for (name, entries) in &sections {
            text.extend(["[profile ", &as_the_cli_quotes(name), "]\n"]);
            text.extend(entries.iter().map(|(key, value)| format!("{key} = {value}\n")));
        }
        let parsed = ini::parse(Kind::Config, text.as_bytes());
        prop_assert!(parsed.problems.is_empty(), "{:?} {text:?}", parsed.problems);
        let read = parsed.sections.iter().map(|(name, section)| {
            let entries = section.entries.iter();
            let entries = entries.map(|(key, entry)| (key.clone(), entry.value.clone()));
            (name.clone(), entries.collect())
        });
        let read: BTreeMap<Name, BTreeMap<String, String>> = read.collect();
        let written = sections.into_iter().map(|(name, entries)| (Name::Profile(name), entries));
        prop_assert_eq!(read, written.collect());
    }
}
