//! The PC/SC service and the YubiKey, if a profile takes its codes from one. Whoever types codes needs
//! neither.

use anyhow::Error;
use tokio::sync::Notify;

use super::Setup;
use super::finding::{Finding, Level};
use crate::cli::{Login, Source};
use crate::commands::done::wait;
use crate::message::hint_of;
use crate::mfa::{self, CodeRequest, yubikey};
use crate::origin::Origin;
use crate::profile::{CodeProfile, MfaSettings};

const CHECK: &str = "yubikey";

/// Looks for the account of each profile, until the first one that is not found: with several, the
/// reason is nearly always the same.
pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let (mut seen, mut fine) = (Vec::new(), None);
    for name in names(setup) {
        let Some((profile, origin)) = asking(setup, &name) else {
            continue;
        };
        let account = profile.mfa.yubikey.account.as_ref();
        let sought = (
            account.map(|name| name.value.clone()),
            profile.serial_number().to_owned(),
        );
        if seen.contains(&sought) {
            continue;
        }
        seen.push(sought);
        let from = format!("profile {name} takes its codes from a YubiKey ({origin})");
        if let Err(error) = look(setup, &profile) {
            return vec![not_found(&from, &error, &profile.mfa)];
        }
        fine = Some(Finding::ok(CHECK, format!("{from}, which is connected")));
    }
    fine.into_iter().collect()
}

fn names(setup: &Setup<'_>) -> Vec<String> {
    let mut names = vec![setup.name.value.clone()];
    if setup.name.origin != Origin::Argument {
        names.extend(setup.files.profile_names());
    }
    names
}

/// The profile, if a setting asks for a YubiKey, and which.
fn asking(setup: &Setup<'_>, name: &str) -> Option<(CodeProfile, Origin)> {
    let mut login = Login::default();
    login.who.word = Some(name.to_owned());
    let environment = setup.context.environment;
    let profile = CodeProfile::resolve(setup.files, &login, environment).ok()?;
    let list = profile.mfa.sources.as_ref().map(|list| &list.origin);
    let origin = list.or_else(|| profile.mfa.yubikey.origin())?.clone();
    let asks = mfa::order(&profile.mfa).contains(&Source::Yubikey);
    asks.then_some((profile, origin))
}

fn look(setup: &Setup<'_>, profile: &CodeProfile) -> Result<(), Error> {
    let prompted = Notify::new();
    let request = CodeRequest::to_show(profile, setup.context, &prompted);
    wait(yubikey::look(&request))
}

/// If a person can type the code instead, the login does not fail.
fn not_found(from: &str, error: &Error, settings: &MfaSettings) -> Finding {
    let level = if mfa::order(settings).contains(&Source::Prompt) {
        Level::Warning
    } else {
        Level::Error
    };
    let hint = hint_of(error).unwrap_or("awsmfa accounts shows what is on the connected YubiKeys");
    Finding {
        level,
        ..Finding::warning(CHECK, format!("{from}: {error:#}"), hint)
    }
}
