//! Sessions from the agent: with one of its base sessions, a login needs no code, in any terminal.

use anyhow::{Context as _, Result};
use tokio::task::spawn_blocking;

use super::failures::Blame;
use super::roles::RoleCalls;
use super::{Logins, NO_LOGIN, Renewable, Session};
use crate::agent::{self, Agent, AgentError, Code, Login, SessionRequest, SessionSpec};
use crate::credentials::Credentials;
use crate::environment::RENEWAL;
use crate::origin::Sourced;
use crate::plan::Plan;
use crate::profile::{Keys, Profile, UseOfAgent};

impl Logins<'_> {
    /// The agent's base session for a profile without a role, with one request to the agent, which
    /// needs neither network nor event loop. `None` if a login has more to do.
    pub fn at_once(&mut self, profile: &Profile) -> Result<Option<Session>> {
        let (Keys::Static(keys), Some(_), []) =
            (&profile.keys, &profile.mfa_serial, &profile.roles[..])
        else {
            return Ok(None);
        };
        if self.forced || profile.use_of_agent == UseOfAgent::Off {
            return Ok(None);
        }
        let Ok(agent) = Agent::find(self.context.environment) else {
            self.agent.is_missing = true;
            return Ok(None);
        };
        let plan = Plan::of(profile)?;
        let login = Login::new(&keys.access_key_id, profile);
        match agent.session(self.request(login.clone(), profile, &plan.role_seconds)) {
            Ok(session) => Ok(self.at_length(session, login, &plan)),
            Err(AgentError::Refused(_)) => Ok(None),
            Err(error) => {
                self.heed(&error, profile);
                Ok(None)
            }
        }
    }

    /// Uses the base session as the session itself, if it lasts long enough.
    fn at_length(&self, session: agent::Session, login: Login, plan: &Plan) -> Option<Session> {
        let credentials = Credentials::from(session);
        let left = credentials.left(self.context.clock.aws());
        if left > RENEWAL && self.takes(left, false, plan) {
            self.context.messages.notes(&plan.caps);
            let renewable = Renewable {
                end: credentials.expiration,
                login,
                role_seconds: Vec::new(),
            };
            return Some(self.given_by_agent(credentials, renewable));
        }
        None
    }

    /// The session that the agent holds or makes for the profile. `None` if it holds no base
    /// session of this login.
    pub(super) async fn with_agent(&mut self, calls: &RoleCalls<'_>) -> Result<Option<Session>> {
        let (key_id, profile) = (&calls.keys.access_key_id, calls.profile);
        let Some((agent, request, renewable)) = self.offer(key_id, profile, calls.plan) else {
            return Ok(None);
        };
        let asked = agent.clone();
        let answer = spawn_blocking(move || asked.session(request)).await;
        match answer.context(NO_LOGIN)? {
            Err(AgentError::Refused(refusal)) if refusal.code == Code::Unavailable => {
                let request = self.request(renewable.login.clone(), profile, &[]);
                self.with_base_of_agent(agent.session(request), &renewable.login, calls)
                    .await
            }
            answer => {
                if answer.is_ok() && profile.keys.are_of_environment() {
                    self.keep_base_of(&agent, &renewable.login, profile);
                }
                self.taken(answer, renewable)
            }
        }
    }

    /// For the next login in this terminal, which no longer has the keys that the agent goes by.
    fn keep_base_of(&mut self, agent: &Agent, login: &Login, profile: &Profile) {
        if let Ok(base) = agent.session(self.request(login.clone(), profile, &[])) {
            self.bases.keep(base.into_base(login));
        }
    }

    /// The agent cannot reach AWS. This process may, for example with other certificates.
    async fn with_base_of_agent(
        &mut self,
        base: Result<agent::Session, AgentError>,
        login: &Login,
        calls: &RoleCalls<'_>,
    ) -> Result<Option<Session>> {
        let Ok(base) = base else {
            return Ok(None);
        };
        self.blame = Blame::Connection;
        let base = base.into_base(login);
        if calls.profile.keys.are_of_environment() {
            self.bases.keep(base.clone());
        }
        Ok(Some(calls.with_base(base).await?))
    }

    /// The agent, what to ask it for, and the base session that replaces the code.
    pub fn offer(
        &self,
        key_id: &str,
        profile: &Profile,
        plan: &Plan,
    ) -> Option<(Agent, SessionRequest, Renewable)> {
        let (agent, status) = self.agent.running.as_ref()?;
        let login = Login::new(key_id, profile);
        let base = status.base(&login)?;
        let left = base.left(self.context.clock.aws());
        let of_this_run = self.agent.deposited.contains(&base.login);
        if left <= RENEWAL || !self.takes(left, of_this_run, plan) {
            return None;
        }
        let renewable = Renewable {
            end: base.end(),
            login: base.login.clone(),
            role_seconds: plan.role_seconds.clone(),
        };
        let request = self.request(login, profile, &plan.role_seconds);
        Some((agent.clone(), request, renewable))
    }

    /// Asks for the session of as many of the profile's roles as there are `seconds`.
    fn request(&self, login: Login, profile: &Profile, seconds: &[Sourced<u64>]) -> SessionRequest {
        let environment = self.context.environment;
        let spec = SessionSpec::new(profile, login, seconds, environment);
        SessionRequest::new(&profile.name.value, spec)
    }

    fn taken(
        &mut self,
        answer: Result<agent::Session, AgentError>,
        renewable: Renewable,
    ) -> Result<Option<Session>> {
        match answer {
            Ok(session) => Ok(Some(self.given_by_agent(session.into(), renewable))),
            Err(AgentError::Refused(refusal)) if refusal.code == Code::NoSession => Ok(None),
            Err(AgentError::Refused(refusal)) if refusal.code == Code::Refused => {
                self.blame = Blame::Role;
                Err(refusal.into_error())
            }
            Err(error) => {
                self.do_without_agent(&error);
                Ok(None)
            }
        }
    }

    fn given_by_agent(&self, credentials: Credentials, renewable: Renewable) -> Session {
        let text = "no MFA code is needed: the agent has a session of these keys";
        self.context.messages.detail(text);
        Session {
            credentials,
            mfa_serial: renewable.login.mfa_serial.clone(),
            renewable: Some(renewable),
            caller_arn: None,
        }
    }
}
