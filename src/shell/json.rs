//! What is printed for nushell, elvish and xonsh: one line of ASCII JSON. Their snippets keep what the
//! terminal had as values of the shell's own, so nothing is quoted and no code is evaluated.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;

use crate::environment::{Change, Environment, VARIABLES, WITH_KEYS, records};
use crate::printable::ascii_json;

/// The changes of a login or a logout. All members are always there.
#[derive(Default, Serialize)]
struct Message<'a> {
    /// The variables whose values the shell saves before it makes the changes, unless it has them.
    save: Vec<&'a str>,
    unset: Vec<&'a str>,
    set: BTreeMap<&'a str, &'a str>,
    /// What the shell keeps to itself: `base` and `request`, empty if there is none. What is not named
    /// here stays as it is.
    keep: BTreeMap<&'a str, &'a str>,
    /// Those of `save` that hold a session's keys.
    keys: &'a [&'a str],
    directories: Vec<Directory<'a>>,
}

/// Variables that belong to a directory: they are restored only as long as `variable` has this `value`.
#[derive(Serialize)]
struct Directory<'a> {
    names: Vec<&'a str>,
    variable: &'a str,
    value: &'a str,
}

pub fn on(changes: &[Change], environment: &Environment) -> Result<String> {
    let mut message = Message::of(changes);
    if !changes.is_empty() {
        let exported = changes.iter().filter(|change| change.exported);
        let names = exported.map(|change| &*change.name);
        let further = names.filter(|name| !VARIABLES.contains(name));
        message.save = VARIABLES.into_iter().chain(further).collect();
        message.keys = &WITH_KEYS;
    }
    let records: Vec<_> = records(environment).collect();
    let directories = records.iter().map(|record| Directory {
        names: VARIABLES
            .into_iter()
            .filter(|name| record.names(name))
            .collect(),
        variable: record.variable,
        value: record.text,
    });
    message.directories = directories.collect();
    Ok(ascii_json(&message)?)
}

pub fn off(changes: &[Change]) -> Result<String> {
    Ok(ascii_json(&Message::of(changes))?)
}

impl<'a> Message<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let mut message = Self::default();
        for change in changes {
            let (name, value) = (&*change.name, change.value.as_deref());
            match (change.exported, value) {
                (true, Some(value)) => _ = message.set.insert(name, value),
                (true, None) => message.unset.push(name),
                (false, value) => {
                    let name = name.strip_prefix(KEPT).unwrap_or(name);
                    message.keep.insert(name, value.unwrap_or_default());
                }
            }
        }
        message
    }
}

/// What the names of variables begin with that stay in the shell.
const KEPT: &str = "__awsmfa_";

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::environment::BASE;

    fn change(name: &'static str, value: Option<&str>, exported: bool) -> Change {
        Change {
            name: name.into(),
            value: value.map(str::to_owned),
            exported,
        }
    }

    #[test]
    fn a_login_is_one_line_of_ascii() {
        let changes = [
            change("AWS_PROFILE", None, true),
            change(
                "AWS_ENDPOINT_URL_S3",
                Some("a\"\\\u{e9}\u{1f511}\u{7f}"),
                true,
            ),
            change(BASE, Some("1 x"), false),
        ];
        let text = on(&changes, &Environment::of(&[])).unwrap();
        assert!(text.is_ascii() && text.lines().count() == 1, "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["unset"], json!(["AWS_PROFILE"]));
        assert_eq!(
            value["set"],
            json!({"AWS_ENDPOINT_URL_S3": "a\"\\\u{e9}\u{1f511}\u{7f}"})
        );
        assert_eq!(value["keep"], json!({"base": "1 x"}));
        assert_eq!(value["save"].as_array().unwrap().len(), VARIABLES.len() + 1);
        assert_eq!(value["keys"], json!(WITH_KEYS));
    }

    #[test]
    fn without_changes_nothing_is_saved() {
        let nothing =
            json!({"save": [], "unset": [], "set": {}, "keep": {}, "keys": [], "directories": []});
        let texts = [on(&[], &Environment::of(&[])).unwrap(), off(&[]).unwrap()];
        for text in texts {
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), nothing);
        }
    }

    #[test]
    fn an_end_takes_the_base_session_out_of_the_shell() {
        let text = off(&[change(BASE, None, false)]).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap()["keep"],
            json!({"base": ""})
        );
    }
}
