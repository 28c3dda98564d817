//! One profile with two different values for what decides whose session it is. Neither is taken: the
//! wrong one would be somebody else's.

use anyhow::{Result, anyhow};

use crate::files::place::Place;
use crate::message::{OrHint, hinted};

const PAIR: [&str; 2] = ["aws_access_key_id", "aws_secret_access_key"];

/// Two different key pairs in one file, and a pair that probably belongs to another profile.
pub fn refuse_two_pairs(place: &Place<'_>) -> Result<()> {
    let sections = place.of_same_profile();
    for section in &sections {
        let mut twice = section.contradictions().iter();
        if let Some(twice) = twice.find(|twice| PAIR.contains(&twice.key.as_str())) {
            let [first, second] = twice.lines;
            let lines = [section.line(first), section.line(second)];
            return Err(two_pairs(&lines, header_between(section, first, second)));
        }
    }
    for key in PAIR {
        let mut values = sections.iter().filter_map(|section| section.get(key));
        if let Some(first) = values.next()
            && let Some(other) = values.find(|other| other.value != first.value)
        {
            let lines = [first.origin.to_string(), other.origin.to_string()];
            return Err(two_pairs(&lines, None));
        }
    }
    refuse_those_of_another(place, PAIR[0])
}

/// Two values of `role_arn` and the like in one section, and one that is probably another profile's.
pub fn refuse_two_values(place: &Place<'_>) -> Result<()> {
    let mut twice = place.contradictions().iter();
    let Some(twice) = twice.find(|twice| !PAIR.contains(&twice.key.as_str())) else {
        let mut settings = ["role_arn", "credential_process"].into_iter();
        return settings.try_for_each(|key| refuse_those_of_another(place, key));
    };
    let [first, second] = twice.lines;
    Err(anyhow!(
        "{} has two different values for one profile, in {} and {}",
        twice.key,
        place.line(first),
        place.line(second)
    ))
    .or_hint(|| {
        header_between(place, first, second).unwrap_or_else(|| "keep one of the two".to_owned())
    })
}

fn two_pairs(lines: &[String; 2], likely: Option<String>) -> anyhow::Error {
    let keep = "keep one of them; keys of another profile belong below a [section] of their own";
    hinted(
        anyhow!(
            "there are two different pairs of keys for this profile, in {} and {}",
            lines[0],
            lines[1]
        ),
        likely.unwrap_or_else(|| keep.to_owned()),
    )
}

/// The likely cause: a header that was pasted behind the last line of the section above.
fn header_between(place: &Place<'_>, first: usize, second: usize) -> Option<String> {
    let glued = place.glued(first..second)?;
    let (line, header) = (glued.line, &glued.header);
    Some(format!(
        "line {line} ends in [{header}]: if a section begins there, put [{header}] on a line of its own"
    ))
}

/// The only keys or the only role of a section, below a value that ends in `[name]`, are that one's.
fn refuse_those_of_another(place: &Place<'_>, key: &str) -> Result<()> {
    let Some(line) = place.own_line(key) else {
        return Ok(());
    };
    let Some(glued) = place.glued(0..line).filter(|glued| glued.certain) else {
        return Ok(());
    };
    let header = &glued.header;
    Err(anyhow!(
        "{} stands below line {}, which ends like the header [{header}], so {} may be {header}'s",
        place.line(line),
        glued.line,
        if key == PAIR[0] { "the keys" } else { key }
    ))
    .or_hint(|| {
        format!(
            "put [{header}] on a line of its own, or move line {} to the end of its section if it is right",
            glued.line
        )
    })
}
