//! From a plan to a session: the keys, the device, the code, the calls.

mod device;
mod early;
mod exchange;
mod roles;

use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::cli::Login;
use crate::commands::Context;
use crate::duration::in_words;
use crate::environment::Base;
use crate::message::OrHint as _;
use crate::mfa::{CodeOrigin, Codes, TokenCode};
use crate::plan::{self, Plan};
use crate::profile::{LongTermKeys, Profile};
use crate::secret::Secret;
use crate::sts::{Credentials, Sts};
use early::{Early, Wait};
use exchange::Exchange;
use roles::Walk;

/// What every failure of a login begins with; those of `sts` bring it along.
const NO_LOGIN: &str = "could not log in";

/// A session shorter than asked by more than this was cut by AWS, not by the network's slowness.
const SLACK: Duration = Duration::from_mins(5);

/// A session, the device it was made with, and what the next role can be assumed with.
#[derive(Debug)]
pub struct Session {
    pub credentials: Credentials,
    pub mfa_serial: Option<String>,
    pub base: Option<Base>,
}

/// What is there for a login, and what it leaves for the next one of the same run, also where it
/// fails: a code works once, and a session serves other roles than the one that was refused.
pub struct Kept {
    /// Where it serves, no code is needed.
    pub base: Option<Base>,
    /// The code of the command line or the environment, until it is used.
    pub given: Option<TokenCode>,
}

impl Kept {
    pub fn new(base: Option<Base>, login: &Login, context: &Context<'_>) -> Result<Self> {
        let given = given_code(login, context).context(NO_LOGIN)?;
        Ok(Self { base, given })
    }
}

/// Makes the calls of `plan`. The error says what could not be done, and what to do.
pub async fn run(
    profile: &Profile,
    plan: &Plan,
    login: &Login,
    kept: &mut Kept,
    context: &Context<'_>,
) -> Result<Session> {
    plan.tell_caps(context.messages);
    let long_term = profile.keys.long_term().await?;
    let Some(keys) = long_term else {
        return from_terminal(profile, plan, context).await;
    };
    let Context {
        environment,
        messages,
        clock,
        ..
    } = context;
    let sts = Sts::new(profile, &keys, environment, clock, messages)?;
    let configured = profile
        .mfa_serial
        .as_ref()
        .map(|serial| serial.value.as_str());
    let now = clock.local();
    // Without a role, it becomes the session itself: then it must last as long as was asked for.
    let lasts = |base: &Base| match login.duration.filter(|_| profile.roles.is_empty()) {
        Some(asked) => plan.is_met_by(base.left(now), asked),
        None => true,
    };
    let serves = |base: &Base| base.serves(&keys.access_key_id, configured, now) && lasts(base);
    let base = kept.base.clone().filter(serves);
    // A code that was given is meant to be used; a session without a role is asked for anew by
    // `--force` only.
    let anew = kept.given.is_some() || (login.forced(environment) && profile.roles.is_empty());
    let reusable = base.filter(|base| base.of_this_run || !anew);
    let walk = Walk {
        profile,
        plan,
        sts: &sts,
    };
    if let Some(base) = reusable.filter(|_| !matches!(plan.base, plan::Base::LongTermKeys))
        && let Some(session) = walk.with_base(base, context).await?
    {
        return Ok(session);
    }
    let mfa_serial = device::serial(&sts, profile, context).await?;
    let given = kept.given.take_if(|_| mfa_serial.is_some());
    let mut codes = Codes::new(&profile.mfa, given, environment, clock, messages);
    let base = &mut kept.base;
    log_in(&walk, &keys, mfa_serial, &mut codes, base, context).await
}

/// With the long-term keys, and a code where there is a device. The session that the code was spent
/// for is in `kept` even where the role is refused.
async fn log_in(
    walk: &Walk<'_>,
    keys: &LongTermKeys,
    mfa_serial: Option<String>,
    codes: &mut Codes<'_>,
    kept: &mut Option<Base>,
    context: &Context<'_>,
) -> Result<Session> {
    let Walk { plan, sts, .. } = walk;
    let Some(serial) = mfa_serial else {
        let credentials = walk.without_code().await?;
        return Ok(Session {
            credentials: credentials
                .context("there is no role to assume")
                .context(NO_LOGIN)?,
            mfa_serial: None,
            base: None,
        });
    };
    let exchange = Exchange {
        codes,
        early: Early {
            walk,
            keys,
            mfa_serial: &serial,
            messages: context.messages,
            wait: Wait::default(),
        },
    };
    let plan::Base::SessionToken(duration) = &plan.base else {
        let credentials = exchange
            .until_accepted(async |code| walk.direct(&serial, code).await)
            .await?;
        return Ok(Session {
            credentials,
            mfa_serial: Some(serial),
            base: None,
        });
    };
    let credentials = exchange
        .until_accepted(async |code| sts.session_token(&serial, code, duration.value).await)
        .await?;
    tell_cut(&credentials, duration.value, context);
    let base = Base {
        credentials,
        long_term_key_id: Some(keys.access_key_id.clone()),
        mfa_serial: Some(serial),
        of_this_run: true,
    };
    walk.from(kept.insert(base).clone())
        .await
        .map_err(Into::into)
}

/// `credential_source = Environment`: the terminal's session takes the place of keys and code.
async fn from_terminal(profile: &Profile, plan: &Plan, context: &Context<'_>) -> Result<Session> {
    let Context {
        environment,
        clock,
        messages,
        ..
    } = context;
    let base = environment
        .terminal_session(clock.local())
        .context("the session that this terminal had first is over")
        .context(NO_LOGIN)
        .or_hint(|| "log in again: aws-mfa-off, then aws-mfa-on PROFILE".to_owned())?;
    // They are named in messages; the session signs.
    let keys = LongTermKeys {
        access_key_id: base.credentials.access_key_id.clone(),
        secret_access_key: Secret::new(String::new()),
        origin: profile.keys.origin().clone(),
    };
    let sts = Sts::new(profile, &keys, environment, clock, messages)?;
    let walk = Walk {
        profile,
        plan,
        sts: &sts,
    };
    Ok(walk.from(base).await?)
}

/// AWS gives the root user an hour, without a word.
fn tell_cut(credentials: &Credentials, asked: u64, context: &Context<'_>) {
    let left = credentials.expiration.duration_since(context.clock.aws());
    let left = left.unwrap_or_default();
    if left + SLACK < Duration::from_secs(asked) {
        context.messages.note(&format!(
            "AWS gives {} instead of {}: no more than an hour for the root user",
            in_words(left.as_secs().next_multiple_of(60)),
            in_words(asked)
        ));
    }
}

/// `--token-code` or the positional code, else `AWSMFA_TOKEN_CODE`.
pub fn given_code(login: &Login, context: &Context<'_>) -> Result<Option<TokenCode>> {
    let variable = || context.environment.get("AWSMFA_TOKEN_CODE");
    let text = login.token_code.as_deref().or_else(variable);
    text.map(|text| TokenCode::parse(text, CodeOrigin::Given))
        .transpose()
}
