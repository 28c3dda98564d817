//! What is there for a login, and what it leaves for the next one of the same run, also where it
//! fails: a code works once, and a session serves other roles than the one that was refused.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::roles::Walk;
use super::untried::{Failures, Progress};
use super::{NO_LOGIN, Session, exported};
use crate::base::{self, Base, Bases};
use crate::cli::Login;
use crate::context::Context;
use crate::mfa::{CodeOrigin, TokenCode};
use crate::plan::{self, Plan};
use crate::profile::Profile;

pub struct Kept {
    /// If one of them serves, no code is needed.
    pub bases: Bases,
    /// The code of the command line or the environment, until it is used.
    pub given: Option<TokenCode>,
    /// Of the current login.
    pub progress: Progress,
    pub failures: Failures,
}

/// Whose session it must be: the id of the long-term keys, and the device if it is known.
#[derive(Clone, Copy, PartialEq)]
pub struct Maker<'a> {
    pub key_id: &'a str,
    pub mfa_serial: Option<&'a str>,
}

impl<'a> Maker<'a> {
    pub fn of(profile: &'a Profile, key_id: &'a str) -> Self {
        let serial = profile.mfa_serial.as_ref();
        Self {
            key_id,
            mfa_serial: serial.map(|serial| serial.value.as_str()),
        }
    }
}

impl Kept {
    /// From the terminal's variables and the command line.
    pub fn new(login: &Login, context: &Context<'_>) -> Result<Self> {
        let given = given_code(login, context).context(NO_LOGIN)?;
        let mut bases = Bases::read(context.environment, context.clock.local());
        if let Some(session) = base::of_others(context.environment) {
            bases.keep(session);
        }
        Ok(Self {
            bases,
            given,
            progress: Progress::default(),
            failures: Failures::default(),
        })
    }

    /// The session that is asked for, with a base session of `maker` that AWS still takes.
    pub async fn session(
        &mut self,
        maker: &Maker<'_>,
        walk: &Walk<'_>,
        login: &Login,
        context: &Context<'_>,
    ) -> Result<Option<Session>> {
        let Some(base) = self.reusable_base(maker, walk.plan, walk.profile, login, context) else {
            return Ok(None);
        };
        let text = "no MFA code is needed: there is a session of these keys and this device";
        context.messages.detail(text);
        let session = walk.with_base(base.clone(), context).await?;
        match session {
            Some(_) => self.bases.keep(base),
            None => self.bases.forget(&base),
        }
        Ok(session)
    }

    /// A base session with which no code is needed.
    pub fn reusable_base(
        &mut self,
        maker: &Maker<'_>,
        plan: &Plan,
        profile: &Profile,
        login: &Login,
        context: &Context<'_>,
    ) -> Option<Base> {
        let now = context.clock.local();
        let serves = |base: &Base| base.serves(maker.key_id, maker.mfa_serial, now);
        let kept = self.bases.find(serves).cloned();
        let base = kept.or_else(|| exported::base(maker, profile, context).filter(serves))?;
        self.progress = Progress::Accepted;
        let left = base.left(now);
        self.takes_base(left, base.of_this_run, plan, login, context)
            .then_some(base)
    }

    /// Whether a base session with `left` takes the place of a code.
    pub fn takes_base(
        &self,
        left: Duration,
        of_this_run: bool,
        plan: &Plan,
        login: &Login,
        context: &Context<'_>,
    ) -> bool {
        let without_role = plan.role_seconds.is_empty();
        // Then it becomes the session itself, and must last as long as was asked for.
        let asked = login.session.duration.filter(|_| without_role);
        let lasts = asked.is_none_or(|asked| plan.is_met_by(left, asked));
        // A code that was given is meant to be used; a session without a role is asked for anew by
        // `--force` only.
        let anew = self.given.is_some() || (login.forced(context.environment) && without_role);
        let is_planned = matches!(plan.base, plan::Base::SessionToken(_));
        is_planned && lasts && (of_this_run || !anew)
    }
}

/// `--token-code` or the positional code, else `AWSMFA_TOKEN_CODE`.
pub fn given_code(login: &Login, context: &Context<'_>) -> Result<Option<TokenCode>> {
    let variable = || context.environment.get("AWSMFA_TOKEN_CODE");
    let text = login.code.token_code.as_deref().or_else(variable);
    text.map(|text| TokenCode::parse(text, CodeOrigin::Given))
        .transpose()
}
