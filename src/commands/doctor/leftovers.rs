//! Secrets that other tools have left on disk, and keys where nobody expects them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use super::Setup;
use super::finding::Finding;
use crate::duration::roughly;
use crate::leftovers::{Found, Leftover, Remains, State};

const CHECK: &str = "leftovers";

/// A line for each section, for each directory with files, and for each file with other keys.
pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let now = setup.context.clock.local();
    let found = Found::search(setup.context.environment);
    let mut findings = Vec::new();
    let mut directories: BTreeMap<&Path, Vec<&Leftover>> = BTreeMap::new();
    for leftover in found
        .leftovers
        .iter()
        .filter(|leftover| is_left(leftover, now))
    {
        if leftover.section.is_some() {
            let hint = "to remove it: awsmfa scrub";
            findings.push(Finding::warning(CHECK, aged(leftover, now), hint));
        } else {
            let directory = leftover.shown.parent().unwrap_or(&leftover.shown);
            directories.entry(directory).or_default().push(leftover);
        }
    }
    let files = directories.values();
    findings.extend(files.filter_map(|files| of_directory(files, now)));
    findings.extend(found.remains.iter().map(remains));
    findings
}

/// What is valid is what its tool works with, and not worth a line.
fn is_left(leftover: &Leftover, now: SystemTime) -> bool {
    leftover.state(now) == State::Dead || leftover.to_ask(now).is_some()
}

fn of_directory(files: &[&Leftover], now: SystemTime) -> Option<Finding> {
    let (first, more) = files.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        more => format!("; and {more} more there"),
    };
    let message = format!("{}{more}", aged(first, now));
    Some(Finding::warning(
        CHECK,
        message,
        "to remove what is dead: awsmfa scrub --yes",
    ))
}

fn aged(leftover: &Leftover, now: SystemTime) -> String {
    let age = roughly(leftover.age(now));
    format!("{}, {age} old", leftover.summary(now))
}

fn remains(remains: &Remains) -> Finding {
    let mode = remains.file.mode_in_words();
    let message = format!("{} holds {} ({mode})", remains.place(), remains.what);
    let hint = match remains.line {
        Some(_) => "take it out, and rotate a long-term key that others may have read",
        None => "delete the file unless it is the only copy",
    };
    Finding::warning(CHECK, message, hint)
}
