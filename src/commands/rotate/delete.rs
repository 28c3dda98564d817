//! `awsmfa rotate --delete`: the key that an earlier rotation has replaced.

use anyhow::{Result, anyhow};
use serde::Serialize;

use super::keys_at_aws::{describe, keys};
use super::{Rotation, command, places_of, printed, rest};
use crate::aws::{AccessKey, KeyStatus};
use crate::commands::done::Done;
use crate::message::OrHint as _;

/// `--json`.
#[derive(Serialize)]
struct Report {
    profile: String,
    access_key_id: String,
    deleted_access_key_id: String,
}

impl Rotation<'_> {
    /// Deletes the user's other key, if it is inactive.
    pub async fn delete_other(&mut self, as_json: bool) -> Result<Done> {
        if let Some(state) = self.state()? {
            let old = &state.old_key_id;
            let why = "could not delete an access key: the rotation of";
            return Err(anyhow!("{why} {old} is not finished")).or_hint(|| rest(&state));
        }
        let access = self.open(self.pair.keys.clone()).await?;
        let (listed, own) = (keys(&access).await?, &self.pair.keys.access_key_id);
        let other = self.other(&listed, own, &access.user)?;
        let places = places_of(&other.id, None, self.context).join(" and in ");
        let described = describe(&access, other, &places).await;
        let (messages, user) = (self.context.messages, &access.user);
        messages.announcement(&format!("deleting the access key {described} of {user}"));
        let (client, id) = (access.client(), &other.id);
        access.iam(&client).delete_access_key(id).await?;
        messages.note(&format!(
            "the access key {id} is deleted; {own} is the only one"
        ));
        let report = Report {
            profile: self.profile.name.value.clone(),
            access_key_id: own.clone(),
            deleted_access_key_id: id.clone(),
        };
        printed(&report, as_json)
    }

    /// The key that may be deleted. A key is never chosen: there are two at most, and `own` stays.
    fn other<'k>(&self, keys: &'k [AccessKey], own: &str, user: &str) -> Result<&'k AccessKey> {
        let name = &self.profile.name.value;
        let Some(other) = keys.iter().find(|key| key.id != own) else {
            return Err(anyhow!(
                "could not delete an access key: {user} has only {own}, which profile {name} uses"
            ))
            .or_hint(|| format!("to replace it: {}", command("rotate", name)));
        };
        if other.status == KeyStatus::Inactive {
            return Ok(other);
        }
        let id = &other.id;
        Err(anyhow!(
            "could not delete the access key {id}: it is not inactive"
        ))
        .or_hint(|| {
            let exec = command("exec", name);
            format!(
                "if nothing uses it, deactivate it first: {exec} -- aws iam update-access-key \
                 --user-name {user} --access-key-id {id} --status Inactive"
            )
        })
    }
}
