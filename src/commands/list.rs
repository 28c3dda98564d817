//! `awsmfa list`: the profiles of the user's files, one line each.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::done::Done;
use crate::arn::Arn;
use crate::cli::List;
use crate::context::Context;
use crate::environment::Held;
use crate::files::Files;
use crate::files::conventions::user_facing;
use crate::printable::{json, printable};
use crate::profile::Summary;

/// A profile; `--json`.
#[derive(Serialize)]
struct Row {
    profile: String,
    account: Option<String>,
    role_arn: Option<String>,
    /// The user that logs in, for a person: by the name of the MFA device.
    user: Option<String>,
    access_key_id: Option<String>,
    region: Option<String>,
    /// `PATH:LINE`; empty if the terminal holds a profile that is in no file.
    defined_in: Vec<String>,
    /// Whether this terminal holds its session.
    held: bool,
    /// Why it cannot log in; null if it can, as far as the files tell.
    problem: Option<String>,
}

pub fn run(args: &List, context: &Context<'_>) -> Result<Done> {
    let files = Files::read(context.environment);
    context.messages.notes(files.problems());
    let rows = rows(&files, context);
    if args.json {
        return Ok(Done::print(json(&rows)?));
    }
    if rows.is_empty() {
        let note = format!("there are no profiles in {}", files.looked_at());
        context.messages.note(&note);
    }
    Ok(Done::print(table(&rows)))
}

fn rows(files: &Files, context: &Context<'_>) -> Vec<Row> {
    let held = Held::read(context.environment).map(|held| user_facing(&held.profile).to_owned());
    let mut names: BTreeSet<_> = files.profile_names().into_iter().collect();
    // With keys from the environment, a profile need not be in a file.
    names.extend(held.clone());
    let row = |profile: String| {
        let summary = Summary::read(files, &profile, context.environment);
        Row {
            account: summary.account().map(str::to_owned),
            user: summary.user().map(str::to_owned),
            held: held.as_ref() == Some(&profile),
            role_arn: summary.role_arn,
            access_key_id: summary.access_key_id,
            region: summary.region,
            defined_in: summary.defined_in,
            problem: summary.problem,
            profile,
        }
    };
    names.into_iter().map(row).collect()
}

impl Row {
    /// What the table shows, the star apart. The last one may be of any width.
    fn columns(&self) -> [String; 5] {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let place = match &self.defined_in[..] {
            [] => "in no file".to_owned(),
            places => places.join(", "),
        };
        let problem = self.problem.as_ref().map_or("", |_| " (cannot log in)");
        let columns = [
            self.profile.clone(),
            or_dash(self.account.clone()),
            or_dash(self.holder()),
            or_dash(self.region.clone()),
            place + problem,
        ];
        columns.map(|text| printable(&text))
    }

    fn holder(&self) -> Option<String> {
        let role = self.role_arn.as_deref().and_then(Arn::parse);
        let role = role.map(|role| format!("role {}", role.name()));
        let user = || Some(format!("user {}", self.user.as_ref()?));
        let key = || Some(format!("key {}", self.access_key_id.as_ref()?));
        role.or_else(user).or_else(key)
    }
}

/// The profile that the terminal holds has a star.
fn table(rows: &[Row]) -> String {
    let lines: Vec<_> = rows.iter().map(|row| (row.held, row.columns())).collect();
    let width = |column: usize| lines.iter().map(|(_, line)| line[column].width()).max();
    let widths = [0, 1, 2, 3].map(|column| width(column).unwrap_or_default());
    let line = |(held, columns): &(bool, [String; 5])| {
        let mark = if *held { '*' } else { ' ' };
        let padded = columns.iter().zip(widths).map(|(text, width)| {
            let padding = width - text.width();
            format!("{text}{}  ", " ".repeat(padding))
        });
        format!("{mark} {}{}\n", padded.collect::<String>(), columns[4])
    };
    lines.iter().map(line).collect()
}
