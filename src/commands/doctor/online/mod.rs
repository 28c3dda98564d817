//! What AWS says of the profile's keys and devices. No code is spent, so what needs a login with MFA can
//! be asked only if the terminal holds a session.

mod access_keys;
mod devices;
mod of_clock;

use std::borrow::Cow;

use anyhow::Result;

use super::Setup;
use super::finding::{Finding, Level};
use crate::aws::{self, Client, Failure, Iam, Kind};
use crate::commands::done::wait;
use crate::context::Context;
use crate::credentials::{Credentials, LongTermKeys};
use crate::environment::Held;
use crate::message::{Messages, hint_of};
use crate::profile::Profile;

const KEYS: &str = "keys";
const SESSION: &str = "session";
/// What is asked about.
struct Asked<'a> {
    profile: &'a Profile,
    /// It has the session of this terminal, if these keys made it.
    iam: Iam<'a>,
    /// Whose keys these are.
    caller: &'a str,
    key_id: &'a str,
}

/// # Errors
/// A signal ended the run.
pub fn check(setup: &Setup<'_>) -> Result<Vec<Finding>> {
    match &setup.profile {
        Ok(profile) if setup.is_online => wait(async { Ok(ask(setup, profile).await) }),
        _ => Ok(Vec::new()),
    }
}

async fn ask(setup: &Setup<'_>, profile: &Profile) -> Vec<Finding> {
    match profile.keys.long_term(setup.context.environment).await {
        Ok(Some(keys)) => {
            let silent = Messages::new(|_| (), setup.context.messages.level());
            let context = Context {
                messages: &silent,
                ..*setup.context
            };
            let client = Client::new(profile, &keys, &context);
            ask_with(setup, profile, &keys, &client).await
        }
        Ok(None) => Vec::new(),
        Err(error) => vec![Finding::of_error(KEYS, &error)],
    }
}

async fn ask_with(
    setup: &Setup<'_>,
    profile: &Profile,
    keys: &LongTermKeys,
    client: &Client<'_>,
) -> Vec<Finding> {
    let clock = setup.context.clock;
    let caller = match aws::caller_identity(client, true).await {
        Ok(caller) => caller,
        Err(failure) => {
            let of_keys = Finding::of_error(KEYS, &failure.error);
            let mut findings = vec![of_keys, of_clock::finding(clock)];
            findings.retain(|finding| finding.level != Level::Ok);
            return findings;
        }
    };
    let (name, origin) = (&profile.name.value, &keys.origin);
    let text = format!("AWS accepts the keys of profile {name} (from {origin}): {caller}");
    let mut findings = vec![Finding::ok(KEYS, text), of_clock::finding(clock)];
    let (session, refused) = session(setup, client, keys).await;
    findings.extend(refused);
    // Only IAM users have devices and access keys.
    if let Ok(iam) = Iam::of(client, &caller) {
        let session = session.as_ref();
        let asked = Asked {
            profile,
            iam: Iam { session, ..iam },
            caller: &caller,
            key_id: &keys.access_key_id,
        };
        findings.extend(asked.of_user().await);
    }
    findings
}

/// The terminal's session without a role, if it was made with these keys and AWS accepts it.
async fn session(
    setup: &Setup<'_>,
    client: &Client<'_>,
    keys: &LongTermKeys,
) -> (Option<Credentials>, Option<Finding>) {
    let context = setup.context;
    let held = Held::read(context.environment).filter(|held| {
        let is_of_keys = held.long_term_key_id.as_ref() == Some(&keys.access_key_id);
        is_of_keys && held.role_arn.is_none() && !held.left(context.clock.local()).is_zero()
    });
    let Some(session) = held.and_then(|_| context.environment.credentials()) else {
        return (None, None);
    };
    match aws::accepts(client, &session).await {
        Ok(true) => (Some(session), None),
        Ok(false) => {
            let text = "AWS no longer accepts the session of this terminal";
            let hint = "log in again: aws-mfa-on --force";
            (None, Some(Finding::warning(SESSION, text, hint)))
        }
        Err(failure) => (None, Some(Finding::of_error(SESSION, &failure.error))),
    }
}

impl Asked<'_> {
    /// The profile's name, as it is typed.
    fn name(&self) -> Cow<'_, str> {
        shell_escape::escape(self.profile.name.value.as_str().into())
    }

    async fn of_user(&self) -> Vec<Finding> {
        let mut findings = devices::check(self).await;
        findings.extend(access_keys::check(self).await);
        findings.extend(devices::check_unassigned(self).await);
        findings
    }

    /// A question that AWS does not answer. Many policies allow it only with MFA, so without a session
    /// that is nothing to warn of.
    fn unanswered(&self, check: &'static str, failure: &Failure) -> Finding {
        let text = format!("{:#}", failure.error);
        let hint = hint_of(&failure.error).unwrap_or_default();
        if failure.kind != Kind::Denied {
            return Finding::warning(check, text, hint);
        }
        if self.iam.session.is_none() {
            let text = format!("not checked without a login with MFA: {text}");
            let hint = format!(
                "aws-mfa-on {}, then again; if that does not help, {hint}",
                self.name()
            );
            return Finding {
                level: Level::Ok,
                ..Finding::warning(check, text, hint)
            };
        }
        // That a policy may limit the age of the code is known from reports; AWS does not say so.
        let hint = format!(
            "{hint}; if it was allowed earlier, a policy may ask for a recent code: aws-mfa-on --force"
        );
        Finding::warning(check, text, hint)
    }
}
