//! From a new key on the disk to the end of the old one.

use anyhow::{Result, anyhow};

use super::access::Access;
use super::patience::patiently;
use super::state::State;
use super::{Report, Rotation, command, places_of};
use crate::aws::{self, Failure, Kind};
use crate::message::{hint_of, with_hint};

impl Rotation<'_> {
    pub async fn finish(&mut self, state: &State) -> Result<Report> {
        if self.pair.keys.access_key_id == state.old_key_id {
            Box::pin(self.prove(state)).await?;
        }
        // Also if a crash has left half of it in a file that had to be overwritten.
        if !self.pair.is(&state.new) {
            let edited = self.pair.replaced(self.file.contents(), &state.new)?;
            self.file.replace(edited)?;
        }
        let others = places_of(&state.old_key_id, None, self.context);
        if !others.is_empty() {
            return Ok(self.report(state, &others));
        }
        self.deactivate_old(state).await?;
        let report = self.report(state, &others);
        // Last: without it, a second run has nothing to finish.
        state.remove()?;
        Ok(report)
    }

    /// Waits until AWS knows the new key. If AWS refuses it for good, the key goes again.
    async fn prove(&mut self, state: &State) -> Result<()> {
        let context = self.context;
        let new = Access::by_key(&self.profile, state.new.clone(), context);
        let client = new.client();
        let check = async || Box::pin(aws::check_new_key(&client)).await;
        let proof = patiently(context.messages, check);
        let Err(failure) = proof.await else {
            return Ok(());
        };
        if failure.kind.may_pass() {
            return Err(failure.into());
        }
        let id = &state.new.access_key_id;
        self.delete_new(id).await?;
        state.remove()?;
        let text = format!(
            "could not use the new key {id}; awsmfa has deleted it, and the old one is as it was: {:#}",
            failure.error
        );
        Err(with_hint(
            anyhow!(text),
            hint_of(&failure.error).map(str::to_owned),
        ))
    }

    async fn delete_new(&mut self, id: &str) -> Result<()> {
        let old = match self.old.take() {
            Some(old) => old,
            None => self.open(self.pair.keys.clone()).await?,
        };
        let client = old.client();
        let iam = old.iam(&client);
        gone(iam.deactivate_access_key(id).await)?;
        gone(iam.delete_access_key(id).await)
    }

    /// With a session of the new key, which proves that logins work with it.
    async fn deactivate_old(&mut self, state: &State) -> Result<()> {
        if self.profile.mfa_serial.is_some() {
            let text =
                "the new key is in place; a login with it, and with the next code, proves it";
            self.context.messages.note(text);
        }
        let access = self.open(state.new.clone()).await?;
        let client = access.client();
        let iam = access.iam(&client);
        let deactivate = async || iam.deactivate_access_key(&state.old_key_id).await;
        gone(patiently(self.context.messages, deactivate).await)
    }

    fn report(&self, state: &State, others: &[String]) -> Report {
        let (old, new) = (&state.old_key_id, &state.new.access_key_id);
        let (place, name) = (self.pair.place(), &self.profile.name.value);
        let (fate, status) = if others.is_empty() {
            let later = command("rotate --delete", name);
            (
                format!("{old} is inactive ({later} deletes it)"),
                "Inactive",
            )
        } else {
            let (others, again) = (others.join(" and in "), command("rotate", name));
            let fate = format!(
                "{old} is still in {others} and active: put the new key there, too, then run {again} \
                 again"
            );
            (fate, "Active")
        };
        let text = format!("the access key of {place} is now {new}; the old key {fate}");
        self.context.messages.note(&text);
        Report {
            profile: name.clone(),
            place,
            access_key_id: new.clone(),
            old_access_key_id: old.clone(),
            old_key_status: status,
        }
    }
}

/// Somebody may have deleted the key already.
fn gone(outcome: Result<(), Failure>) -> Result<()> {
    match outcome {
        Err(failure) if failure.kind == Kind::NoSuchEntity => Ok(()),
        outcome => Ok(outcome?),
    }
}
