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
    /// `[dev]` in the config file (reusabit's awsmfa writes its profiles so), `[profile dev]`,
    /// `[ dev]` or `["dev"]` in the credentials file. The AWS CLI does not see them by this name, so
    /// a section that it does see wins.
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

    /// `[profile dev]` is written by the rules of the config file, and so it is read.
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
