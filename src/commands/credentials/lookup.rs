//! The lookup of a profile's session, and where the session can come from.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::agent::{self, Agent, AgentError, Code, Session, SessionRequest, SessionSpec};
use crate::arn::Arn;
use crate::cli;
use crate::commands::done::wait;
use crate::commands::serve::PLENTY;
use crate::commands::target;
use crate::context::Context;
use crate::environment::Held;
use crate::files::Files;
use crate::login::{self, Logins};
use crate::origin::{Origin, Sourced};
use crate::plan::Plan;
use crate::profile::{Keys, Profile, UseOfAgent};

/// How often AWS is tried while it is unavailable.
const PAUSE: Duration = Duration::from_secs(1);

pub struct Lookup<'a> {
    pub args: &'a cli::Credentials,
    pub context: &'a Context<'a>,
    pub profile: Profile,
    plan: Plan,
    pub logins: Logins<'a>,
    /// Why the agent gave no session.
    pub error: Option<AgentError>,
    /// Whether the last call here failed because AWS could not be reached or answered with a server
    /// error.
    is_aws_unavailable: bool,
}

impl<'a> Lookup<'a> {
    pub fn read(args: &'a cli::Credentials, context: &'a Context<'a>) -> Result<Self> {
        let environment = context.environment;
        let login = cli::Login {
            agent: args.agent.clone(),
            ..cli::Login::default()
        };
        let held = Held::read(environment).filter(|_| environment.is_for_every_profile());
        // In its own terminal, the profile stands for what the terminal logged in to, with its
        // role.
        let origin = match held {
            Some(held) if held.profile == args.profile => Origin::Variable("AWSMFA_PROFILE"),
            _ => Origin::Argument,
        };
        let name = Sourced::new(args.profile.clone(), origin);
        let files = Files::read(environment);
        let mut profile = Profile::resolve(&files, &name, &login, environment)?;
        if let Keys::Process(_) = &profile.keys {
            // The command runs only once: it may ask for a password.
            let keys = wait(profile.keys.long_term(environment))?;
            profile.keys = keys.map_or(profile.keys, Keys::Static);
        }
        Ok(Self {
            args,
            context,
            plan: Plan::renewed(&profile)?,
            logins: Logins::new(&login, context)?.renewing(),
            profile,
            error: None,
            is_aws_unavailable: false,
        })
    }

    /// The longest session that needs no code, if there is one.
    pub fn without_code(&mut self) -> Result<Option<Session>> {
        let mut best = self.held();
        for source in [Self::with_base, Self::ask_agent] {
            if best
                .as_ref()
                .is_some_and(|session| self.left(session) > PLENTY)
            {
                break;
            }
            let outcome = match best {
                None => self.with_retries(source),
                Some(_) => source(self),
            };
            match outcome {
                // A session that works is better than an error.
                Err(error) if best.is_none() => return Err(error),
                Err(error) => self.context.messages.detail(&format!("{error:#}")),
                Ok(session) => {
                    let left = best.as_ref().map_or(Duration::ZERO, |best| self.left(best));
                    let better = session.filter(|session| self.left(session) > left);
                    best = better.or(best);
                }
            }
        }
        Ok(best)
    }

    /// Asks `source`. While AWS is unavailable, asks again until `--wait` is over: if this process
    /// failed, Terraform would stop in the middle of its work.
    fn with_retries(
        &mut self,
        source: impl Fn(&mut Self) -> Result<Option<Session>>,
    ) -> Result<Option<Session>> {
        let until = self.context.clock.local() + Duration::from_secs(self.args.wait);
        loop {
            let outcome = source(self);
            let unavailable = self.error.take_if(|error| is_aws_unavailable(error));
            if unavailable.is_none() && !self.is_aws_unavailable {
                return outcome;
            }
            if self.context.clock.local() >= until {
                return match unavailable {
                    Some(AgentError::Refused(refusal)) => Err(refusal.into_error()),
                    _ => outcome,
                };
            }
            wait(async {
                sleep(PAUSE).await;
                Ok(())
            })?;
        }
    }

    fn left(&self, session: &Session) -> Duration {
        session.credentials().left(self.context.clock.aws())
    }

    /// The terminal's session, if it is for this profile and its role.
    fn held(&self) -> Option<Session> {
        let held = target::held_for(&self.profile, self.context)?;
        let credentials = self.context.environment.credentials()?;
        let account = self.account(held.mfa_serial.as_deref(), None);
        let session = Session::new(&credentials, account.as_deref());
        Some(session).filter(|session| !self.left(session).is_zero())
    }

    fn with_base(&mut self) -> Result<Option<Session>> {
        if !self.logins.have_base(&self.profile, &self.plan) {
            return Ok(None);
        }
        let Self {
            logins,
            profile,
            plan,
            ..
        } = self;
        let made = wait(async { Ok(logins.with_base(profile, plan).await) })?;
        self.is_aws_unavailable = made.as_ref().is_err_and(|failure| failure.kind.may_pass());
        Ok(made?.map(|made| self.session(&made)))
    }

    pub fn uses_agent(&self) -> bool {
        self.profile.use_of_agent != UseOfAgent::Off
    }

    pub fn ask_agent(&mut self) -> Result<Option<Session>> {
        let environment = self.context.environment;
        let uses_agent = self.uses_agent();
        let Some(login) = self.login().filter(|_| uses_agent) else {
            return Ok(None);
        };
        let spec = SessionSpec::new(&self.profile, login, &self.plan.role_seconds, environment);
        let request = SessionRequest::new(&self.args.profile, spec);
        match Agent::find(environment).and_then(|agent| agent.session(request)) {
            Ok(session) => Ok(Some(session)),
            Err(AgentError::Refused(refusal)) if refusal.code == Code::Refused => {
                Err(refusal.into_error())
            }
            Err(error) => {
                self.context.messages.detail(&error.to_string());
                self.error = Some(error);
                Ok(None)
            }
        }
    }

    /// The login whose base session the agent can use.
    fn login(&self) -> Option<agent::Login> {
        let Keys::Static(keys) = &self.profile.keys else {
            return None;
        };
        Some(agent::Login::new(&keys.access_key_id, &self.profile))
    }

    pub fn session(&self, made: &login::Session) -> Session {
        let account = self.account(made.mfa_serial.as_deref(), made.caller_arn.as_deref());
        Session::new(&made.credentials, account.as_deref())
    }

    /// The account id: the role's, else the user's.
    fn account(&self, mfa_serial: Option<&str>, caller_arn: Option<&str>) -> Option<String> {
        let role = self.profile.role().map(|role| role.role_arn.value.as_str());
        let arn = role.or(caller_arn).or(mfa_serial)?;
        Arn::parse(arn)?.account_number().map(str::to_owned)
    }
}

fn is_aws_unavailable(error: &AgentError) -> bool {
    matches!(error, AgentError::Refused(refusal) if refusal.code == Code::Unavailable)
}
