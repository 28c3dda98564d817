//! `session_tags` and `transitive_session_tags`, as aws-vault writes them: `team=a,stage=dev` and
//! `team,stage`.

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::files::conventions::ProfileSections;
use crate::files::refusal::refused;
use crate::origin::Sourced;

/// Tags per session.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>
const MOST: usize = 50;

/// The tags of one role's session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionTags {
    /// Keys and values.
    pub tags: Option<Sourced<Vec<(String, String)>>>,
    /// The keys of those that go on to the next role of a chain.
    pub transitive: Option<Sourced<Vec<String>>>,
}

impl SessionTags {
    pub fn read(profile: &ProfileSections<'_>) -> Result<Self> {
        let tags = profile.get("session_tags");
        let tags = tags.map(|list| list.try_map(tags_of)).transpose()?;
        let Some(list) = profile.get("transitive_session_tags") else {
            let transitive = None;
            return Ok(Self { tags, transitive });
        };
        let known = tags.iter().flat_map(|tags| &tags.value);
        let known: Vec<_> = known.map(|(key, _)| key.as_str()).collect();
        if let Some(missing) = words(list.value).find(|key| !known.contains(key)) {
            let why = format!("names a tag that session_tags does not have: {missing:?}");
            let hint = format!("write session_tags = {missing}=VALUE beside it");
            return Err(refused(&list, why, &hint));
        }
        let transitive = Some(list.map(|list| words(list).map(str::to_owned).collect()));
        Ok(Self { tags, transitive })
    }
}

/// Words separated by commas, without the blanks around them.
fn words(list: &str) -> impl Iterator<Item = &str> {
    let words = list.split(',').map(str::trim);
    words.filter(|word| !word.is_empty())
}

fn tags_of(list: &Sourced<&str>) -> Result<Vec<(String, String)>> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for word in words(list.value) {
        let tag = word.split_once('=');
        let tag = tag.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
        let is_known = |key: &str| {
            // To AWS, capitals are the same as small letters.
            let mut keys = tags.iter().map(|(known, _)| known.to_lowercase());
            keys.any(|known| known == key.to_lowercase())
        };
        match tag {
            Some((key, value)) if is_legal(&key, &value) && !is_known(&key) => {
                tags.push((key, value));
            }
            _ => {
                let why = format!("has a tag that AWS does not accept: {word:?}");
                return Err(refused(list, why, RULES));
            }
        }
    }
    if tags.len() > MOST {
        let why = format!("has {} tags, AWS takes {MOST}", tags.len());
        return Err(refused(list, why, RULES));
    }
    Ok(tags)
}

const RULES: &str = "tags are written KEY=VALUE,KEY=VALUE: each key once, up to 128 letters, digits, \
                     blanks and any of _.:/=+-@, but not aws: at its start; values up to 256";

fn is_legal(key: &str, value: &str) -> bool {
    let is_allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    (1..=128).contains(&key.chars().count())
        && value.chars().count() <= 256
        && key.chars().chain(value.chars()).all(is_allowed)
        && !key.to_lowercase().starts_with("aws:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

    fn read(text: &str) -> Result<Vec<(String, String)>> {
        tags_of(&Sourced::new(text, Origin::Rule("session_tags")))
    }

    #[test]
    fn tags_are_read_as_aws_vault_does() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let expected = [pair("team", "a b"), pair("url", "x=y"), pair("empty", "")];
        assert_eq!(read(" team = a b ,url=x=y, empty=,").unwrap(), expected);
    }

    #[test]
    fn limits_are_told_before_a_call() {
        let many: Vec<_> = (0..51).map(|number| format!("k{number}=v")).collect();
        let long = format!("k={}", "v".repeat(257));
        let cause = |text: &str| read(text).unwrap_err().to_string();
        for text in ["team", "=v", "a=b,A=c", "aws:x=1", "k=\u{1b}", &long] {
            let expected = "session_tags has a tag that AWS does not accept: ";
            assert!(cause(text).starts_with(expected), "{}", cause(text));
        }
        let expected = "session_tags has 51 tags, AWS takes 50";
        assert_eq!(cause(&many.join(",")), expected);
    }
}
