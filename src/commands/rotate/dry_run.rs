//! `awsmfa rotate --dry-run`: what would be done. Without network, and nothing is written.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::pair::Pair;
use super::places_of;
use super::state::State;
use crate::cli::Login;
use crate::commands::done::Done;
use crate::context::Context;
use crate::files::contents::contents;
use crate::files::section::{KEY_ID, SECRET};
use crate::printable::printable;
use crate::profile::Profile;

pub fn run(profile: &Profile, pair: &Pair, login: &Login, context: &Context<'_>) -> Result<Done> {
    let cannot = || format!("could not rotate the access key of {}", profile.name.value);
    let target = pair.file.canonicalize().with_context(cannot)?;
    let file = contents(&target).with_context(cannot)?;
    pair.rehearse(&file, &profile.name, login, context.environment)?;
    let lines = pair.lines(&file)?;
    let steps = steps(profile, pair, (&target, lines), context)?;
    let numbered = steps.iter().enumerate();
    let lines = numbered.map(|(index, step)| format!("{}. {}\n", index + 1, printable(step)));
    Ok(Done::print(lines.collect::<String>()))
}

/// `target`: the file itself, and the lines of key id and secret.
fn steps(
    profile: &Profile,
    pair: &Pair,
    (target, [id, secret]): (&Path, [usize; 2]),
    context: &Context<'_>,
) -> Result<Vec<String>> {
    let state_path = State::path_beside(target);
    let state = State::read(&state_path)?;
    let (own, place) = (&pair.keys.access_key_id, pair.place());
    let state_path = state_path.display();
    let old = state.as_ref().map_or(own, |state| &state.old_key_id);
    let code = with_code(profile);
    let mut steps = Vec::new();
    if state.is_none() {
        steps.extend([
            format!("log in with the access key {own} of {place}{code}"),
            "list the user's access keys, and stop if there are two".to_owned(),
            format!("create a new access key, and store it in {state_path}"),
        ]);
    }
    if own == old {
        steps.push("wait until STS and IAM know the new key".to_owned());
        steps.push(format!(
            "put it into {}: {KEY_ID} in line {id}, {SECRET} in line {secret}, and nothing else",
            target.display()
        ));
    }
    steps.extend(last_steps(old, pair, &code, context));
    Ok(steps)
}

fn last_steps(old: &str, pair: &Pair, code: &str, context: &Context<'_>) -> [String; 2] {
    let others = places_of(old, Some(&pair.keys.origin), context);
    if others.is_empty() {
        return [
            format!("log in with the new key{code}"),
            format!("deactivate {old}, and remove the stored key"),
        ];
    }
    let others = others.join(" and in ");
    [
        format!("leave {old} active: it is in {others}, too"),
        "keep the stored key until that has changed".to_owned(),
    ]
}

fn with_code(profile: &Profile) -> String {
    match &profile.mfa_serial {
        Some(serial) => format!(" and a code of {}", serial.value),
        None => " and, if AWS lists an MFA device of the user, a code".to_owned(),
    }
}
