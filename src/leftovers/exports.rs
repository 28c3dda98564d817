//! Shell scripts that export a session: `~/.aws/token.PROFILE.sh`.

use std::collections::BTreeMap;

use super::Content;
use super::end::{End, Zone};
use crate::secret::Secret;

/// Variables that hold an end.
const ENDS: [&str; 4] = [
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "AWS_TOKEN_EXPIRATION",
    "AWS_EXPIRATION",
];

/// A script that does nothing but set variables whose names begin with `AWS`.
pub fn recognise(text: &str, what: &'static str) -> Option<Content> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let variables = lines.map(variable).collect::<Option<BTreeMap<_, _>>>()?;
    let get = |name| {
        variables
            .get(name)
            .copied()
            .filter(|value| !value.is_empty())
    };
    let secret = |name| get(name).map(|value| Secret::new(value.to_owned()));
    let end = ENDS.into_iter().find_map(get);
    Content::of_keys(
        what,
        get("AWS_ACCESS_KEY_ID")?,
        secret("AWS_SECRET_ACCESS_KEY")?,
        secret("AWS_SESSION_TOKEN").or_else(|| secret("AWS_SECURITY_TOKEN")),
        end.map_or(End::Unknown, |text| End::read(text, Zone::Either)),
    )
}

/// The name and value of a line that sets a variable and does nothing else.
fn variable(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line
        .strip_prefix("export ")
        .unwrap_or(line)
        .split_once('=')?;
    let (name, value) = (name.trim(), value.trim_end_matches(';'));
    let value = value.trim_matches(['"', '\'']);
    let is_plain = !value.contains(['$', '`', '"', '\'', ';', '|', '&']);
    (name.starts_with("AWS") && is_plain).then_some((name, value))
}
