//! `--each 'acme-*'`: patterns as a shell has them (`*`, `?`, `[a-z]`, `[!a-z]`), over the names of
//! the profiles.

use anyhow::{Result, anyhow};

use crate::files::Files;
use crate::message::OrHint as _;

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

fn matching(pattern: &str, names: &[String], files: &Files) -> Result<Vec<String>> {
    let parts = parse(pattern);
    let matching = names.iter().filter(|name| matches(&parts, name));
    let matching: Vec<_> = matching.cloned().collect();
    if !matching.is_empty() {
        return Ok(matching);
    }
    let failed = Err(anyhow!(
        "could not run the command for each profile: no profile matches {pattern}"
    ));
    failed.or_hint(|| {
        if names.is_empty() {
            return format!("there are no profiles in {}", files.looked_at());
        }
        let more = if names.len() > 10 { ", …" } else { "" };
        let shown = &names[..names.len().min(10)];
        format!("the profiles are: {}{more}", shown.join(", "))
    })
}

/// A part of a pattern.
enum Part {
    /// Any characters, or none.
    Star,
    /// One character in one of the ranges; `negated`: in none of them.
    One {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
}

fn parse(pattern: &str) -> Vec<Part> {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut rest = &pattern[..];
    let mut parts = Vec::new();
    while let [first, after @ ..] = rest {
        let ranges = vec![(*first, *first)];
        let literal = (
            Part::One {
                ranges,
                negated: false,
            },
            after,
        );
        let (part, next) = match first {
            '*' => (Part::Star, after),
            '?' => (
                Part::One {
                    ranges: Vec::new(),
                    negated: true,
                },
                after,
            ),
            '[' => set(after).unwrap_or(literal),
            _ => literal,
        };
        parts.push(part);
        rest = next;
    }
    parts
}

/// What follows `[`. `None` if no `]` ends it: then `[` means itself. A `]` in the first place does
/// too.
fn set(text: &[char]) -> Option<(Part, &[char])> {
    let negated = matches!(text, ['!' | '^', ..]);
    let text = &text[usize::from(negated)..];
    let end = 1 + text.iter().skip(1).position(|c| *c == ']')?;
    let (mut inside, after) = (&text[..end], &text[end + 1..]);
    let mut ranges = Vec::new();
    while let [first, rest @ ..] = inside {
        (ranges, inside) = match rest {
            ['-', last, rest @ ..] => ([ranges, vec![(*first, *last)]].concat(), rest),
            _ => ([ranges, vec![(*first, *first)]].concat(), rest),
        };
    }
    Some((Part::One { ranges, negated }, after))
}

/// Takes the parts one after the other and remembers every place in the name that can be reached, so
/// that many stars cost no more than one.
fn matches(parts: &[Part], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for part in parts {
        reached = match part {
            Part::Star => {
                let first = reached.iter().position(|place| *place);
                let from = first.unwrap_or(reached.len());
                (0..reached.len()).map(|place| place >= from).collect()
            }
            Part::One { ranges, negated } => {
                let fits = |c: &char| {
                    ranges
                        .iter()
                        .any(|(first, last)| (first..=last).contains(&c))
                        != *negated
                };
                let steps = name.iter().zip(&reached);
                let steps = steps.map(|(c, reached)| *reached && fits(c));
                std::iter::once(false).chain(steps).collect()
            }
        };
    }
    reached[name.len()]
}
