//! From a plan to a session: the keys, the device, the code, the calls.

mod device;
mod early;
mod exchange;
mod exported;
mod kept;
mod roles;
mod untried;

use std::cell::Cell;
use std::pin::Pin;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::Notify;

use crate::aws::Client;
use crate::base::{self, Base};
use crate::cli::Login;
use crate::context::Context;
use crate::credentials::Credentials;
use crate::credentials::LongTermKeys;
use crate::duration::in_words;
use crate::message::OrHint as _;
use crate::mfa::{CodeRequest, Codes, TokenCode};
use crate::plan::{self, Plan};
use crate::profile::Profile;
use crate::secret::Secret;
use early::{Early, Wait};
use exchange::Exchange;
pub use exported::end_of_base_in_shell;
pub use kept::{Kept, Maker, given_code};
use roles::Walk;
use untried::Progress;

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
    /// Whose long-term keys it was made with, if AWS has said so.
    pub caller_arn: Option<String>,
}

impl Session {
    /// With no base session.
    fn alone(credentials: Credentials, mfa_serial: Option<String>) -> Self {
        Self {
            credentials,
            mfa_serial,
            base: None,
            caller_arn: None,
        }
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
    kept.failures.check(profile)?;
    kept.progress = Progress::default();
    for cap in &plan.caps {
        context.messages.note(cap);
    }
    let session = make(profile, plan, login, kept, context).await;
    if session.is_err() {
        kept.failures.note(profile, kept.progress);
    }
    session
}

async fn make(
    profile: &Profile,
    plan: &Plan,
    login: &Login,
    kept: &mut Kept,
    context: &Context<'_>,
) -> Result<Session> {
    let long_term = profile.keys.long_term().await?;
    let Some(keys) = long_term else {
        return from_terminal(profile, plan, kept, context).await;
    };
    kept.progress = Progress::Connection;
    let Context {
        environment,
        messages,
        clock,
        ..
    } = context;
    let sts = Client::new(profile, &keys, environment, clock, messages)?;
    let walk = Walk {
        profile,
        plan,
        sts: &sts,
    };
    with_keys(&walk, &keys, login, kept, context).await
}

/// With a base session that was made with `keys` before, else with a code.
async fn with_keys(
    walk: &Walk<'_>,
    keys: &LongTermKeys,
    login: &Login,
    kept: &mut Kept,
    context: &Context<'_>,
) -> Result<Session> {
    let Walk { profile, sts, .. } = walk;
    let configured = Maker::of(profile, &keys.access_key_id);
    if let Some(session) = kept.session(&configured, walk, login, context).await? {
        return Ok(session);
    }
    let mfa_serial = device::serial(sts, profile, context).await?;
    let found = Maker {
        mfa_serial: mfa_serial.as_deref(),
        ..configured
    };
    if found != configured
        && let Some(session) = kept.session(&found, walk, login, context).await?
    {
        return Ok(session);
    }
    let session = log_in(walk, keys, mfa_serial, kept, context).await?;
    Ok(Session {
        caller_arn: sts.caller_arn().map(str::to_owned),
        ..session
    })
}

/// With the long-term keys, and a code where there is a device. The session that the code was spent
/// for is kept even where the role is refused.
async fn log_in(
    walk: &Walk<'_>,
    keys: &LongTermKeys,
    mfa_serial: Option<String>,
    kept: &mut Kept,
    context: &Context<'_>,
) -> Result<Session> {
    let Some(serial) = mfa_serial else {
        kept.progress = Progress::Accepted;
        let credentials = walk.without_code().await?;
        let credentials = credentials.context("there is no role to assume");
        return Ok(Session::alone(credentials.context(NO_LOGIN)?, None));
    };
    let user_name =
        || -> Pin<Box<dyn Future<Output = _>>> { Box::pin(device::user_name(walk.sts)) };
    let prompted = Notify::new();
    let request = CodeRequest {
        settings: &walk.profile.mfa,
        serial: &serial,
        context,
        prompted: &prompted,
        user_name: Some(&user_name),
        shown_only: false,
    };
    let codes = &mut Codes::new(request, kept.given.take());
    let early = Early {
        walk,
        keys,
        mfa_serial: &serial,
        messages: context.messages,
        prompted: &prompted,
        wait: Wait::default(),
    };
    let credentials = with_code(Exchange { codes, early }, kept).await?;
    let plan::Base::SessionToken(duration) = &walk.plan.base else {
        return Ok(Session::alone(credentials, Some(serial)));
    };
    kept.progress = Progress::Accepted;
    tell_cut(&credentials, duration.value, context);
    let base = Base {
        credentials,
        long_term_key_id: Some(keys.access_key_id.clone()),
        mfa_serial: Some(serial),
        of_this_run: true,
    };
    kept.bases.keep(base.clone());
    Ok(walk.from(base).await?)
}

/// The call that the code is for, and how far it has come if it fails.
async fn with_code(exchange: Exchange<'_, '_>, kept: &mut Kept) -> Result<Credentials> {
    let (walk, serial) = (exchange.early.walk, exchange.early.mfa_serial);
    let duration = match &walk.plan.base {
        plan::Base::SessionToken(duration) => Some(duration.value),
        plan::Base::LongTermKeys | plan::Base::Terminal => None,
    };
    let failed = Cell::new(None);
    let call = async |code: &TokenCode| {
        let answer = match duration {
            Some(seconds) => walk.sts.session_token(serial, code, seconds).await,
            None => walk.direct(serial, code).await,
        };
        answer.inspect_err(|failure| failed.set(Some(failure.kind)))
    };
    let credentials = exchange.until_accepted(call).await;
    if kept.progress != Progress::Accepted {
        kept.progress = Progress::after(failed.get(), duration.is_none());
    }
    credentials
}

/// `credential_source = Environment`: the terminal's session takes the place of keys and code.
async fn from_terminal(
    profile: &Profile,
    plan: &Plan,
    kept: &mut Kept,
    context: &Context<'_>,
) -> Result<Session> {
    let Context {
        environment,
        clock,
        messages,
        ..
    } = context;
    let base = base::of_terminal(environment, clock.local())
        .context("the session that this terminal had first is over")
        .context(NO_LOGIN)
        .or_hint(|| "log in again: aws-mfa-off, then aws-mfa-on PROFILE".to_owned())?;
    // They are named in messages; the session signs.
    let keys = LongTermKeys {
        access_key_id: base.credentials.access_key_id.clone(),
        secret_access_key: Secret::new(String::new()),
        origin: profile.keys.origin().clone(),
    };
    let sts = Client::new(profile, &keys, environment, clock, messages)?;
    let walk = Walk {
        profile,
        plan,
        sts: &sts,
    };
    kept.bases.keep(base.clone());
    Ok(walk.from(base).await?)
}

/// AWS gives the root user an hour, without a word.
fn tell_cut(credentials: &Credentials, asked: u64, context: &Context<'_>) {
    let left = credentials.expiration.duration_since(context.clock.aws());
    let left = left.unwrap_or_default();
    if left + SLACK < Duration::from_secs(asked) {
        context.messages.note(&format!(
            "AWS gave {} instead of {}: the root user gets an hour at most",
            in_words(left.as_secs().next_multiple_of(60)),
            in_words(asked)
        ));
    }
}
