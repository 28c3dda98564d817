//! One section of a profile: what its header means, what it says and in which lines.

use anyhow::{Result, anyhow};

use super::ProfileFile;
use super::ini::{Entry, ParsedSection};
use super::words;
use crate::message::OrHint as _;
use crate::origin::{Origin, Sourced};

/// Which of the two files; a header means different things in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Config,
    Credentials,
}

/// What a section is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// `[profile dev]` and `[default]` in the config file, `[dev]` in the credentials file.
    Profile(String),
    /// `[dev]` in the config file (reusabit's awsmfa writes its profiles so), `[profile dev]`,
    /// `[ dev]` or `["dev"]` in the credentials file. The AWS CLI knows no profile of this name, so
    /// a section that it does know wins.
    Bare(String),
    /// `[services dev]`.
    Services(String),
    /// `[sso-session dev]`, `[plugins]` and whatever else is no profile.
    Other(String),
}

impl Name {
    /// `header` is what stands between the brackets. The error is the cause to show.
    pub fn read(kind: Kind, header: &str) -> Result<Self, String> {
        if header.trim().is_empty() {
            return Err("the section has no name".to_owned());
        }
        if kind == Kind::Credentials {
            return Ok(Self::in_credentials(header));
        }
        let Some(words) = words::split(header) else {
            return Err("a quote in the section's name is not closed".to_owned());
        };
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["default"] => Ok(Self::Profile("default".to_owned())),
            ["profile", name] => Ok(Self::Profile(name.to_owned())),
            ["services", name] => Ok(Self::Services(name.to_owned())),
            ["profile", _, _, ..] => Err(
                "a profile name with blanks needs quotes, as in [profile \"two words\"]".to_owned(),
            ),
            ["sso-session" | "services", ..] | ["plugins" | "preview" | "profile"] => {
                Ok(Self::Other(header.to_owned()))
            }
            [name] => Ok(Self::Bare(name.to_owned())),
            _ => Ok(Self::Bare(header.trim().to_owned())),
        }
    }

    /// A header of the credentials file. One that follows the rules of the config file, such as
    /// `[profile dev]`, is understood too.
    pub fn in_credentials(header: &str) -> Self {
        let name = header.trim();
        let after = name.strip_prefix("profile");
        let after = after.filter(|rest| rest.starts_with([' ', '\t']));
        let name = after.map_or(name, str::trim_start);
        let unquoted = ['"', '\'']
            .into_iter()
            .find_map(|quote| name.strip_prefix(quote)?.strip_suffix(quote));
        match unquoted.unwrap_or(name) {
            name if name == header || name.is_empty() => Self::Profile(header.to_owned()),
            name => Self::Bare(name.to_owned()),
        }
    }

    /// The profile that it is about.
    pub fn profile(&self) -> Option<&str> {
        match self {
            Self::Profile(name) | Self::Bare(name) => Some(name),
            Self::Services(_) | Self::Other(_) => None,
        }
    }
}

/// The header that a line ends with: `new` in `region=eu-west-1[new]`. A blank before it makes it a
/// part of the value, unless the line is no setting (`new]`, or `[new]` behind an invisible mark).
pub fn header_ending(line: &str, is_setting: bool) -> Option<String> {
    let line = line.split(" #").next()?.split(" ;").next()?.trim_end();
    let line = line.strip_suffix(']')?;
    let (before, header) = match line.rsplit_once('[') {
        Some((before, header)) => (before, header),
        None if is_setting => return None,
        None => ("", line),
    };
    let allowed = |c: char| c.is_alphanumeric() || "-_.@+ \"'".contains(c);
    let sound = (1..=64).contains(&header.chars().count()) && header.chars().all(allowed);
    let apart = is_setting && before.ends_with(char::is_whitespace);
    (sound && !apart).then(|| header.to_owned())
}

/// The two settings that make a key pair.
const PAIR: [&str; 2] = ["aws_access_key_id", "aws_secret_access_key"];

/// A section and the file that it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    pub file: &'a ProfileFile,
    pub name: &'a Name,
    pub parsed: &'a ParsedSection,
    /// `[DEFAULT]`, in capitals: what Python's configparser puts into every section of the file.
    pub defaults: Option<&'a ParsedSection>,
}

