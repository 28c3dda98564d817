//! A login, from a profile to a session: the MFA device, codes until AWS accepts one, the base
//! session, the roles.

mod agent;
mod by_agent;
mod device;
mod failures;
mod prewarm;
mod reuse;
mod roles;
mod spend;

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use tokio::sync::Notify;

use crate::aws::{self, Client};
use crate::base::{self, Base, Bases};
use crate::cli::Login;
use crate::context::Context;
use crate::credentials::Credentials;
use crate::duration::in_words;
use crate::mfa::{CodeRequest, Codes, TokenCode};
use crate::origin::Sourced;
use crate::plan::{Plan, Signer};
use crate::profile::Profile;
use failures::{Blame, Failures};
pub use prewarm::NoCode;
use prewarm::Prewarm;
pub use reuse::end_of_base_in_shell;
use roles::RoleCalls;
pub use roles::assume;
pub use spend::given_code;
use spend::spend_codes;

/// How every failure of a login begins. Those of `aws` begin with it already.
const NO_LOGIN: &str = "could not log in";

/// If a session is shorter than asked by more than this, AWS has cut it; a slow network costs less.
const SLACK: Duration = Duration::from_mins(5);

/// A session, the device it was made with, and what renews it.
#[derive(Debug)]
pub struct Session {
    pub credentials: Credentials,
    pub mfa_serial: Option<String>,
    /// `None` if nothing but a code renews it.
    pub renewable: Option<Renewable>,
    /// Whose long-term keys it was made with, if AWS has said so.
    pub caller_arn: Option<String>,
}

/// What a session was made from, and can be made from again.
#[derive(Clone, Debug)]
pub struct Renewable {
    /// Of the base session.
    pub end: SystemTime,
    pub login: crate::agent::Login,
    /// Seconds of each role's session.
    pub role_seconds: Vec<Sourced<u64>>,
}

/// The logins of one run. Base sessions and an unused code are kept from one login to the next, even
/// if the first fails: AWS may have refused only the role.
pub struct Logins<'a> {
    context: &'a Context<'a>,
    /// With one that serves, a login needs no code.
    pub bases: Bases,
    /// The code of the command line or the environment, until it is used.
    given: Option<TokenCode>,
    /// `--duration`, in seconds.
    duration_seconds: Option<u64>,
    forced: bool,
    agent: agent::State,
    /// Whether the sessions are to be renewed from their base session: then each has one.
    renewing: bool,
    /// What is at fault if the current login fails now.
    blame: Blame,
    failures: Failures,
}

impl<'a> Logins<'a> {
    /// With the base sessions of the terminal and the code of the command line.
    pub fn new(login: &Login, context: &'a Context<'a>) -> Result<Self> {
        let mut bases = Bases::read(context.environment, context.clock.local());
        if let Some(session) = base::of_others(context.environment) {
            bases.keep(session);
        }
        Ok(Self {
            context,
            bases,
            given: given_code(login, context).context(NO_LOGIN)?,
            duration_seconds: login.session.duration,
            forced: login.forced(context.environment),
            agent: agent::State::default(),
            renewing: false,
            blame: Blame::default(),
            failures: Failures::default(),
        })
    }

    /// The same for sessions that are renewed without another code.
    pub fn renewing(mut self) -> Self {
        self.renewing = true;
        self
    }

    /// The session that `profile` asks for.
    pub async fn log_in(&mut self, profile: &Profile) -> Result<Session> {
        self.look_for_agent(profile);
        let plan = self.plan(profile)?;
        self.failures.check(profile)?;
        self.context.messages.notes(&plan.caps);
        self.blame = Blame::default();
        let session = self.session(profile, &plan).await;
        if session.is_err() {
            self.failures.note(profile, self.blame);
        }
        session
    }

