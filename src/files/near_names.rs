//! Hints for a profile name that does not exist.

use super::header::Name;
use super::{Files, ProfileFile};

/// Bytes. Longer names are left out of hints: real names are shorter, and comparing them takes long.
const LONGEST: usize = 64;
/// Names in a hint.
const MOST: usize = 10;
/// Sections in both files. With more, a command that looks at every profile would compare every name
/// with every other.
const MOST_COMPARED: usize = 2000;
/// Jaro-Winkler similarity (0 to 1) above which a name was probably meant.
const ALIKE: f64 = 0.8;

/// A hint for a name that no profile has: the names that were probably meant, or else all of them;
/// where to write the first profile if there is none.
pub fn hint(files: &Files, name: &str) -> String {
    let mut both = files.both().into_iter();
    let sections = files.both().map(|file| file.parsed.sections.len());
    if sections.iter().sum::<usize>() > MOST_COMPARED {
        return "awsmfa list shows the profiles".to_owned();
    }
    let names = files.profile_names();
    let names = by_similarity(&names, name);
    let alike = names.partition_point(|(similarity, _)| *similarity > ALIKE);
    let is_part = |c: char| c.is_ascii_digit() || c == '-' || c.is_whitespace();
    if let Some(line) = both.find_map(|file| header_ending(file, name)) {
        line
    } else if alike > 0 {
        format!("did you mean {}?", listed(&names[..alike]))
    } else if name.chars().all(is_part) {
        "an MFA code has exactly six digits, such as 123456 or 123 456".to_owned()
    } else if !names.is_empty() {
        format!("the profiles are: {}", listed(&names))
    } else {
        let path = files.credentials_path().display();
        format!(
            "put your keys into {path}: a line [{name}], below it aws_access_key_id = … and \
             aws_secret_access_key = …"
        )
    }
}

/// The most similar name first.
fn by_similarity<'a>(names: &'a [String], name: &str) -> Vec<(f64, &'a str)> {
    let typed = name.to_lowercase();
    let similarity = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &typed);
    let names = names.iter().map(String::as_str);
    let names = names.filter(|known| known.len() <= LONGEST);
    let mut names: Vec<_> = names.map(|known| (similarity(known), known)).collect();
    names.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    names
}

fn listed(names: &[(f64, &str)]) -> String {
    let more = if names.len() > MOST { ", …" } else { "" };
    let names: Vec<_> = names.iter().take(MOST).map(|(_, name)| *name).collect();
    format!("{}{more}", names.join(", "))
}

/// A line that ends in this profile's header, which is why the profile does not exist.
fn header_ending(file: &ProfileFile, name: &str) -> Option<String> {
    let mut lines = file
        .parsed
        .sections
        .values()
        .flat_map(|section| &section.header_endings);
    let (line, header) = lines.find(|(_, header)| {
        let header = Name::read(file.kind, header);
        header.is_ok_and(|header| header.profile() == Some(name))
    })?;
    let path = file.shown.display();
    Some(format!(
        "{path}:{line} ends in [{header}]: put [{header}] on a line of its own"
    ))
}
