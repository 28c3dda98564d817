//! What `env` and `exec` have in common: the profile, the session still valid, the login.

use std::time::Duration;

use anyhow::Result;

use super::Context;
use crate::cli::Login;
use crate::environment::{self, Base, Change, Held};
use crate::login;
use crate::plan::Plan;
use crate::profile::{self, Files, Profile};

/// A profile, and what there is for it.
pub struct Session {
    pub profile: Profile,
    /// How long the session that is there already lasts; none where it has to be made.
    pub left: Option<Duration>,
}

impl Session {
    /// Reads the profile, and whether the terminal has its session: for the same profile and role,
    /// with more than five minutes left.
    pub fn find(login: &Login, context: &Context<'_>) -> Result<Self> {
        let files = Files::read(context.environment)?;
        let name = profile::name(login, context.environment);
        let profile = Profile::resolve(&files, name, login, context.environment)?;
        let now = context.clock.local();
        let role_arn = profile.role().map(|role| role.role_arn.value.as_str());
        let held = Held::read(context.environment)
            .filter(|held| !login.force && held.serves(&profile.name.value, role_arn, now));
        if held.is_none() {
            for problem in files.problems() {
                context.messages.note(&format!("passed over {problem}"));
            }
        }
        Ok(Self {
            profile,
            left: held.map(|held| held.left(now)),
        })
    }

    /// `profile NAME`, and its role.
    pub fn named(&self) -> String {
        let name = &self.profile.name.value;
        match self.profile.role() {
            Some(role) => format!("profile {name} and role {}", role.role_arn.value),
            None => format!("profile {name}"),
        }
    }

    /// Logs in. The changes that put the session into the terminal.
    pub async fn make(&self, login: &Login, context: &Context<'_>) -> Result<Vec<Change>> {
        let profile = &self.profile;
        let plan = Plan::of(profile)?;
        let base = Base::read(context.environment);
        let session = login::run(profile, &plan, login, base, context).await?;
        environment::on(
            &environment::Session {
                credentials: &session.credentials,
                profile: &profile.name.value,
                role_arn: profile.role().map(|role| role.role_arn.value.as_str()),
                mfa_serial: session.mfa_serial.as_deref(),
                base: session.base.as_ref(),
                region: profile.session_region.as_ref(),
            },
            context.environment,
        )
    }
}
