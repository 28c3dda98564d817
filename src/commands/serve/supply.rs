//! Sessions for clients: from memory, or from AWS with a base session in memory.
//!
//! - A session with more than 20 minutes left is handed out as it is. With less left, one call to
//!   AWS serves all who ask. If it fails or takes too long, they get the old session while that is
//!   valid.
//! - A failure is remembered for 5 s, so that clients that retry do not flood AWS.
//! - Only sessions that clients ask for are renewed.
//! - Sessions end by AWS's clock, as learned from AWS's answers. A deposit does not carry AWS's
//!   time.

mod words;

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;
use tokio::task::spawn_local;
use tokio::time::sleep;

use super::assume::assume;
use super::role_session::{PLENTY, RoleSession};
use super::sessions::Sessions;
use crate::agent::{
    Code, Deposit, Forget, Held, HeldShare, Refusal, Session, SessionRequest, SessionSpec,
};
use crate::aws::{Failure, Kind};
use crate::base::Base;
use crate::clock::Clock;
use crate::credentials::Credentials;
use crate::message::{Messages, hint_of};

/// How long a failed call is not repeated.
const FAILURE: Duration = Duration::from_secs(5);

/// Longer than any client waits, and short enough for timers.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// The sessions of an agent. It works within a `LocalSet`, because a call to AWS goes on even if
/// the client that asked first has gone.
pub struct Supply {
    clock: Clock,
    messages: Messages,
    sessions: RefCell<Sessions>,
    /// The open shares.
    pub shares: RefCell<Vec<HeldShare>>,
    since: SystemTime,
    last_request: Cell<SystemTime>,
    /// A session was deposited.
    deposited: Notify,
    /// A client has asked the agent to stop.
    pub stopped: Notify,
}

impl Supply {
    /// `messages` get a line for each deposit and each failure.
    pub fn new(clock: Clock, messages: Messages) -> Rc<Self> {
        Rc::new(Self {
            since: clock.local(),
            last_request: Cell::new(clock.local()),
            clock,
            messages,
            sessions: RefCell::default(),
            shares: RefCell::default(),
            deposited: Notify::new(),
            stopped: Notify::new(),
        })
    }

    /// Keeps a session, and wakes those who wait for one.
    pub fn deposit(&self, deposit: Deposit) {
        let end = Credentials::from(deposit.session.clone()).expiration;
        let profile = &deposit.profile;
        let until = self.brief(end);
        self.say(&format!(
            "keeps a session of profile {profile} until {until}"
        ));
        self.sessions.borrow_mut().deposit(deposit);
        self.deposited.notify_waiters();
    }

    /// Keeps the session of a role that has just been assumed with the base session of its login.
    pub fn keep_role(&self, profile: &str, spec: &SessionSpec, credentials: &Credentials) {
        let now = self.clock.aws();
        let mut sessions = self.sessions.borrow_mut();
        if let Some(base) = sessions.base(&spec.login, now) {
            let role = sessions.role(profile, spec);
            role.succeed(credentials.clone(), &base, now);
        }
    }

    /// A valid session, if possible with at least 20 minutes left. Waits for AWS no longer than
    /// `patience`, and for a deposit as long as `request` says.
    pub async fn session(
        self: &Rc<Self>,
        request: &SessionRequest,
        patience: Duration,
    ) -> Result<Session, Refusal> {
        self.session_with(request, patience, PLENTY).await
    }

    /// The same with at least `plenty` left.
    pub async fn session_with(
        self: &Rc<Self>,
        request: &SessionRequest,
        patience: Duration,
        plenty: Duration,
    ) -> Result<Session, Refusal> {
        let Some(spec) = &request.session else {
            let text = "the request does not say what the session is made from";
            return Err(Refusal::new(Code::Malformed, text));
        };
        let wait = Duration::from_secs(request.wait).min(LONGEST_WAIT);
        let mut wait = std::pin::pin!(sleep(wait));
        loop {
            let deposited = self.deposited.notified();
            let refusal = match self
                .session_of(&request.profile, spec, patience, plenty)
                .await
            {
                Err(refusal) if refusal.code == Code::NoSession && request.wait > 0 => refusal,
                outcome => return Ok(Session::new(&outcome?, spec.account_id())),
            };
            tokio::select! {
                () = deposited => (),
                () = &mut wait => return Err(refusal),
            }
        }
    }

