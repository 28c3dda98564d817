//! What is there for a login, and what it leaves for the next one of the same run, also where it
//! fails: a code works once, and a session serves other roles than the one that was refused.

use anyhow::{Context as _, Result};

use super::roles::Walk;
use super::untried::Failures;
use super::{NO_LOGIN, exported};
use crate::cli::Login;
use crate::commands::Context;
use crate::environment::{Base, Bases};
use crate::mfa::{CodeOrigin, TokenCode};
use crate::plan;
use crate::profile::LongTermKeys;

pub struct Kept {
    /// Where one serves, no code is needed.
    pub bases: Bases,
    /// The code of the command line or the environment, until it is used.
    pub given: Option<TokenCode>,
    /// Whether AWS has accepted keys and code of the current login, or those of an earlier one that
    /// has the same: if it fails all the same, that is the role's fault.
    pub is_accepted: bool,
    pub failures: Failures,
}

impl Kept {
    pub fn new(bases: Bases, login: &Login, context: &Context<'_>) -> Result<Self> {
        let given = given_code(login, context).context(NO_LOGIN)?;
        Ok(Self {
            bases,
            given,
            is_accepted: false,
            failures: Failures::default(),
        })
    }

    /// A base session with which no code is needed.
    pub fn reusable_base(
        &mut self,
        walk: &Walk<'_>,
        keys: &LongTermKeys,
        login: &Login,
        context: &Context<'_>,
    ) -> Option<Base> {
        let Walk { profile, plan, .. } = walk;
        let now = context.clock.local();
        let configured = profile.mfa_serial.as_ref();
        let configured = configured.map(|serial| serial.value.as_str());
        let serves = |base: &Base| base.serves(&keys.access_key_id, configured, now);
        let kept = self.bases.find(serves).cloned();
        let base = kept.or_else(|| exported::base(profile, keys, context).filter(serves))?;
        self.is_accepted = true;
        let without_role = profile.roles.is_empty();
        // A code that was given is meant to be used; a session without a role is asked for anew by
        // `--force` only.
        let anew = self.given.is_some() || (login.forced(context.environment) && without_role);
        // Without a role, it becomes the session itself: then it must last as long as was asked for.
        let asked = login.duration.filter(|_| without_role);
        let lasts = asked.is_none_or(|asked| plan.is_met_by(base.left(now), asked));
        let with_code = matches!(plan.base, plan::Base::LongTermKeys);
        (!with_code && lasts && (base.of_this_run || !anew)).then_some(base)
    }
}

/// `--token-code` or the positional code, else `AWSMFA_TOKEN_CODE`.
pub fn given_code(login: &Login, context: &Context<'_>) -> Result<Option<TokenCode>> {
    let variable = || context.environment.get("AWSMFA_TOKEN_CODE");
    let text = login.token_code.as_deref().or_else(variable);
    text.map(|text| TokenCode::parse(text, CodeOrigin::Given))
        .transpose()
}
