//! Where the command's credentials come from: the base session, which is in this process's memory
//! only, and the roles that are assumed with it.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use tokio::task::spawn_blocking;

use crate::agent::{Agent, AgentError, Code, Deposit, Login, Session, SessionRequest, SessionSpec};
use crate::commands::serve::Supply;
use crate::commands::serve::endpoint::Answer;
use crate::context::Context;
use crate::credentials::Credentials;
use crate::login::{self, Logins, Renewable};
use crate::message::{Level, Messages};
use crate::profile::{Profile, UseOfAgent};
use crate::streams;

/// How long a request waits for AWS. SDKs wait for 1 to 2 s, and ask again.
const PATIENCE: Duration = Duration::from_millis(1500);

const NO_BASE: &str = "could not keep the session: there is no base session to renew it with";

/// The supply of one command.
pub struct Source {
    pub supply: Rc<Supply>,
    /// The session of the command's own profile.
    request: SessionRequest,
    /// Whether the profile uses the agent.
    uses_agent: bool,
    /// When the base session ends.
    pub end: SystemTime,
}

impl Source {
    /// Starts with `session`, which `logins` made for `profile`.
    pub fn new(
        profile: &Profile,
        session: &login::Session,
        logins: &Logins<'_>,
        context: &Context<'_>,
    ) -> Result<Self> {
        let renewable = session.renewable.as_ref();
        let Renewable {
            login,
            role_seconds,
            ..
        } = renewable.context(NO_BASE)?;
        let spec = SessionSpec::new(profile, login.clone(), role_seconds, context.environment);
        let mut source = Self {
            supply: supply(context),
            request: SessionRequest::new(&profile.name.value, spec.clone()),
            uses_agent: profile.use_of_agent != UseOfAgent::Off,
            end: SystemTime::UNIX_EPOCH,
        };
        let base = match logins.bases.find(|base| Login::of(base) == *login) {
            Some(base) => Session::new(&base.credentials, None),
            // The login handed its base session to the agent.
            None => source.ask_agent(context).context(NO_BASE)?()?,
        };
        source.end = source.deposit(base);
        source
            .supply
            .keep_role(&profile.name.value, &spec, &session.credentials);
        Ok(source)
    }

    /// Keeps a base session; returns when it ends.
    fn deposit(&self, session: Session) -> SystemTime {
        let end = Credentials::from(session.clone()).expiration;
        if let Some(spec) = &self.request.session {
            self.supply.deposit(Deposit {
                login: spec.login.clone(),
                profile: self.request.profile.clone(),
                session,
            });
        }
        end
    }

    /// A blocking call that asks the agent for its base session. `None` without an agent.
    fn ask_agent(
        &self,
        context: &Context<'_>,
    ) -> Option<impl FnOnce() -> Result<Session, AgentError> + Send + 'static> {
        let agent = Agent::find(context.environment).ok();
        let agent = agent.filter(|_| self.uses_agent)?;
        let mut request = self.request.clone();
        request.session.as_mut()?.roles.clear();
        Some(move || agent.session(request))
    }

    /// Takes the agent's base session if that ends after `end`, and returns its end.
    pub async fn renew_base(&self, end: SystemTime, context: &Context<'_>) -> Option<SystemTime> {
        let session = spawn_blocking(self.ask_agent(context)?).await.ok()?.ok()?;
        let is_later = Credentials::from(session.clone()).expiration > end;
        is_later.then(|| self.deposit(session))
    }

    /// What a person can do once the base session is over.
    fn way_on(&self) -> &'static str {
        if self.uses_agent {
            "run the command again, or aws-mfa-on in any terminal if an agent runs"
        } else {
            "run the command again"
        }
    }

    /// What the endpoint answers.
    pub async fn answer(&self) -> Answer {
        let refusal = match self.supply.session(&self.request, PATIENCE).await {
            Ok(session) => return Answer::Session(session),
            Err(refusal) => refusal,
        };
        let hint = match refusal.code {
            Code::NoSession => Some(self.way_on().to_owned()),
            _ => refusal.hint,
        };
        let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
        let profile = &self.request.profile;
        let why = format!(
            "could not give credentials for {profile}: {}{hint}",
            refusal.message
        );
        match refusal.code {
            Code::Refused => Answer::Refused(why),
            _ => Answer::Unavailable(why),
        }
    }
}

/// It logs with `--verbose` only: the terminal belongs to the command.
fn supply(context: &Context<'_>) -> Rc<Supply> {
    let level = match context.messages.level() {
        Level::Verbose => Level::Verbose,
        Level::Normal | Level::Quiet => Level::Quiet,
    };
    let messages = Messages::new(streams::say, level);
    Supply::new(context.clock.clone(), messages)
}
