//! A user's keys and the session that was made with them, for calls to IAM.

use anyhow::{Context as _, Result};

use crate::aws::{self, Client, Iam};
use crate::context::Context;
use crate::credentials::{Credentials, LongTermKeys};
use crate::login::Logins;
use crate::message::OrHint as _;
use crate::origin::{Origin, Sourced};
use crate::plan::SHORTEST_SESSION;
use crate::profile::{Keys, Profile, UseOfAgent};

const ONLY_USERS: &str = "awsmfa rotates the keys of IAM users only; the root user should have none: \
    delete this one in the console";

pub struct Access<'a> {
    profile: Profile,
    keys: LongTermKeys,
    /// `None` for a user without an MFA device: then the keys sign.
    session: Option<Credentials>,
    /// The user's name.
    pub user: String,
    context: &'a Context<'a>,
}

/// The profile for a session without a role: IAM knows only the user's own keys.
pub fn without_roles(mut profile: Profile) -> Profile {
    profile.roles.clear();
    let rule = Origin::Rule("the shortest that AWS gives");
    profile.duration_seconds = Some(Sourced::new(SHORTEST_SESSION, rule));
    profile.use_of_agent = UseOfAgent::Off;
    profile
}

impl<'a> Access<'a> {
    /// Without a session and a name.
    pub fn by_key(profile: &Profile, keys: LongTermKeys, context: &'a Context<'a>) -> Self {
        Self {
            profile: Profile {
                keys: Keys::Static(keys.clone()),
                ..profile.clone()
            },
            keys,
            session: None,
            user: String::new(),
            context,
        }
    }

    /// Asks AWS whose keys these are, and logs in if the user has an MFA device.
    pub async fn open(
        profile: &Profile,
        keys: LongTermKeys,
        logins: &mut Logins<'a>,
        context: &'a Context<'a>,
    ) -> Result<Self> {
        let mut access = Self::by_key(profile, keys, context);
        let client = access.client();
        let caller = aws::caller_identity(&client, false).await?;
        let iam = Iam::of(&client, &caller)
            .or_hint(|| ONLY_USERS)
            .context("could not rotate the access key")?;
        let has_device =
            access.profile.mfa_serial.is_some() || !iam.mfa_devices().await?.is_empty();
        let user = iam.user.to_owned();
        drop(client);
        if has_device {
            let session = Box::pin(logins.log_in(&access.profile)).await?;
            access.session = Some(session.credentials);
            access.profile.mfa_serial = access.profile.mfa_serial.or_else(|| {
                let listed = Origin::Rule("as AWS lists it");
                Some(Sourced::new(session.mfa_serial?, listed))
            });
        }
        access.user = user;
        Ok(access)
    }

    /// The device, once it is known.
    pub fn mfa_serial(&self) -> Option<&Sourced<String>> {
        self.profile.mfa_serial.as_ref()
    }

    pub fn client(&self) -> Client<'_> {
        Client::new(&self.profile, &self.keys, self.context)
    }

    /// IAM for this user, over a client that [`Access::client`] made.
    pub fn iam<'b>(&'b self, client: &'b Client<'b>) -> Iam<'b> {
        Iam {
            client,
            session: self.session.as_ref(),
            user: &self.user,
        }
    }
}
