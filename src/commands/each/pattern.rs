//! `--each 'acme-*'`: patterns as a shell has them (`*`, `?`, `[a-z]`, `[!a-z]`), over the names of
//! the profiles.

use anyhow::{Result, anyhow};
use glob::Pattern;

use crate::files::Files;
use crate::message::hinted;

/// The profiles that `words` name, each once. A word that is the name of a profile means that one,
/// whatever characters it has.
pub fn profiles(words: &[String], files: &Files) -> Result<Vec<String>> {
    let names = files.profile_names();
    let mut chosen: Vec<String> = Vec::new();
    for word in words.iter().map(|word| word.trim()) {
        let is_pattern = word.contains(['*', '?', '[']) && !names.iter().any(|name| name == word);
        let meant = if is_pattern {
            matching(word, &names, files)?
        } else {
            vec![word.to_owned()]
        };
        for name in meant {
            if !chosen.contains(&name) {
                chosen.push(name);
            }
        }
    }
    Ok(chosen)
}

fn matching(text: &str, names: &[String], files: &Files) -> Result<Vec<String>> {
    // What is no pattern, such as `[a`, matches nothing.
    let pattern = Pattern::new(&text.replace("[^", "[!"));
    let is_meant = |name: &&String| pattern.as_ref().is_ok_and(|pattern| pattern.matches(name));
    let matching: Vec<_> = names.iter().filter(is_meant).cloned().collect();
    if !matching.is_empty() {
        return Ok(matching);
    }
    let more = if names.len() > 10 { ", …" } else { "" };
    let shown = &names[..names.len().min(10)];
    let hint = match shown {
        [] => format!("there are no profiles in {}", files.looked_at()),
        shown => format!("the profiles are: {}{more}", shown.join(", ")),
    };
    let failed = anyhow!("could not run the command for each profile: no profile matches {text}");
    Err(hinted(failed, hint))
}
