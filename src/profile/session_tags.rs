//! `session_tags` and `transitive_session_tags`, as aws-vault writes them: `team=a,stage=dev` and
//! `team,stage`.

use anyhow::{Result, anyhow, bail};

use crate::files::conventions::ProfileSections;
use crate::files::refusal::hint;
use crate::message::OrHint;
use crate::origin::Sourced;

/// Tags per session, and the lengths of their parts.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>
const MOST: usize = 50;
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 1..=128;
const LONGEST_VALUE: usize = 256;

/// The tags of one role's session.
#[derive(Debug, Default)]
pub struct SessionTags {
    /// Keys and values.
    pub tags: Option<Sourced<Vec<(String, String)>>>,
    /// The keys of those that go on to the next role of a chain.
    pub transitive: Option<Sourced<Vec<String>>>,
}

impl SessionTags {
    pub fn read(profile: &ProfileSections<'_>) -> Result<Self> {
        let tags = profile.get("session_tags").map(tags).transpose()?;
        let transitive = profile.get("transitive_session_tags").map(words);
        if let Some(keys) = &transitive {
            let has = |key: &String| {
                let mut known = tags.iter().flat_map(|tags| &tags.value);
                known.any(|(name, _)| name == key)
            };
            if let Some(missing) = keys.value.iter().find(|key| !has(key)) {
                return Err(anyhow!(
                    "{} names a tag that session_tags does not have: {missing:?}",
                    keys.origin
                ))
                .or_hint(|| format!("write session_tags = {missing}=VALUE beside it"));
            }
        }
        Ok(Self { tags, transitive })
    }
}

/// Words separated by commas, blanks around them left out.
fn words(list: Sourced<&str>) -> Sourced<Vec<String>> {
    list.map(|text| {
        let words = text.split(',').map(str::trim);
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    })
}

fn tags(list: Sourced<&str>) -> Result<Sourced<Vec<(String, String)>>> {
    let list = words(list);
    let origin = list.origin;
    let mut tags: Vec<(String, String)> = Vec::new();
    for word in list.value {
        let Some((key, value)) = word.split_once('=') else {
            return Err(anyhow!("{origin} has a tag without a value: {word:?}"))
                .or_hint(|| "tags are written KEY=VALUE,KEY=VALUE".to_owned());
        };
        let (key, value) = (key.trim(), value.trim());
        check(key, value)
            .map_err(|cause| anyhow!("{origin} has a tag that AWS does not accept: {cause}"))
            .or_hint(|| {
                hint(
                    value,
                    "tags have letters, digits, blanks and any of _.:/=+-@",
                )
            })?;
        if tags
            .iter()
            .any(|(known, _)| known.to_lowercase() == key.to_lowercase())
        {
            bail!("{origin} has the tag {key:?} twice (AWS does not tell capitals apart)");
        }
        tags.push((key.to_owned(), value.to_owned()));
    }
    if tags.len() > MOST {
        bail!("{origin} has {} tags, AWS takes {MOST}", tags.len());
    }
    Ok(Sourced::new(tags, origin))
}

/// The error is the cause to show.
fn check(key: &str, value: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    if let Some(odd) = key.chars().chain(value.chars()).find(|c| !allowed(*c)) {
        return Err(format!("the character {odd:?} in {key:?}"));
    }
    if !KEY_LENGTH.contains(&key.chars().count()) {
        return Err(format!("a key has 1 to 128 characters: {key:?}"));
    }
    if value.chars().count() > LONGEST_VALUE {
        return Err(format!(
            "the value of {key:?} has more than {LONGEST_VALUE} characters"
        ));
    }
    if key.to_lowercase().starts_with("aws:") {
        return Err(format!("{key:?}: keys that begin with aws: are AWS's own"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

    fn read(text: &str) -> Result<Vec<(String, String)>> {
        tags(Sourced::new(text, Origin::Rule("session_tags"))).map(|tags| tags.value)
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
        for (text, cause) in [
            ("team", "without a value"),
            ("=v", "1 to 128"),
            ("a=b,A=c", "twice"),
            ("aws:x=1", "AWS's own"),
            ("k=\u{1b}", "the character"),
            (&long, "more than 256"),
            (&many.join(","), "51 tags, AWS takes 50"),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(
                error.starts_with("session_tags has") && error.contains(cause),
                "{error}"
            );
        }
    }
}
