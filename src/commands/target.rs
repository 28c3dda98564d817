//! What `env` and `exec` work on: a profile, and what the terminal has for it.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};

use super::deposit::deposit;
use super::done::wait;
use super::serve::overlay::Overlay;
use crate::agent::{self, SessionSpec};
use crate::base::{Base, Bases};
use crate::cli::Login;
use crate::context::Context;
use crate::environment::{self, Change, Environment, Held, RENEWAL};
use crate::files::Files;
use crate::login::{self, Logins};
use crate::plan::Plan;
use crate::profile::{self, Keys, Profile};

/// A profile, and what the terminal has for it.
pub struct Target<'a> {
    pub profile: Profile,
    /// How much longer the terminal's session for it lasts; `None` if a login is needed.
    pub left: Option<Duration>,
    /// What `--duration` asks for and AWS does not give; empty if a login is needed.
    caps: Vec<String>,
    /// The overlay that gives tools in the terminal their credentials. `None`: the variables do.
    overlay: Option<Overlay>,
    context: &'a Context<'a>,
}

impl<'a> Target<'a> {
    /// Reads the profile, and whether the terminal has its session: for the same profile and role, of
    /// the same user, with more than ten minutes left, and with as much as `--duration` asks for.
    pub fn find(login: &Login, context: &'a Context<'_>) -> Result<Self> {
        let files = Files::read(context.environment);
        let name = profile::name(login, context.environment);
        let profile = Profile::resolve(&files, &name, login, context.environment)?;
        let now = context.clock.local();
        let mut left = still_valid(login, &profile, context).map(|held| held.left(now));
        let mut caps = Vec::new();
        if let (Some(held), Some(asked)) = (left, login.session.duration) {
            let plan = Plan::of(&profile)?;
            left = Some(held).filter(|held| plan.is_met_by(*held, asked));
            caps = plan.caps;
        }
        if left.is_none() {
            context.messages.notes(files.problems());
        }
        Ok(Self {
            profile,
            left,
            caps,
            overlay: None,
            context,
        })
    }

    /// Lets tools in the terminal use every profile.
    pub fn let_tools_use_every_profile(&mut self) -> Result<()> {
        self.overlay = Some(Overlay::of_terminals(self.context)?);
        Ok(())
    }

    pub fn has_overlay(&self) -> bool {
        self.overlay.is_some()
    }

    /// Whether the role's base session ends in ten minutes or less, or has ended: the prompt counts
    /// down to that end, and only a code renews it. (No code renews a session that came with the
    /// terminal.)
    pub fn base_ends(&self) -> bool {
        let renewable =
            self.profile.role().is_some() && !matches!(self.profile.keys, Keys::Terminal(_));
        let end = Held::read(self.context.environment).and_then(|held| held.base_expires_at);
        renewable && end.is_some_and(|end| end <= self.context.clock.local() + RENEWAL)
    }

    /// `profile NAME`, and its role.
    pub fn named(&self) -> String {
        let name = &self.profile.name.value;
        match self.profile.role() {
            Some(role) => format!("profile {name} and role {}", role.role_arn.value),
            None => format!("profile {name}"),
        }
    }

    /// Logs in; at once, if the agent has the session.
    pub fn log_in_now(&self, logins: &mut Logins<'_>) -> Result<login::Session> {
        match logins.at_once(&self.profile)? {
            Some(made) => Ok(self.told(made)),
            None => wait(self.log_in(logins)),
        }
    }

    /// Logs in, with what earlier logins of this run have left.
    pub async fn log_in(&self, logins: &mut Logins<'_>) -> Result<login::Session> {
        // The compiler gives up on futures that nest too deeply; on the heap, this one does not count.
        let made = Box::pin(logins.log_in(&self.profile)).await;
        // AWS may have refused only the role.
        deposit(logins, &self.profile, self.context);
        made.map(|made| self.told(made))
    }

    /// Says what a person should know about the session.
    fn told(&self, made: login::Session) -> login::Session {
        let Context {
            clock, messages, ..
        } = self.context;
        // The end of a session is by AWS's clock; other programs compare it with this computer's.
        if made.credentials.expiration <= clock.local() {
            messages
                .note("tools on this computer will treat the session as expired: set the clock");
        }
        if let Some(note) = &self.profile.tool_settings.note {
            messages.note(note);
        }
        made
    }

    /// Says what `--duration` asks for and AWS does not give, if the session is kept.
    pub fn tell_caps(&self) {
        self.context.messages.notes(&self.caps);
    }

    /// The changes that put the terminal's session into the environment of a command.
    pub fn held(&self) -> Result<Vec<Change>> {
        self.tell_caps();
        self.changes(&self.held_session()?, None)
    }

