//! The agent's base sessions: with one of them, a login needs no code, in any terminal.

use anyhow::{Context as _, Result, anyhow};
use tokio::task::spawn_blocking;

use super::failures::Blame;
use super::{Logins, NO_LOGIN, Renewable, Session};
use crate::agent::{self, Agent, Code, Deposit, Login, SessionRequest, SessionSpec, Trouble};
use crate::base::Base;
use crate::credentials::Credentials;
use crate::environment::RENEWAL;
use crate::message::hinted;
use crate::plan::{Plan, Signer};
use crate::profile::{Keys, Profile, UseOfAgent};

/// The agent of a run, as it was when the current login began.
#[derive(Default)]
pub struct State {
    /// `None` if there is none, or if it is of no use.
    pub running: Option<(Agent, agent::Status)>,
    /// Something is there that is of no use. No other agent can be started.
    is_troubled: bool,
    /// Whose base sessions it has from this run.
    deposited: Vec<Login>,
}

impl Logins<'_> {
    /// The agent's base session for a profile without a role, with one question to the agent: this
    /// needs neither network nor event loop. `None` if a login has more to do.
    pub fn at_once(&mut self, profile: &Profile) -> Result<Option<Session>> {
        let (Keys::Static(keys), Some(_), []) =
            (&profile.keys, &profile.mfa_serial, &profile.roles[..])
        else {
            return Ok(None);
        };
        let is_wanted = profile.use_of_agent != UseOfAgent::Off;
        let agent = Agent::find(self.context.environment);
        let Some(agent) = agent.ok().filter(|_| is_wanted && !self.forced) else {
            return Ok(None);
        };
        let plan = Plan::of(profile)?;
        let login = login(&keys.access_key_id, profile);
        match agent.session(self.request(login.clone(), profile, &plan)) {
            Ok(session) => Ok(self.at_length(session, login, &plan)),
            Err(Trouble::Refused(_)) => Ok(None),
            Err(trouble) => {
                self.heed(&trouble, profile);
                Ok(None)
            }
        }
    }

    /// The base session as the session itself, if it lasts long enough.
    fn at_length(&self, session: agent::Session, login: Login, plan: &Plan) -> Option<Session> {
        let credentials = Credentials::from(session);
        let left = credentials
            .expiration
            .duration_since(self.context.clock.local());
        if left.is_ok_and(|left| left > RENEWAL && self.takes(left, false, plan)) {
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

    /// The session that the agent has for `profile`, or makes. `None` if it has no base session that
    /// serves.
    pub(super) async fn with_agent(
        &mut self,
        key_id: &str,
        profile: &Profile,
        plan: &Plan,
    ) -> Result<Option<Session>> {
        let Some((agent, request, renewable)) = self.offer(key_id, profile, plan) else {
            return Ok(None);
        };
        let answer = spawn_blocking(move || agent.session(request)).await;
        self.taken(answer.context(NO_LOGIN)?, renewable)
    }

    /// Asks the agent what it holds, before anything else is done. One that is of no use is mentioned
    /// once, and never asked again.
    pub fn look_for_agent(&mut self, profile: &Profile) {
        self.agent.running = None;
        if profile.use_of_agent == UseOfAgent::Off || self.agent.is_troubled {
            return;
        }
        let Ok(agent) = Agent::find(self.context.environment) else {
            return;
        };
        match agent.status() {
            Ok(status) => self.agent.running = Some((agent, status)),
            Err(trouble) => self.heed(&trouble, profile),
        }
    }

    fn heed(&mut self, trouble: &Trouble, profile: &Profile) {
        let is_gone = matches!(trouble, Trouble::Missing | Trouble::Stale(_));
        if !is_gone || !self.starts_agent(profile) {
            self.do_without_agent(trouble);
        }
    }

    pub fn agent_in_use(&self) -> Option<Agent> {
        let (agent, _) = self.agent.running.as_ref()?;
        Some(agent.clone())
    }

    /// Whether the agent is to be started, if none runs.
    pub fn starts_agent(&self, profile: &Profile) -> bool {
        profile.use_of_agent == UseOfAgent::Auto && !self.agent.is_troubled
    }

    /// Says why, in one sentence.
    pub fn do_without_agent(&mut self, why: &dyn std::fmt::Display) {
        let text = format!("going on without the agent: {why}");
        self.context.messages.note(&text);
        self.agent.running = None;
        self.agent.is_troubled = true;
    }

    /// Hands the agent what this run has got with a code. The terminal then does not keep it: the
    /// agent's session serves it as well as all others.
    pub fn deposit(&mut self, agent: &Agent, profile: &Profile) {
        let is_new = |base: &Base| base.of_this_run;
        while let Some(base) = self.bases.find(is_new).cloned() {
            let login = Login::of(&base);
            let deposit = Deposit {
                session: agent::Session::new(&base.credentials, None),
                login: login.clone(),
                profile: profile.name.value.clone(),
                role: None,
            };
            match agent.deposit(deposit) {
                Ok(()) => {
                    self.bases.forget(&base);
                    self.agent.deposited.push(login);
                }
                Err(trouble) => return self.do_without_agent(&trouble),
            }
        }
    }

    /// With an agent, a role for longer than an hour is assumed for an hour at a time: then it needs no
    /// code of its own. `--duration` is taken at its word.
    pub fn plan(&self, profile: &Profile) -> Result<Plan> {
        if self.renewing {
            return Plan::renewed(profile);
        }
        let plan = Plan::of(profile)?;
        let has_agent = self.agent.running.is_some() || self.starts_agent(profile);
        let is_asked = self.duration_seconds.is_some();
        if is_asked || !has_agent || !matches!(plan.signer, Signer::LongTermKeys) {
            return Ok(plan);
        }
        let text = "the role is assumed for an hour at a time: with the agent, that needs no code";
        self.context.messages.detail(text);
        Plan::of(&Profile {
            duration_seconds: None,
            ..profile.clone()
        })
    }

    /// The agent, what to ask it for, and the base session that replaces the code.
    pub fn offer(
        &self,
        key_id: &str,
        profile: &Profile,
        plan: &Plan,
    ) -> Option<(Agent, SessionRequest, Renewable)> {
        let (agent, status) = self.agent.running.as_ref()?;
        let login = login(key_id, profile);
        let base = status.base(&login)?;
        let left = base.left(self.context.clock.local());
        let of_this_run = self.agent.deposited.contains(&base.login);
        if left <= RENEWAL || !self.takes(left, of_this_run, plan) {
            return None;
        }
        let renewable = Renewable {
            end: base.end(),
            login: base.login.clone(),
            role_seconds: plan.role_seconds.clone(),
        };
        let request = self.request(login, profile, plan);
        Some((agent.clone(), request, renewable))
    }

    fn request(&self, login: Login, profile: &Profile, plan: &Plan) -> SessionRequest {
        let environment = self.context.environment;
        let spec = SessionSpec::new(profile, login, &plan.role_seconds, environment);
        SessionRequest {
            profile: profile.name.value.clone(),
            session: Some(spec),
            wait: 0,
        }
    }

    fn taken(
        &mut self,
        answer: Result<agent::Session, Trouble>,
        renewable: Renewable,
    ) -> Result<Option<Session>> {
        match answer {
            Ok(session) => Ok(Some(self.given_by_agent(session.into(), renewable))),
            Err(Trouble::Refused(refusal)) if refusal.code == Code::NoSession => Ok(None),
            Err(Trouble::Refused(refusal)) if refusal.code == Code::Refused => {
                self.blame = Blame::Role;
                let error = anyhow!("{}", refusal.message);
                Err(match refusal.hint {
                    Some(hint) => hinted(error, hint),
                    None => error,
                })
            }
            Err(trouble) => {
                self.do_without_agent(&trouble);
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

fn login(key_id: &str, profile: &Profile) -> Login {
    let serial = profile.mfa_serial.as_ref();
    Login {
        long_term_key_id: key_id.to_owned(),
        mfa_serial: serial.map(|serial| serial.value.clone()),
    }
}