    pub fn forget(&self, forget: &Forget) {
        let count = self.sessions.borrow_mut().forget(forget);
        self.say(&format!("forgot {count} sessions"));
    }

    /// Notes the time of a request, for `idle`.
    pub fn note_request(&self) {
        self.last_request.set(self.clock.local());
    }

    /// The time since the last request, by the wall clock.
    pub fn idle(&self) -> Duration {
        let idle = self.clock.local().duration_since(self.last_request.get());
        idle.unwrap_or_default()
    }

    /// By the wall clock.
    pub fn now(&self) -> SystemTime {
        self.clock.local()
    }

    /// What is held now.
    pub fn held(&self) -> Vec<Held> {
        let (mut sessions, now) = (self.sessions.borrow_mut(), self.clock.aws());
        sessions.drop_expired(now);
        sessions.held(now)
    }

    async fn session_of(
        self: &Rc<Self>,
        profile: &str,
        spec: &SessionSpec,
        patience: Duration,
        plenty: Duration,
    ) -> Result<Credentials, Refusal> {
        let (base, role) = {
            let mut sessions = self.sessions.borrow_mut();
            let base = sessions.base(&spec.login, self.clock.aws());
            if spec.roles.is_empty() {
                let credentials = base.map(|base| base.credentials);
                return credentials.ok_or_else(|| self.no_session(&sessions, &spec.login));
            }
            (base, sessions.role(profile, spec))
        };
        role.count();
        if let Some(credentials) = role.fresh(base.as_ref(), self.clock.aws(), plenty) {
            return Ok(credentials);
        }
        let outcome = self.renewed(&role, base, patience).await;
        let old = || role.valid(self.clock.aws());
        outcome.or_else(|refusal| old().ok_or(refusal))
    }

    /// Makes the call to AWS, or waits for the one that is under way.
    async fn renewed(
        self: &Rc<Self>,
        role: &Rc<RoleSession>,
        base: Option<Base>,
        patience: Duration,
    ) -> Result<Credentials, Refusal> {
        if let Some(failure) = role.failure() {
            return Err(failure);
        }
        let base =
            base.ok_or_else(|| self.no_session(&self.sessions.borrow(), &role.spec.login))?;
        let (made, call_ended) = (role.made(), role.call_ended.notified());
        if role.begins_call() {
            spawn_local(self.clone().renew(role.clone(), base));
        }
        if tokio::time::timeout(patience, call_ended).await.is_err() {
            let text = "AWS has not answered yet";
            return Err(Refusal::new(Code::Unavailable, text).with_hint("try again later"));
        }
        match role.failure() {
            Some(failure) => Err(failure),
            // Without a new session, AWS has rejected the base session.
            None => role
                .made_since(made)
                .ok_or_else(|| self.no_session(&self.sessions.borrow(), &role.spec.login)),
        }
    }

    async fn renew(self: Rc<Self>, role: Rc<RoleSession>, base: Base) {
        let Failure { kind, error } = match self.call(&role.spec, &base).await {
            Ok(credentials) => return role.succeed(credentials, &base, self.clock.aws()),
            Err(failure) => failure,
        };
        self.say(&format!("{error:#}"));
        let code = match kind {
            Kind::SessionRefused => {
                self.sessions.borrow_mut().drop_base(&base);
                return role.fail(None);
            }
            kind if kind.may_pass() => Code::Unavailable,
            _ => Code::Refused,
        };
        let refusal = Refusal::new(code, format!("{error:#}"));
        role.fail(Some(Refusal {
            hint: hint_of(&error).map(str::to_owned),
            ..refusal
        }));
        sleep(FAILURE).await;
        role.forget_failure();
    }

    async fn call(&self, spec: &SessionSpec, base: &Base) -> Result<Credentials, Failure> {
        let (connection, clock) = (&spec.connection, &self.clock);
        let connections = || RefMut::map(self.sessions.borrow_mut(), |held| &mut held.connections);
        let transport = connections().transport(connection, clock);
        // A message appears once per call, not once in the agent's life.
        let messages = self.messages.anew();
        let outcome = assume(spec, base, transport, clock, &messages).await;
        connections().keep_warm(connection, clock);
        outcome
    }
}

#[cfg(test)]
pub mod tests;
