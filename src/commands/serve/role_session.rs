//! The session of a role, the call that renews it, and the last failure.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

use crate::agent::{Held, Refusal, SessionSpec};
use crate::base::Base;
use crate::credentials::Credentials;
use crate::dates::Utc;

/// A session with less than this left counts as expired: it still has to reach the program that
/// uses it.
pub const SLACK: Duration = Duration::from_secs(10);

/// A session with more than this left is handed out from memory. botocore asks for another one before
/// each request while its session has less than 15 minutes left.
pub const PLENTY: Duration = Duration::from_mins(20);

pub struct RoleSession {
    pub spec: SessionSpec,
    state: RefCell<State>,
    /// The call to AWS has ended.
    pub call_ended: Notify,
}

#[derive(Default)]
struct State {
    session: Option<Made>,
    /// Why the last call failed. It is forgotten after a while.
    failure: Option<Refusal>,
    is_being_renewed: bool,
    profile: String,
    asked: u64,
    made: u64,
}

struct Made {
    credentials: Credentials,
    /// The base session's key id.
    base: String,
    lifetime: Duration,
}

impl RoleSession {
    pub fn new(spec: SessionSpec) -> Self {
        Self {
            spec,
            state: RefCell::default(),
            call_ended: Notify::new(),
        }
    }

    pub fn name(&self, profile: &str) {
        profile.clone_into(&mut self.state.borrow_mut().profile);
    }

    pub fn is_named(&self, profile: &str) -> bool {
        self.state.borrow().profile == profile
    }

    pub fn count(&self) {
        self.state.borrow_mut().asked += 1;
    }

    /// The session, if a new one would gain nothing: it was made with `base` (`None`: there is no
    /// base session) and has `plenty` left. For a session that is short from the start, half its
    /// lifetime is enough.
    pub fn fresh(
        &self,
        base: Option<&Base>,
        now: SystemTime,
        plenty: Duration,
    ) -> Option<Credentials> {
        let state = self.state.borrow();
        let made = state.session.as_ref()?;
        let is_of_base = base.is_none_or(|base| made.base == base.credentials.access_key_id);
        let is_fresh = is_of_base && made.credentials.left(now) > plenty.min(made.lifetime / 2);
        is_fresh.then(|| made.credentials.clone())
    }

    /// The session, if it can still be used.
    pub fn valid(&self, now: SystemTime) -> Option<Credentials> {
        let state = self.state.borrow();
        let made = state.session.as_ref()?;
        (made.credentials.left(now) > SLACK).then(|| made.credentials.clone())
    }

    /// How many sessions have been made.
    pub fn made(&self) -> u64 {
        self.state.borrow().made
    }

    /// The session, even if the clock says that it has expired, if more than `before` have been
    /// made.
    pub fn made_since(&self, before: u64) -> Option<Credentials> {
        let state = self.state.borrow();
        let session = state.session.as_ref().filter(|_| state.made > before)?;
        Some(session.credentials.clone())
    }

    pub fn failure(&self) -> Option<Refusal> {
        self.state.borrow().failure.clone()
    }

    pub fn forget_failure(&self) {
        self.state.borrow_mut().failure = None;
    }

    /// Whether the caller is to make the call; `false` while another call is under way.
    pub fn begins_call(&self) -> bool {
        !std::mem::replace(&mut self.state.borrow_mut().is_being_renewed, true)
    }

    pub fn succeed(&self, credentials: Credentials, base: &Base, now: SystemTime) {
        let lifetime = credentials.left(now);
        self.end_call(|state| {
            state.made += 1;
            state.session = Some(Made {
                lifetime,
                credentials,
                base: base.credentials.access_key_id.clone(),
            });
        });
    }

    /// `None`: the base session was rejected, and the next call waits for another one.
    pub fn fail(&self, failure: Option<Refusal>) {
        self.end_call(|state| state.failure = failure);
    }

    /// Whether it holds a session, a failure, or a call that is under way.
    pub fn is_needed(&self, now: SystemTime) -> bool {
        let state = self.state.borrow();
        let session = state.session.as_ref();
        let lasts = session.is_some_and(|made| made.credentials.left(now) > SLACK);
        lasts || state.is_being_renewed || state.failure.is_some()
    }

    pub fn held(&self, now: SystemTime) -> Option<Held> {
        let state = self.state.borrow();
        let made = state.session.as_ref()?;
        let role = self.spec.roles.last();
        Some(Held {
            login: self.spec.login.clone(),
            profile: state.profile.clone(),
            role_arn: role.map(|role| role.role_arn.value.clone()),
            expiration: Utc(made.credentials.expiration),
            seconds_left: made.credentials.left(now).as_secs(),
            asked: state.asked,
            made: state.made,
        })
    }

    fn end_call(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.borrow_mut();
        state.is_being_renewed = false;
        state.failure = None;
        change(&mut state);
        self.call_ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
