//! `awsmfa scrub`: lists the short-term secrets that other tools have left on disk, and removes those
//! that a person confirms, or with `--yes` those that are dead.
//!
//! Everything is asked before anything is removed, and each file is changed once.

mod ask_aws;
mod holders;
mod row;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::done::{Done, wait};
use crate::cli::Scrub;
use crate::context::Context;
use crate::duration::roughly;
use crate::leftovers::{self, Found, Leftover, Remains, State};
use crate::printable::{json, printable};
use crate::terminal::Interrupted;
use holders::Holders;
use row::Row;

pub fn run(args: &Scrub, context: &Context<'_>) -> Result<Done> {
    wait(scrub(args, context))
}

async fn scrub(args: &Scrub, context: &Context<'_>) -> Result<Done> {
    let mut found = Found::search(context.environment);
    ask_aws::about(&mut found.leftovers, context).await;
    tell_what_stays(&found, context);
    let leftovers = found.leftovers;
    let now = context.clock.aws();
    let holders = Holders::of(&leftovers, context.environment);
    let rows = leftovers.iter();
    let mut rows: Vec<_> = rows
        .map(|leftover| Row::of(leftover, &holders, now))
        .collect();
    if rows.is_empty() {
        let note = "no short-term secrets of other tools were found";
        context.messages.note(note);
    }
    let all_done = match choose(args, &leftovers, &rows, context).await {
        Ok(chosen) => remove(&leftovers, &chosen, &mut rows, context),
        Err(error) if error.is::<Interrupted>() => return Err(error),
        Err(error) => {
            context
                .messages
                .error(&error.context("could not remove anything"));
            false
        }
    };
    Ok(Done::Print(text(args, &rows)?, u8::from(!all_done)))
}

fn text(args: &Scrub, rows: &[Row<'_>]) -> Result<String> {
    if args.json {
        return Ok(json(&rows)?);
    }
    let lines = rows.iter().map(|row| printable(&row.line()) + "\n");
    Ok(lines.collect())
}

/// The indices of those to remove.
async fn choose(
    args: &Scrub,
    leftovers: &[Leftover],
    rows: &[Row<'_>],
    context: &Context<'_>,
) -> Result<Vec<usize>> {
    let removable = || (0..rows.len()).filter(|index| leftovers[*index].kept.is_none());
    if args.yes {
        let dead: Vec<_> = removable()
            .filter(|index| rows[*index].state == State::Dead)
            .collect();
        let then = if args.dry_run {
            "would remove"
        } else {
            "removing"
        };
        let line = |index: &usize| format!("{then} {}", rows[*index].description());
        context.messages.notes(dead.iter().map(line));
        return Ok(if args.dry_run { Vec::new() } else { dead });
    }
    if args.dry_run || args.json || removable().next().is_none() {
        return Ok(Vec::new());
    }
    let flag = "--yes removes all that are dead, --dry-run only lists them";
    let mut chosen = Vec::new();
    for index in removable() {
        let question = format!("{}; remove it?", rows[index].description());
        if context.messages.confirm(&question, flag).await? {
            chosen.push(index);
        }
    }
    Ok(chosen)
}

/// Removes them, file by file. False if one could not be removed; the others are then removed all the
/// same.
fn remove(
    leftovers: &[Leftover],
    chosen: &[usize],
    rows: &mut [Row<'_>],
    context: &Context<'_>,
) -> bool {
    let mut files: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for index in chosen {
        let file = files.entry(&leftovers[*index].path).or_default();
        file.push(*index);
    }
    let mut all = true;
    for (path, indices) in files {
        let of_file: Vec<_> = indices.iter().map(|index| &leftovers[*index]).collect();
        match leftovers::remove(path, &of_file) {
            Ok(()) => indices.iter().for_each(|index| rows[*index].removed = true),
            Err(error) => {
                context.messages.error(&error);
                all = false;
            }
        }
    }
    all
}

/// What stays because only a person knows whether it is needed, and what is not known.
fn tell_what_stays(found: &Found, context: &Context<'_>) {
    let Context {
        messages, clock, ..
    } = context;
    for path in &found.unreadable {
        let path = path.display();
        messages.failure(&format!(
            "could not read {path}, which may have sessions too"
        ));
    }
    let line = |remains: &Remains| {
        let (place, what) = (remains.place(), &remains.what);
        let (mode, age) = (
            remains.file.mode_in_words(),
            remains.file.age(clock.local()),
        );
        let age = roughly(age);
        format!("{place} holds {what} ({mode}, {age} old); awsmfa leaves it alone")
    };
    messages.notes(found.remains.iter().map(line));
}
