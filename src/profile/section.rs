//! Section headers: what `[profile dev]`, `[dev]`, `[services x]` mean in which file.

use super::words;

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
    /// `[dev]` in the config file: reusabit's awsmfa writes its profiles so. The AWS CLI does not
    /// see them, so a `[profile dev]` wins.
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
            return Err("a section without a name".to_owned());
        }
        if kind == Kind::Credentials {
            return Ok(Self::Profile(header.to_owned()));
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
            _ => Ok(Self::Bare(header.to_owned())),
        }
    }
}
