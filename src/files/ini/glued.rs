//! Lines that end like a section's header: somebody pasted a section behind a file without a line
//! break at its end, and the header became a part of the last line.

/// `region=eu-west-1[new]`, `# my keys[new]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glued {
    pub line: usize,
    /// What stands between the brackets.
    pub header: String,
    /// Whether only a header would stand there: behind a value without a blank, or in a line that is
    /// nothing else.
    pub certain: bool,
}

impl Glued {
    pub fn read(number: usize, line: &str) -> Option<Self> {
        let line = line.split(" #").next()?.split(" ;").next()?.trim_end();
        let (before, header) = line.strip_suffix(']')?.rsplit_once('[')?;
        let of_header = |c: char| c.is_alphanumeric() || "-_.@+ \"'".contains(c);
        let sound = (1..=64).contains(&header.chars().count()) && header.chars().all(of_header);
        (sound && !before.is_empty()).then(|| Self {
            line: number,
            header: header.to_owned(),
            certain: !before.starts_with(['#', ';']) && !before.ends_with(char::is_whitespace),
        })
    }

    /// A line that is no setting, and was probably meant to be a header: `new]`, or one behind a mark
    /// that nobody sees.
    pub fn broken(number: usize, line: &str) -> Option<Self> {
        let whole = if line.contains('[') {
            line.to_owned()
        } else {
            format!("x[{line}")
        };
        let certain = true;
        Self::read(number, &whole).map(|glued| Self { certain, ..glued })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_to_be_one() {
        for (line, header) in [
            ("new]", Some("new")),
            ("\u{feff}[new]", Some("new")),
            ("{new]", None),
            ("neither this", None),
        ] {
            let glued = Glued::broken(1, line);
            assert_eq!(glued.map(|glued| glued.header).as_deref(), header, "{line}");
        }
    }

    #[test]
    fn what_ends_like_a_header() {
        for (line, header, certain) in [
            ("region=eu-west-1[new]", Some("new"), true),
            (
                "output = json[profile new] # mine",
                Some("profile new"),
                true,
            ),
            ("description = the old account [new]", Some("new"), false),
            ("# my keys[new]", Some("new"), false),
            ("#[new]", Some("new"), false),
            ("endpoint_url = http://[::1]", None, false),
            ("a = b[]", None, false),
            ("a = b]", None, false),
            ("[new]", None, false),
            ("region = eu-west-1", None, false),
        ] {
            let glued = Glued::read(1, line);
            assert_eq!(
                glued.as_ref().map(|glued| glued.header.as_str()),
                header,
                "{line}"
            );
            assert_eq!(glued.is_some_and(|glued| glued.certain), certain, "{line}");
        }
    }
}
