//! Properties of the reader of the two files: for any bytes, and for text as odd as people's files.
//! `make fuzz` runs them for long.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;

use super::*;
use crate::profile::ini::{Entry, Parsed, Section};
use crate::profile::section::Name;

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

/// botocore's reader in a process that lives as long as the test: a text in, one line of JSON out.
struct Botocore {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

const BOTOCORE: &str = r"
import json, sys, unicodedata
from botocore.configloader import build_profile_map, raw_config_parse
from botocore.exceptions import ConfigParseError
path, text = sys.argv[1], sys.stdin.buffer
while length := text.readline():
    content = text.read(int(length))
    with open(path, 'wb') as file:
        file.write(content)
    try:
        raw = raw_config_parse(path)
        answer = [raw, list(build_profile_map(raw)['profiles'])]
        # Letters younger than this Python have no lower case here.
        if any(unicodedata.category(c) == 'Cn' for c in content.decode()):
            answer = None
    except ConfigParseError:
        answer = None
    print(json.dumps(answer), flush=True)
";

impl Botocore {
    fn start(file: &Path) -> Self {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
        let mut process = Command::new(python)
            .args(["-X", "utf8", "-c", BOTOCORE])
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("target/venv: `make test` makes it");
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self {
            process,
            input,
            output,
        }
    }

    /// Sections and names of profiles; `Null` where it refuses the text.
    fn read(&mut self, text: &str) -> Value {
        let message = format!("{}\n{text}", text.len());
        self.input.write_all(message.as_bytes()).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Botocore {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A value without empty lines, which it may only have in the middle, and which no setting has.
fn value(entry: &Entry) -> Value {
    if entry.nested.is_empty() {
        return without_empty_lines(&entry.value).into();
    }
    let nested = entry.nested.iter();
    let nested = nested.map(|(key, entry)| (key.clone(), value(entry)));
    Value::Object(nested.collect())
}

fn without_empty_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn entries(section: &Section) -> Value {
    let entries = section.entries.iter();
    Value::Object(
        entries
            .map(|(key, entry)| (key.clone(), value(entry)))
            .collect(),
    )
}

/// What botocore made of it, in the same form.
fn theirs_of(section: &Value) -> Value {
    let entries = section.as_object().unwrap().iter().map(|(key, value)| {
        let value = match value.as_str() {
            Some(text) => without_empty_lines(text).into(),
            None => value.clone(),
        };
        (key.clone(), value)
    });
    Value::Object(entries.collect())
}

#[test]
fn what_botocore_takes_is_taken_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let botocore = RefCell::new(Botocore::start(&directory.path().join("config")));
    let compare = |text: String| {
        let [raw, profiles] = match botocore.borrow_mut().read(&text) {
            Value::Null => return Ok(()),
            answer => [answer[0].clone(), answer[1].clone()],
        };
        // A file of credentials has its sections' names unread.
        let parsed = ini::parse(Kind::Credentials, text.as_bytes());
        if !parsed.problems.is_empty() {
            return Ok(());
        }
        let ours = parsed.sections.values();
        let ours: BTreeMap<_, _> = ours.map(|s| (s.header.as_str(), entries(s))).collect();
        let theirs = raw.as_object().unwrap().iter();
        let theirs: BTreeMap<_, _> = theirs
            .map(|(name, s)| (name.as_str(), theirs_of(s)))
            .collect();
        prop_assert_eq!(ours, theirs, "{:?}", text);
        let config = ini::parse(Kind::Config, text.as_bytes());
        for name in profiles.as_array().unwrap() {
            let name = Name::Profile(name.as_str().unwrap().to_owned());
            // botocore takes `[profiles x]` and `[profile-x y]` for profiles, too.
            let odd = raw.as_object().unwrap().keys().any(|header| {
                let rest = header.strip_prefix("profile");
                rest.is_some_and(|rest| !rest.starts_with([' ', '\t']))
            });
            prop_assert!(
                odd || config.sections.contains_key(&name),
                "{name:?} {text:?}"
            );
        }
        Ok(())
    };
    TestRunner::new(Config::default())
        .run(&odd_text(), compare)
        .unwrap();
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
            let entries = entries.map(|(key, entry)| (key.clone(), entry.value.to_string()));
            (name.clone(), entries.collect())
        });
        let read: BTreeMap<Name, BTreeMap<String, String>> = read.collect();
        let written = sections.into_iter().map(|(name, entries)| (Name::Profile(name), entries));
        prop_assert_eq!(read, written.collect());
    }
}
