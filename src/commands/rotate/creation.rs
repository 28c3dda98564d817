//! From the old key to a new one on the disk.

use anyhow::{Error, Result, anyhow};

use super::access::Access;
use super::keys_at_aws::{keys, refuse_second};
use super::state::State;
use super::uninterrupted::finished_first;
use super::{Rotation, command, places_of};
use crate::aws::{Failure, Kind};
use crate::credentials::LongTermKeys;
use crate::message::{hint_of, hinted, with_hint};
use crate::terminal::until_interrupted;

impl<'a> Rotation<'a> {
    /// Creates a key and stores it. Whatever can be known to fail fails before that.
    pub async fn begin(&mut self) -> Result<State> {
        self.announce();
        self.rehearse()?;
        let access = Box::pin(until_interrupted(self.prepare())).await?;
        let state = finished_first(self.create(&access)).await?;
        self.old = Some(access);
        Ok(state)
    }

    fn announce(&self) {
        let (keys, messages) = (&self.pair.keys, self.context.messages);
        messages.announcement(&format!(
            "rotating the access key {} of {}: awsmfa creates a new key, puts it there and \
             deactivates the old one",
            keys.access_key_id,
            self.pair.place()
        ));
        let others = places_of(&keys.access_key_id, Some(&keys.origin), self.context);
        if !others.is_empty() {
            messages.announcement(&format!(
                "the same key is in {}: awsmfa changes nothing there, and leaves the old key active",
                others.join(" and in ")
            ));
        }
    }

    fn rehearse(&self) -> Result<()> {
        self.file.rehearse()?;
        let environment = self.context.environment;
        let (contents, name) = (self.file.contents(), &self.profile.name);
        self.pair.rehearse(contents, name, &self.login, environment)
    }

    /// Logs in with the old key, and refuses a user with two keys.
    async fn prepare(&mut self) -> Result<Access<'a>> {
        let access = self.open(self.pair.keys.clone()).await?;
        let id = &self.pair.keys.access_key_id;
        refuse_second(&access, id, &self.pair.place(), &self.profile.name.value).await?;
        Ok(access)
    }

    async fn create(&self, access: &Access<'_>) -> Result<State> {
        let client = access.client();
        let new = match access.iam(&client).create_access_key().await {
            Ok(new) => new,
            Err(failure) if failure.kind == Kind::LostAnswer => {
                return Err(self.perhaps_created(access, failure).await);
            }
            Err(failure) => return Err(failure.into()),
        };
        drop(client);
        let state = State {
            path: State::path_beside(self.file.path()),
            profile: self.profile.name.value.clone(),
            old_key_id: self.pair.keys.access_key_id.clone(),
            new,
        };
        match state.store() {
            Ok(()) => Ok(state),
            Err(error) => Err(self.not_stored(access, &state.new, error).await),
        }
    }

    /// AWS's answer was lost, and with it the secret of a key that AWS may have created.
    async fn perhaps_created(&self, access: &Access<'_>, failure: Failure) -> Error {
        let own = &self.pair.keys.access_key_id;
        let listed = keys(access).await.unwrap_or_default();
        match listed.iter().find(|key| key.id != *own) {
            Some(second) => self.lost(access, &second.id, &failure.error),
            None => hinted(
                failure.error,
                format!(
                    "AWS does not list a new key beside {own} yet: run awsmfa rotate again; if AWS \
                     lists one then, awsmfa names it"
                ),
            ),
        }
    }

    /// A key without its secret on the disk is of no use.
    async fn not_stored(&self, access: &Access<'_>, new: &LongTermKeys, error: Error) -> Error {
        let client = access.client();
        let id = &new.access_key_id;
        match access.iam(&client).delete_access_key(id).await {
            Ok(()) => with_hint(
                anyhow!("{error:#}; awsmfa has deleted the new key {id}, and nothing has changed"),
                hint_of(&error).map(str::to_owned),
            ),
            Err(_) => self.lost(access, id, &error),
        }
    }

    /// Names both keys: only the user can tell what to do with them.
    fn lost(&self, access: &Access<'_>, new: &str, error: &Error) -> Error {
        let (own, user) = (&self.pair.keys.access_key_id, &access.user);
        let exec = command("exec", &self.profile.name.value);
        hinted(
            anyhow!(
                "{error:#}; AWS now has the key {new} beside {own}, and nobody knows the secret of \
                 {new}"
            ),
            format!(
                "delete {new}: {exec} -- aws iam delete-access-key --user-name {user} \
                 --access-key-id {new}"
            ),
        )
    }
}
