//! The agent's base sessions: with one of them, a login needs no code, in any terminal.

use anyhow::{Context as _, Result, anyhow};
use tokio::task::spawn_blocking;

use super::failures::Blame;
use super::{Logins, NO_LOGIN, Renewable, Session};
use crate::agent::{self, Agent, Code, Deposit, Login, SessionRequest, SessionSpec, Trouble};
use crate::base::Base;
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
    /// The agent's base session for a profile without a role: this needs neither network nor event
    /// loop. `None` if a login has more to do.
    pub fn at_once(&mut self, profile: &Profile) -> Result<Option<Session>> {
        let Keys::Static(keys) = &profile.keys else {
            return Ok(None);
        };
        if !profile.roles.is_empty() {
            return Ok(None);
        }
        self.look_for_agent(profile);
        let plan = self.plan(profile)?;
        let Some((agent, request, renewable)) = self.offer(&keys.access_key_id, profile, &plan)
        else {
            return Ok(None);
        };
        self.context.messages.notes(&plan.caps);
        self.taken(agent.session(request), renewable)
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
            Err(Trouble::Missing | Trouble::Stale(_)) if self.starts_agent(profile) => (),
            Err(trouble) => self.do_without_agent(&trouble),
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
        let serial = profile.mfa_serial.as_ref();
        let login = Login {
            long_term_key_id: key_id.to_owned(),
            mfa_serial: serial.map(|serial| serial.value.clone()),
        };
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
        let environment = self.context.environment;
        let request = SessionRequest {
            profile: profile.name.value.clone(),
            session: Some(SessionSpec::new(
                profile,
                login,
                &plan.role_seconds,
                environment,
            )),
            wait: 0,
        };
        Some((agent.clone(), request, renewable))
    }

    fn taken(
        &mut self,
        answer: Result<agent::Session, Trouble>,
        renewable: Renewable,
    ) -> Result<Option<Session>> {
        let messages = self.context.messages;
        match answer {
            Ok(session) => {
                messages.detail("no MFA code is needed: the agent has a session of these keys");
                Ok(Some(Session {
                    credentials: session.into(),
                    mfa_serial: renewable.login.mfa_serial.clone(),
                    renewable: Some(renewable),
                    caller_arn: None,
                }))
            }
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
}
