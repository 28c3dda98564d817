//! Every profile that the AWS CLI's reader finds in the user's files, it finds in the overlay: with the
//! same settings, without keys, and with credentials from awsmfa.

use std::cell::RefCell;

use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::botocore::{Python, without_empty_lines};
use super::*;
use crate::files::overlay::Source;

/// The profiles of the user's files and those of the overlay, as sessions of botocore have them.
const PROGRAM: &str = r"
import json, os, sys
from botocore.exceptions import ConfigParseError
from botocore.session import Session
os.chdir(sys.argv[1])
def profiles(config, credentials):
    os.environ.update(AWS_CONFIG_FILE=config, AWS_SHARED_CREDENTIALS_FILE=credentials)
    return Session().full_config['profiles']
while length := sys.stdin.buffer.readline():
    texts = json.loads(sys.stdin.buffer.read(int(length)))
    for name, text in texts.items():
        with open(name, 'wb') as file:
            file.write(text.encode())
    try:
        users = profiles('config', 'credentials')
    except ConfigParseError:
        print('null', flush=True)
        continue
    print(json.dumps([users, profiles('overlay', '/dev/null')]), flush=True)
";

/// Without what no tool reads: names with odd characters, empty lines, and nothing for a value.
fn settings(profile: &Value) -> BTreeMap<&str, Value> {
    let is_sound = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let entries = profile.as_object().unwrap().iter();
    let entries = entries.filter(|(key, value)| key.chars().all(is_sound) && *value != "");
    let entries = entries.map(|(key, value)| match value {
        Value::Object(_) => (key.as_str(), json!(settings(value))),
        Value::String(text) => (key.as_str(), without_empty_lines(text).into()),
        value => (key.as_str(), value.clone()),
    });
    entries
        .filter(|(key, value)| !key.starts_with("aws_") && *value != json!({}))
        .collect()
}

fn overlay(config: &str, credentials: &str) -> Option<String> {
    let home = Home::new(config, credentials);
    let environment = home.environment(&[]);
    let files = Files::read(&environment);
    let overlay =
        files.overlay(|name| Source::Process(format!("awsmfa credentials {name:?}"), None));
    (files.problems().count() == 0).then_some(overlay.text)
}

fn check(answer: &Value) -> Result<(), TestCaseError> {
    let [users, ours] = [0, 1].map(|index| answer[index].as_object().unwrap());
    for (name, theirs) in users {
        if name.is_empty() || name.chars().any(crate::printable::is_harmful) {
            continue;
        }
        prop_assert!(ours.contains_key(name), "{name:?} is missing");
        let profile = ours[name].as_object().unwrap();
        prop_assert!(
            !profile.keys().any(|key| key.starts_with("aws_")),
            "{profile:?}"
        );
        let line = format!("awsmfa credentials {name:?}");
        let mut expected = settings(theirs);
        expected.insert("credential_process", line.into());
        prop_assert_eq!(settings(&ours[name]), expected);
    }
    Ok(())
}

#[test]
fn the_overlay_has_every_profile_with_its_settings() {
    let directory = tempfile::tempdir().unwrap();
    let python = RefCell::new(Python::start(PROGRAM, directory.path()));
    let compare = |(config, credentials): (String, String)| {
        // botocore takes `[profiles x]` and `[profile-x y]` for profiles, too.
        let is_odd = |line: &str| {
            let rest = line.trim().strip_prefix("[profile");
            rest.is_some_and(|rest| !rest.starts_with([' ', '\t']))
        };
        let Some(overlay) = overlay(&config, &credentials) else {
            return Ok(());
        };
        if config.split(['\n', '\r']).any(is_odd) {
            return Ok(());
        }
        let texts = json!({"config": config, "credentials": credentials, "overlay": overlay});
        let answer = python.borrow_mut().read(&texts.to_string());
        match answer {
            Value::Null => Ok(()),
            answer => check(&answer).map_err(|error| {
                TestCaseError::fail(format!("{error}\n{config:?}\n{credentials:?}\n{overlay}"))
            }),
        }
    };
    TestRunner::new(Config::default())
        .run(&(odd_text(), odd_text()), compare)
        .unwrap();
}
