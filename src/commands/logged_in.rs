//! The line after a successful login: whose session it is, and until when.

use std::io::{self, IsTerminal as _};
use std::time::SystemTime;

use crate::arn::Arn;
use crate::context::Context;
use crate::dates::LocalTime;
use crate::environment::Change;
use crate::login;
use crate::profile::Profile;

/// One line, if stderr is a terminal. `end` is when a person has to log in again.
pub fn tell(
    profile: &Profile,
    made: &login::Session,
    end: SystemTime,
    changes: &[Change],
    context: &Context<'_>,
) {
    if !io::stderr().is_terminal() {
        return;
    }
    let region = changes.iter().find(|change| change.name == "AWS_REGION");
    let region = region.and_then(|change| change.value.as_deref());
    let end = LocalTime::of(end);
    let now = LocalTime::of(context.clock.local());
    let facts = [
        account(profile, made).map(|account| format!("account {account}")),
        holder(profile, made),
        region.map(|region| format!("region {region}")),
        end.map(|end| format!("until {}", end.brief(now.as_ref()))),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    let name = &profile.name.value;
    let text = format!("logged in to profile {name}: {}", facts.join(", "));
    context.messages.note(&text);
}

fn account<'a>(profile: &'a Profile, made: &'a login::Session) -> Option<&'a str> {
    let role = profile.role().map(|role| role.role_arn.value.as_str());
    let others = [made.caller_arn.as_deref(), made.mfa_serial.as_deref()];
    [role]
        .into_iter()
        .chain(others)
        .flatten()
        .find_map(|arn| Arn::parse(arn)?.account_number())
}

/// The role, or the user. A device's name says nothing of its user.
fn holder(profile: &Profile, made: &login::Session) -> Option<String> {
    if let Some(role) = profile.role() {
        return Some(format!("role {}", Arn::parse(&role.role_arn.value)?.name()));
    }
    Some(match Arn::parse(made.caller_arn.as_deref()?)?.name() {
        "root" => "root user".to_owned(),
        name => format!("user {name}"),
    })
}
