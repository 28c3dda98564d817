//! What the AWS CLI's own reader takes is taken the same.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::*;

/// A program with botocore that runs as long as the test: a text in, one line of JSON out.
pub struct Python {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Sections, and names of profiles.
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

impl Python {
    pub fn start(program: &str, argument: &Path) -> Self {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
        let mut process = Command::new(python)
            .args(["-X", "utf8", "-c", program])
            .arg(argument)
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

    /// `Null` where botocore refuses the text.
    pub fn read(&mut self, text: &str) -> Value {
        let message = format!("{}\n{text}", text.len());
        self.input.write_all(message.as_bytes()).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Python {
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

pub fn without_empty_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn entries(section: &ParsedSection) -> Value {
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
    let botocore = RefCell::new(Python::start(BOTOCORE, &directory.path().join("config")));
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