impl<'a> Section<'a> {
    /// A value that is there and not empty. The key is in lower case.
    pub fn get(&self, key: &str) -> Option<Sourced<&'a str>> {
        let (section, entry) = self.entry(key)?;
        self.sourced(section, entry, key.to_owned())
    }

    /// The value of an indented line: `sts` and `endpoint_url`.
    pub fn nested(&self, outer: &str, key: &str) -> Option<Sourced<&'a str>> {
        let (section, entry) = self.entry(outer)?;
        self.sourced(section, entry.nested.get(key)?, format!("{outer}.{key}"))
    }

    /// Every indented line of this key, with what it is indented below: `s3`'s `endpoint_url`.
    pub fn all_nested(&self, key: &str) -> Vec<(&'a str, Sourced<&'a str>)> {
        let outer = self.parsed.entries.keys();
        outer
            .filter_map(|outer| Some((outer.as_str(), self.nested(outer, key)?)))
            .collect()
    }

    fn entry(&self, key: &str) -> Option<(&'a ParsedSection, &'a Entry)> {
        let mut sections = [Some(self.parsed), self.defaults].into_iter().flatten();
        sections.find_map(|section| Some((section, section.entries.get(key)?)))
    }

    fn sourced(
        &self,
        section: &ParsedSection,
        entry: &'a Entry,
        key: String,
    ) -> Option<Sourced<&'a str>> {
        let origin = Origin::File {
            path: self.file.shown.clone(),
            line: entry.line,
            section: section.header.clone(),
            key,
        };
        Some(entry.value.as_str())
            .filter(|value| !value.is_empty())
            .map(|value| Sourced { value, origin })
    }

    /// Where it begins: `~/.aws/credentials:3 [dev]`.
    pub fn shown(&self) -> String {
        self.line(self.parsed, self.parsed.line)
    }

    fn line(&self, section: &ParsedSection, number: usize) -> String {
        let path = self.file.shown.display();
        format!("{path}:{number} [{}]", section.header)
    }

    /// Makes sure that a value is this profile's own. For a key that decides whose session it is: the
    /// wrong value would be somebody else's.
    ///
    /// # Errors
    /// The key has two different values, or stands below a line that ends like the header of another
    /// section.
    pub fn check(&self, key: &str) -> Result<()> {
        if let Some([first, second]) = self.two_values(key) {
            return Err(anyhow!(
                "{key} has two different values for one profile, in {first} and {second}"
            ))
            .or_hint(|| {
                "keep one of the two; if the other one is another profile's, put its [section] on \
                 a line of its own"
                    .to_owned()
            });
        }
        let Some(line) = self.parsed.entries.get(key).map(|entry| entry.line) else {
            return Ok(());
        };
        let mut headers = self.parsed.header_endings.iter();
        let Some((above, header)) = headers.rfind(|(above, _)| *above < line) else {
            return Ok(());
        };
        Err(anyhow!(
            "{} is below line {above}, which ends like the header [{header}], so {key} may belong \
             to {header}",
            self.line(self.parsed, line)
        ))
        .or_hint(|| {
            format!(
                "put [{header}] on a line of its own, or move line {above} to the end of its \
                 section if it is right"
            )
        })
    }

    /// The lines of two different values. Those of a key pair are looked for in every section of the
    /// file that is about this profile, however its header is spelled.
    fn two_values(&self, key: &str) -> Option<[String; 2]> {
        let sections = match self.name.profile() {
            Some(profile) if PAIR.contains(&key) => self.file.sections_of(profile),
            _ => vec![self.parsed],
        };
        let mut values = Vec::new();
        for section in sections {
            let Some(entry) = section.entries.get(key) else {
                continue;
            };
            let line = |number| self.line(section, number);
            if let Some(former) = entry.line_of_other_value {
                return Some([line(former), line(entry.line)]);
            }
            if !entry.value.is_empty() {
                values.push((&entry.value, line(entry.line)));
            }
        }
        let (first, line) = values.first()?;
        let (_, other) = values.iter().find(|(value, _)| value != first)?;
        Some([line.clone(), other.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_ends_like_a_header_is_found() {
        for (line, is_setting, header) in [
            ("region=eu-west-1[new]", true, Some("new")),
            (
                "output = json[profile new] # mine",
                true,
                Some("profile new"),
            ),
            ("description = the old account [new]", true, None),
            ("endpoint_url = http://[::1]", true, None),
            ("a = b[]", true, None),
            ("a = b]", true, None),
            ("region = eu-west-1", true, None),
            ("new]", false, Some("new")),
            ("\u{feff}[new]", false, Some("new")),
            ("{new]", false, None),
            ("neither this", false, None),
        ] {
            let found = header_ending(line, is_setting);
            assert_eq!(found.as_deref(), header, "{line}");
        }
    }
}