    async fn session(&mut self, profile: &Profile, plan: &Plan) -> Result<Session> {
        let (keys, base) = match profile.keys.long_term(self.context.environment).await? {
            Some(keys) => (keys, None),
            None => self.terminal_session(profile)?,
        };
        self.blame = Blame::Connection;
        let sts = Client::new(profile, &keys, self.context);
        let calls = RoleCalls {
            profile,
            plan,
            keys: &keys,
            sts: &sts,
        };
        if let Some(base) = base {
            self.bases.keep(base.clone());
            return Ok(calls.with_base(base).await?);
        }
        self.with_keys(&calls).await
    }

    /// With an earlier base session of these keys, else with a code of the device. A role needs no
    /// device.
    async fn with_keys(&mut self, calls: &RoleCalls<'_>) -> Result<Session> {
        let configured = calls.profile.mfa_serial.as_ref();
        let mut serial = configured.map(|serial| serial.value.clone());
        if let Some(session) = self.with_agent(calls).await? {
            return Ok(session);
        }
        if let Some(session) = self.reuse(calls, serial.as_deref()).await? {
            return Ok(session);
        }
        if serial.is_none() {
            serial = device::look_up(calls, self.context).await?;
            if serial.is_some()
                && let Some(session) = self.reuse(calls, serial.as_deref()).await?
            {
                return Ok(session);
            }
        }
        match (serial, &calls.plan.signer) {
            (Some(serial), _) => self.with_code(calls, serial).await,
            (None, Signer::SessionToken(duration)) if self.renewing => {
                let credentials = aws::session_token(calls.sts, None, duration.value).await?;
                self.with_new_base(calls, credentials, None).await
            }
            (None, _) => {
                self.blame = Blame::Role;
                calls.without_code().await
            }
        }
    }

    /// The base session is kept even if AWS refuses the role.
    async fn with_code(&mut self, calls: &RoleCalls<'_>, serial: String) -> Result<Session> {
        let credentials = self.spend_code(calls, &serial).await?;
        let Signer::SessionToken(duration) = &calls.plan.signer else {
            return Ok(calls.session(credentials, Some(serial), None));
        };
        self.tell_cut(&credentials, duration.value);
        self.with_new_base(calls, credentials, Some(serial)).await
    }

    async fn with_new_base(
        &mut self,
        calls: &RoleCalls<'_>,
        credentials: Credentials,
        mfa_serial: Option<String>,
    ) -> Result<Session> {
        self.blame = Blame::Role;
        let base = Base {
            credentials,
            long_term_key_id: Some(calls.keys.access_key_id.clone()),
            mfa_serial,
            of_this_run: true,
        };
        self.bases.keep(base.clone());
        Ok(calls.with_base(base).await?)
    }

    /// What AWS gives for a code: the base session, or the role's session.
    async fn spend_code(&mut self, calls: &RoleCalls<'_>, serial: &str) -> Result<Credentials> {
        let user_name = || device::user_name(calls.sts);
        let prompted = Notify::new();
        let request = CodeRequest {
            user_name: Some(&user_name),
            ..CodeRequest::new(&calls.profile.mfa, serial, self.context, &prompted)
        };
        let mut codes = Codes::new(request, self.given.take());
        let prewarm = Prewarm::new(calls, request);
        let call = async |code: &TokenCode| match &calls.plan.signer {
            Signer::SessionToken(seconds) => {
                aws::session_token(calls.sts, Some((serial, code)), seconds.value).await
            }
            _ => calls.with_code(serial, code).await,
        };
        let credentials = spend_codes(&mut codes, prewarm, call).await;
        credentials.map_err(|failure| {
            self.blame = self.blame.after(failure.kind, &calls.plan.signer);
            failure.error
        })
    }

    /// AWS gives the root user an hour without saying so.
    fn tell_cut(&self, credentials: &Credentials, asked: u64) {
        let Context {
            clock, messages, ..
        } = self.context;
        let left = credentials.left(clock.aws());
        if left + SLACK < Duration::from_secs(asked) {
            messages.note(&format!(
                "AWS gave {} instead of {}: the root user gets an hour at most",
                in_words(left.as_secs().next_multiple_of(60)),
                in_words(asked)
            ));
        }
    }
}
