//! The choice of a profile, if nothing names one and there is no default.

use anyhow::{Context as _, Result};

use super::done::wait;
use crate::cli::Login;
use crate::context::Context;
use crate::files::Files;
use crate::origin::Origin;
use crate::profile::{self, Summary};
use crate::terminal::Terminal;

const KEYS: &str =
    "which profile? Type a part of its name; Tab and the arrows move on, Enter takes it";

/// `login` with the profile that the user chooses on the terminal. `None` if it needs no choice, or if
/// there is no terminal or nothing to choose from: the error of the login says that better.
pub fn login(login: &Login, context: &Context<'_>) -> Result<Option<Login>> {
    let name = profile::name(login, context.environment);
    if !matches!(name.origin, Origin::Rule(_)) {
        return Ok(None);
    }
    let files = Files::read(context.environment);
    if profile::has_default(&files, context.environment) {
        return Ok(None);
    }
    let Ok(terminal) = Terminal::open() else {
        return Ok(None);
    };
    let mut names = files.profile_names();
    names.retain(|name| {
        let summary = Summary::read(&files, name, context.environment);
        summary.problem.is_none()
    });
    if names.is_empty() {
        return Ok(None);
    }
    let chosen = wait(async {
        terminal.say(KEYS)?;
        terminal.pick("profile: ", &names).await
    });
    let index = chosen.context("could not log in")?;
    let mut login = login.clone();
    login.who.word = names.get(index).cloned();
    Ok(Some(login))
}
