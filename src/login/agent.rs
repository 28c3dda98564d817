//! The agent of a run: whether it can be used, and what it is given.

use anyhow::Result;

use super::Logins;
use crate::agent::{self, Agent, AgentError, Deposit, Login};
use crate::base::Base;
use crate::plan::{Plan, Signer};
use crate::profile::{Profile, UseOfAgent};

/// The agent of a run, as it was when the current login began.
#[derive(Default)]
pub struct State {
    /// `None` if there is none, or if it cannot be used.
    pub running: Option<(Agent, agent::Status)>,
    /// There is an agent that cannot be used, and no other can be started.
    is_unusable: bool,
    /// The last look found none.
    pub(super) is_missing: bool,
    /// The logins whose base sessions this run has deposited.
    pub deposited: Vec<Login>,
}

impl Logins<'_> {
    /// Asks the agent what it holds, before anything else is done. An agent that cannot be used is
    /// mentioned once and never asked again.
    pub fn look_for_agent(&mut self, profile: &Profile) {
        self.agent.running = None;
        // A later login looks again: this login may start an agent.
        let is_missing = std::mem::take(&mut self.agent.is_missing);
        if is_missing || profile.use_of_agent == UseOfAgent::Off || self.agent.is_unusable {
            return;
        }
        let Ok(agent) = Agent::find(self.context.environment) else {
            return;
        };
        match agent.status() {
            Ok(status) => self.agent.running = Some((agent, status)),
            Err(error) => self.heed(&error, profile),
        }
    }

    pub(super) fn heed(&mut self, error: &AgentError, profile: &Profile) {
        let is_gone = matches!(error, AgentError::Missing | AgentError::Stale(_));
        if !is_gone || !self.starts_agent(profile) {
            self.do_without_agent(error);
        }
    }

    pub fn agent_in_use(&self) -> Option<Agent> {
        let (agent, _) = self.agent.running.as_ref()?;
        Some(agent.clone())
    }

    /// Whether the agent is to be started, if none runs.
    pub fn starts_agent(&self, profile: &Profile) -> bool {
        profile.use_of_agent == UseOfAgent::Auto && !self.agent.is_unusable
    }

    /// Says why, in one sentence.
    pub fn do_without_agent(&mut self, why: &dyn std::fmt::Display) {
        let text = format!("going on without the agent: {why}");
        self.context.messages.note(&text);
        self.agent.running = None;
        self.agent.is_unusable = true;
    }

    /// Hands the agent the base sessions that this run has made with a code. The terminal then does
    /// not keep them: the agent serves it like all other terminals. But a login replaces the
    /// environment's keys, and without them the terminal cannot ask for that session.
    pub fn deposit(&mut self, agent: &Agent, profile: &Profile) {
        // A session without MFA is for this run's roles only.
        let is_new = |base: &Base| base.of_this_run && base.mfa_serial.is_some();
        while let Some(base) = self.bases.find(is_new).cloned() {
            let login = Login::of(&base);
            let deposit = Deposit {
                session: agent::Session::new(&base.credentials, None),
                login: login.clone(),
                profile: profile.name.value.clone(),
            };
            match agent.deposit(deposit) {
                Ok(()) => {
                    self.bases.forget(&base);
                    if profile.keys.are_of_environment() {
                        let of_this_run = false;
                        self.bases.keep(Base {
                            of_this_run,
                            ..base
                        });
                    }
                    self.agent.deposited.push(login);
                }
                Err(error) => return self.do_without_agent(&error),
            }
        }
    }

    /// With an agent, a role for longer than an hour is assumed for an hour at a time: it then
    /// needs no code of its own. An explicit `--duration` is obeyed.
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
}
