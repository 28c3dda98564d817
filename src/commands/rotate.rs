//! `awsmfa rotate`: a new access key in place of the old one.
//!
//! In this order, so that the file has a working key at every moment, and a second run finishes after
//! a crash at any point:
//!
//! 1. log in with the old key, and make sure that it is the user's only one
//! 2. create a key, and store it in a file beside the one that will get it ([`state`])
//! 3. wait until STS and IAM know it
//! 4. put it into its place
//! 5. log in with it, deactivate the old key with that session, and remove the state
//!
//! If a run ends between AWS's answer and the store, the next one finds two keys and names both.

mod access;
mod completion;
mod creation;
mod delete;
mod dry_run;
mod keys_at_aws;
mod pair;
mod patience;
mod state;
mod uninterrupted;

use anyhow::{Error, Result, anyhow};
use serde::Serialize;

use super::done::{Done, wait_uninterrupted};
use super::iam_user;
use crate::cli::{self, Login};
use crate::context::Context;
use crate::credentials::LongTermKeys;
use crate::files::Files;
use crate::files::replace::UserFile;
use crate::files::section::KEY_ID;
use crate::login::Logins;
use crate::message::{OrHint as _, hint_of, hinted};
use crate::origin::Origin;
use crate::printable::json;
use crate::profile::Profile;
use crate::terminal::{Interrupted, until_interrupted};
use access::{Access, without_roles};
use pair::Pair;
use state::State;

/// `--json`.
#[derive(Serialize)]
struct Report {
    profile: String,
    /// `PATH:LINE [SECTION]`
    place: String,
    access_key_id: String,
    old_access_key_id: String,
    /// `Active` if the old key is in another section, too.
    old_key_status: &'static str,
}

struct Rotation<'a> {
    context: &'a Context<'a>,
    login: Login,
    /// Without its roles.
    profile: Profile,
    pair: Pair,
    file: UserFile,
    logins: Logins<'a>,
    /// The access of the old key, once it was needed.
    old: Option<Access<'a>>,
}

pub fn run(args: &cli::Rotate, context: &Context<'_>) -> Result<Done> {
    let login = args.login();
    let (profile, files) = iam_user::profile(&login, context)?;
    let pair = Pair::find(&profile, &files)?;
    if args.dry_run {
        return dry_run::run(&profile, &pair, &login, context);
    }
    let mut rotation = Rotation {
        context,
        file: UserFile::lock(&pair.file)?,
        profile: without_roles(profile),
        pair,
        logins: Logins::new(&login, context)?,
        login,
        old: None,
    };
    State::recover(&State::path_beside(rotation.file.path()))?;
    if args.delete {
        return wait_uninterrupted(until_interrupted(rotation.delete_other(args.json)));
    }
    let done = wait_uninterrupted(rotation.run());
    let report = done.inspect_err(|error| rotation.tell_interrupted(error))?;
    printed(&report, args.json)
}

/// Without `--json`, the messages have said it all.
fn printed(report: &impl Serialize, as_json: bool) -> Result<Done> {
    let text = if as_json {
        json(report)?
    } else {
        String::new()
    };
    Ok(Done::print(text))
}

impl<'a> Rotation<'a> {
    async fn run(&mut self) -> Result<Report> {
        let state = match self.state()? {
            Some(state) => {
                self.resume(&state)?;
                state
            }
            None => Box::pin(self.begin()).await?,
        };
        let finished = Box::pin(until_interrupted(self.finish(&state))).await;
        finished.map_err(|error| unfinished(error, &state))
    }

    fn state(&self) -> Result<Option<State>> {
        State::read(&State::path_beside(self.file.path()))
    }

    /// Says what an earlier run has left to do.
    ///
    /// # Errors
    /// It is about another key than the profile's.
    fn resume(&self, state: &State) -> Result<()> {
        let State {
            path,
            profile,
            old_key_id,
            new,
        } = state;
        let (own, new) = (&self.pair.keys.access_key_id, &new.access_key_id);
        if own == old_key_id || own == new {
            self.context.messages.announcement(&format!(
                "finishing the rotation of the access key {old_key_id} of {}: the new key is {new}",
                self.pair.place()
            ));
            return Ok(());
        }
        let hint = if *profile == self.profile.name.value {
            format!(
                "if {own} is the right one, delete {new} at AWS, then remove {}",
                path.display()
            )
        } else {
            format!("finish that one first: {}", command("rotate", profile))
        };
        Err(anyhow!(
            "could not rotate the access key {own}: the rotation of {old_key_id} (profile \
             {profile}) is not finished; its new key {new} is in {}",
            path.display()
        ))
        .or_hint(|| hint)
    }

    async fn open(&mut self, keys: LongTermKeys) -> Result<Access<'a>> {
        let access = Access::open(&self.profile, keys, &mut self.logins, self.context).await?;
        self.profile.mfa_serial = access.mfa_serial().cloned();
        Ok(access)
    }

    /// An interruption has no message of its own.
    fn tell_interrupted(&self, error: &Error) {
        if error.is::<Interrupted>()
            && let Ok(Some(state)) = self.state()
        {
            self.context
                .messages
                .failure(&format!("the rotation is not finished: {}", rest(&state)));
        }
    }
}

/// Adds what is there and how to go on, while there is something to finish.
fn unfinished(error: Error, state: &State) -> Error {
    if !state.path.exists() {
        return error;
    }
    let rest = rest(state);
    let hint = match hint_of(&error) {
        Some(hint) => format!("{hint}; {rest}"),
        None => rest,
    };
    hinted(error, hint)
}

/// How a run goes on that has been cut short.
fn rest(state: &State) -> String {
    let (again, new) = (command("rotate", &state.profile), &state.new.access_key_id);
    let path = state.path.display();
    format!("to finish, run {again} again; until then, the new key {new} is in {path}")
}

/// A command of this program that a person can type.
fn command(words: &str, profile: &str) -> String {
    let profile = shell_escape::escape(profile.into());
    format!("awsmfa {words} {profile}")
}

/// The places of a key in the profile files, except one.
fn places_of(key_id: &str, except: Option<&Origin>, context: &Context<'_>) -> Vec<String> {
    let files = Files::read(context.environment);
    let lines = files.lines_with(KEY_ID, key_id);
    let others = lines.iter().filter(|line| Some(*line) != except);
    others.map(Origin::place).collect()
}
