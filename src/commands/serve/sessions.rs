//! The sessions that an agent keeps.

use std::rc::Rc;
use std::time::SystemTime;

use super::connections::Connections;
use super::role_session::{RoleSession, SLACK};
use crate::agent::{Deposit, Forget, Held, Login, SessionSpec};
use crate::base::Base;
use crate::dates::Utc;

/// Sessions, wiped when they are dropped. `now` is always AWS's time, by the wall clock: other
/// clocks stop while the computer sleeps.
#[derive(Default)]
pub struct Sessions {
    bases: Vec<HeldBase>,
    roles: Vec<Rc<RoleSession>>,
    /// When the last base session of a login ended.
    ended: Vec<(Login, SystemTime)>,
    pub connections: Connections,
}

struct HeldBase {
    login: Login,
    base: Base,
    profile: String,
    asked: u64,
}

impl Sessions {
    /// Replaces the base session of the same login.
    pub fn deposit(&mut self, deposit: Deposit) {
        let Deposit {
            login,
            profile,
            session,
        } = deposit;
        for role in self.roles_of(&login) {
            role.forget_failure();
        }
        self.bases.retain(|held| held.login != login);
        self.bases.push(HeldBase {
            base: session.into_base(&login),
            login,
            profile,
            asked: 0,
        });
    }

    /// The base session of `login` that was deposited last.
    pub fn base(&mut self, login: &Login, now: SystemTime) -> Option<Base> {
        self.drop_expired(now);
        let mut bases = self.bases.iter_mut().rev();
        let held = bases.find(|held| held.login.serves(login))?;
        held.asked += 1;
        Some(held.base.clone())
    }

    /// Drops a base session that AWS has rejected.
    pub fn drop_base(&mut self, rejected: &Base) {
        let id = &rejected.credentials.access_key_id;
        self.bases
            .retain(|held| held.base.credentials.access_key_id != *id);
    }

    /// The role session of `spec`: the one that exists, or a new, empty one.
    pub fn role(&mut self, profile: &str, spec: &SessionSpec) -> Rc<RoleSession> {
        let known = self.roles.iter().find(|role| role.spec == *spec);
        let role = known.cloned().unwrap_or_else(|| {
            let role = Rc::new(RoleSession::new(spec.clone()));
            self.roles.push(role.clone());
            role
        });
        role.name(profile);
        role
    }

    /// When the last base session of `login` ended, if it did.
    pub fn end(&self, login: &Login) -> Option<SystemTime> {
        let ended = self.ended.iter().rev();
        let mut ended = ended.filter(|(ended, _)| ended.serves(login));
        ended.next().map(|(_, end)| *end)
    }

    /// Forgets everything, or every login that a profile deposited or was asked for with. Returns
    /// how many sessions that removed.
    pub fn forget(&mut self, forget: &Forget) -> usize {
        let before = self.count();
        let Some(profile) = &forget.profile else {
            *self = Self::default();
            return before;
        };
        let of_bases = self.bases.iter().filter(|held| held.profile == *profile);
        let of_bases = of_bases.map(|held| held.login.clone());
        let of_roles = self.roles.iter().filter(|role| role.is_named(profile));
        let of_roles = of_roles.map(|role| role.spec.login.clone());
        let logins: Vec<_> = of_bases
            .chain(of_roles)
            .chain(forget.login.clone())
            .collect();
        let goes = |login: &Login| {
            logins
                .iter()
                .any(|asked| login.serves(asked) || asked.serves(login))
        };
        self.bases.retain(|held| !goes(&held.login));
        self.roles.retain(|role| !goes(&role.spec.login));
        before - self.count()
    }

    pub fn drop_expired(&mut self, now: SystemTime) {
        let ended = &mut self.ended;
        self.bases.retain(|held| {
            let lasts = held.base.left(now) > SLACK;
            if !lasts {
                ended.retain(|(login, _)| *login != held.login);
                ended.push((held.login.clone(), held.base.credentials.expiration));
            }
            lasts
        });
        self.roles.retain(|role| role.is_needed(now));
        if self.bases.is_empty() && self.roles.is_empty() {
            self.connections = Connections::default();
        }
    }

    fn count(&self) -> usize {
        self.bases.len() + self.roles.len()
    }

    pub fn held(&self, now: SystemTime) -> Vec<Held> {
        let bases = self.bases.iter().map(|held| Held {
            login: held.login.clone(),
            profile: held.profile.clone(),
            role_arn: None,
            expiration: Utc(held.base.credentials.expiration),
            seconds_left: held.base.left(now).as_secs(),
            asked: held.asked,
            made: 1,
        });
        let roles = self.roles.iter().filter_map(|role| role.held(now));
        bases.chain(roles).collect()
    }

    fn roles_of(&self, login: &Login) -> impl Iterator<Item = &Rc<RoleSession>> {
        let roles = self.roles.iter();
        roles.filter(move |role| login.serves(&role.spec.login))
    }
}
