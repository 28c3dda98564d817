//! A `credential_process` that is awsmfa itself: it gives other tools a session, and awsmfa never
//! runs it. If it names another profile, this profile stands for that one.

use std::path::Path;

use super::words;

const PROGRAM: &str = "awsmfa";
const COMMAND: &str = "credentials";

/// Whether `line` runs `awsmfa credentials`: by any path, as a word of another command (`env`), or in
/// the text of a shell (`sh -c '…'`).
pub fn is_own(line: &str) -> bool {
    arguments(line).is_some()
}

/// The profile whose session the line gives. `None` if the line is not awsmfa's, or names none.
pub fn named(line: &str) -> Option<String> {
    let arguments = arguments(line)?;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--wait" => drop(words.next()),
            "--" => return words.next().cloned(),
            word if word.starts_with('-') => {}
            word => return Some(word.trim_end_matches(';').to_owned()),
        }
    }
    None
}

/// What follows `awsmfa credentials`.
fn arguments(line: &str) -> Option<Vec<String>> {
    let words = words::split(line)?;
    let program = words.iter().position(|word| is_program(word));
    let own = program.and_then(|program| {
        let command = words[program..].iter().position(|word| word == COMMAND)?;
        Some(words[program + command + 1..].to_vec())
    });
    own.or_else(|| {
        let mut texts = words.iter().filter(|word| *word != line);
        texts.find_map(|text| arguments(text))
    })
}

/// By its name, or because the path leads to the running program.
fn is_program(word: &str) -> bool {
    let path = Path::new(word);
    let is_same = || {
        let own = std::env::current_exe().and_then(|path| path.canonicalize());
        own.is_ok_and(|own| path.canonicalize().is_ok_and(|path| path == own))
    };
    path.file_name().is_some_and(|name| name == PROGRAM) || word.contains('/') && is_same()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awsmfa_is_recognised_however_it_is_called() {
        for (line, profile) in [
            ("awsmfa credentials dev", Some("dev")),
            (
                "/usr/local/bin/awsmfa credentials dev --no-agent",
                Some("dev"),
            ),
            (
                "\"/opt/my tools/awsmfa\" credentials 'two words'",
                Some("two words"),
            ),
            ("'awsmfa' -v credentials --wait 5s dev", Some("dev")),
            ("awsmfa credentials --wait=5s --no-agent dev", Some("dev")),
            ("awsmfa credentials -- -odd", Some("-odd")),
            ("env -i HOME=/home/a /x/awsmfa credentials dev", Some("dev")),
            ("sh -c 'exec awsmfa credentials dev; true'", Some("dev")),
            ("sh -c \"sh -c 'awsmfa credentials dev'\"", Some("dev")),
            ("awsmfa credentials", None),
        ] {
            assert!(is_own(line), "{line}");
            assert_eq!(named(line).as_deref(), profile, "{line}");
        }
        let own = std::env::current_exe().unwrap();
        assert!(is_own(&format!("'{}' credentials dev", own.display())));
    }

    #[test]
    fn other_programs_are_not_awsmfa() {
        for line in [
            "aws-vault export --format=json dev",
            "awsmfa exec vault -- print-keys",
            "awsmfa-helper credentials dev",
            "credentials awsmfa",
            "awsmfa 'credentials",
            "",
        ] {
            assert!(!is_own(line), "{line}");
        }
    }
}
