//! What the header of a section means.

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
    /// `[dev]` in the config file (where reusabit's awsmfa writes its profiles), `[profile dev]`,
    /// `[ dev]` or `["dev"]` in the credentials file. The AWS CLI knows no profile of this name, so
    /// a section that it does know wins.
    Bare(String),
    /// `[services dev]`.
    Services(String),
    /// `[sso-session dev]`, `[plugins]` and whatever else is not a profile.
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
/// part of the value, unless the line is not a setting (`new]`, or `[new]` behind an invisible mark).
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