    /// The session that the terminal has.
    pub fn held_session(&self) -> Result<login::Session> {
        let environment = self.context.environment;
        let held = Held::read(environment).zip(environment.credentials());
        let (held, credentials) = held.context("could not use the session: it is gone")?;
        let role_seconds = Plan::of(&self.profile)?.role_seconds;
        let of_shell = Base::read(environment);
        let of_shell = of_shell.map(|base| (base.credentials.expiration, agent::Login::of(&base)));
        let base = of_shell.or_else(|| self.base_of_agent(&held));
        let renewable = base.map(|(end, login)| login::Renewable {
            end,
            login,
            role_seconds,
        });
        Ok(login::Session {
            credentials,
            mfa_serial: held.mfa_serial,
            renewable,
            caller_arn: None,
        })
    }

    /// A base session that the shell does not keep, because the agent does.
    fn base_of_agent(&self, held: &Held) -> Option<(SystemTime, agent::Login)> {
        let Keys::Static(keys) = &self.profile.keys else {
            return None;
        };
        let login = agent::Login {
            long_term_key_id: keys.access_key_id.clone(),
            mfa_serial: held.mfa_serial.clone(),
        };
        Some((held.base_expires_at?, login))
    }

    /// The changes that put `made` into an environment: a terminal's, with the base sessions that it
    /// is to keep, or a command's, without.
    pub fn changes(&self, made: &login::Session, bases: Option<&Bases>) -> Result<Vec<Change>> {
        let profile = &self.profile;
        let renewable = made.renewable.as_ref().filter(|_| bases.is_some());
        let overlay = self.overlay.as_ref().filter(|_| bases.is_some());
        let settings = profile.tool_settings.variables.as_slice();
        let session = environment::NewSession {
            credentials: &made.credentials,
            profile: &profile.name.value,
            role_arn: profile.role().map(|role| role.role_arn.value.as_str()),
            mfa_serial: made.mfa_serial.as_deref(),
            long_term_key_id: self.long_term_key_id(made),
            base_expires_at: renewable.map(|renewable| renewable.end),
            bases: bases.and_then(Bases::text),
            request: match renewable {
                Some(renewable) if profile.role().is_some() => Some(self.request(renewable)?),
                _ => None,
            },
            // With an overlay, tools read each profile's own.
            region: match overlay {
                None => profile.session_region.as_ref(),
                Some(overlay) => overlay.exported_region(profile),
            },
            settings: if overlay.is_none() { settings } else { &[] },
            overlay: overlay.map(Overlay::path),
        };
        environment::on(session, self.context.environment)
    }

    fn long_term_key_id<'s>(&'s self, made: &'s login::Session) -> Option<&'s str> {
        match &self.profile.keys {
            Keys::Static(keys) => Some(&keys.access_key_id),
            Keys::Process(_) => Some(&made.renewable.as_ref()?.login.long_term_key_id),
            Keys::Terminal(_) | Keys::Replaced(_) => None,
        }
    }

    /// What renews the role's session in this terminal, as text.
    fn request(&self, renewable: &login::Renewable) -> Result<String> {
        let (login, seconds) = (renewable.login.clone(), &renewable.role_seconds);
        let environment = self.context.environment;
        let spec = SessionSpec::new(&self.profile, login, seconds, environment);
        Ok(serde_json::to_string(&spec)?)
    }
}

/// The session that the terminal holds, if it can serve this login.
fn still_valid(login: &Login, profile: &Profile, context: &Context<'_>) -> Option<Held> {
    let role_arn = profile.role().map(|role| role.role_arn.value.as_str());
    let anew = login.forced(context.environment) || login.session.role_session_name.is_some();
    Held::read(context.environment).filter(|held| {
        !anew
            && held.serves(&profile.name.value, role_arn, context.clock.local())
            && is_of_same_user(held, profile, context.environment)
    })
}

/// The session that the terminal holds, if it is of this profile, its role and its user.
pub fn held_for(profile: &Profile, context: &Context<'_>) -> Option<Held> {
    let role_arn = profile.role().map(|role| role.role_arn.value.as_str());
    let held = Held::read(context.environment);
    held.filter(|held| {
        held.is_of(&profile.name.value, role_arn)
            && is_of_same_user(held, profile, context.environment)
    })
}

/// False if `held` was made with other keys or another device than the profile names now: the file
/// may have been edited, or another file may have a profile of that name for another user.
fn is_of_same_user(held: &Held, profile: &Profile, environment: &Environment) -> bool {
    if matches!(profile.keys, Keys::Terminal(_)) {
        return true;
    }
    let serials = held.mfa_serial.as_ref().zip(profile.mfa_serial.as_ref());
    let of_base = || Base::read(environment)?.long_term_key_id;
    let made_with = held.long_term_key_id.clone().or_else(of_base);
    let other_keys = match (&profile.keys, made_with) {
        (Keys::Static(keys), Some(key_id)) => keys.access_key_id != key_id,
        _ => false,
    };
    !other_keys && serials.is_none_or(|(held, named)| *held == named.value)
}
