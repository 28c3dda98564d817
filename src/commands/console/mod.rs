//! `awsmfa console`: signs a browser in to the AWS console with the session of a role.

mod browser;
mod handover;
mod page;

use anyhow::{Context as _, Error, Result, anyhow};

use super::done::{Done, wait};
use super::target::Target;
use crate::aws::{Client, SignIn, transport_for};
use crate::cli::Console;
use crate::context::Context;
use crate::credentials::{Credentials, LongTermKeys};
use crate::environment::Held;
use crate::files::Files;
use crate::login::Logins;
use crate::message::{hint_of, hinted};
use crate::plan::Plan;
use crate::profile::{Profile, Role};
use crate::secret::Secret;
use browser::Browser;
use page::Page;

/// How every failure begins. Those of `aws` begin with it already.
const NOT_SIGNED_IN: &str = "could not sign in to the console";

/// A role's session.
struct RoleSession {
    credentials: Credentials,
    /// Seconds of the console's session, if they may be said.
    console_seconds: Option<u64>,
}

pub fn run(args: &Console, context: &Context<'_>) -> Result<Done> {
    let target = Target::find(&args.login, context);
    let target = target.map_err(|error| or_service(error, args, context))?;
    let profile = &target.profile;
    let role = role(profile)?;
    let held = Held::read(context.environment).filter(|_| target.left.is_some());
    let page = Page::of(role, args.service.as_deref(), profile, held.as_ref());
    let page = page.context(NOT_SIGNED_IN)?;
    // No code is spent if nothing can open the page.
    let browsers = if args.print {
        Vec::new()
    } else {
        browser::find(context.environment).context(NOT_SIGNED_IN)?
    };
    let session = session(args, &target, context)?;
    let url = wait(sign_in(&session, &page, profile, context))?;
    if args.print {
        return Ok(Done::print(format!("{}\n", url.expose())));
    }
    wait(open(&url, &browsers)).context(NOT_SIGNED_IN)?;
    context
        .messages
        .note(&format!("signed in to the console: {page}"));
    Ok(Done::print(""))
}

/// The first word is the profile: adds to the hint of an error that it may have been meant for the
/// service.
fn or_service(error: Error, args: &Console, context: &Context<'_>) -> Error {
    let Some(word) = args.login.who.word.as_ref() else {
        return error;
    };
    let exists = Files::read(context.environment)
        .profile_names()
        .contains(word);
    let hint = hint_of(&error).unwrap_or_default().to_owned();
    // "did you mean NAME?"
    if exists || args.service.is_some() || hint.ends_with('?') {
        return error;
    }
    let word = shell_escape::escape(word.into());
    let line = format!("a service comes after the profile: awsmfa console PROFILE {word}");
    hinted(error, format!("{hint}; {line}"))
}

/// AWS gives an address only for a role's session. A federated user's session, the other way, is made
/// without MFA.
fn role(profile: &Profile) -> Result<&Role> {
    let name = &profile.name.value;
    profile.role().ok_or_else(|| {
        let argument = shell_escape::escape(name.into());
        hinted(
            anyhow!(
                "{NOT_SIGNED_IN} with profile {name}: it has no role, and AWS signs in nothing but \
                 the sessions of roles"
            ),
            format!(
                "sign in with your password, and with the MFA code that `awsmfa code {argument}` \
                 prints; or name a profile with role_arn, or a role with --role-arn"
            ),
        )
    })
}

/// The terminal's session, the agent's, or that of a login.
fn session(args: &Console, target: &Target<'_>, context: &Context<'_>) -> Result<RoleSession> {
    if target.left.is_some() {
        target.tell_caps();
        return Ok(RoleSession {
            credentials: target.held_session()?.credentials,
            // Nothing tells for sure how its role was assumed, and this is what remains of it.
            console_seconds: None,
        });
    }
    let made = target.log_in_now(&mut Logins::new(&args.login, context)?)?;
    // AWS refuses the parameter for a role that was assumed with a session.
    let is_direct = made.renewable.is_none() && target.profile.roles.len() == 1;
    let plan = Plan::of(&target.profile)?;
    Ok(RoleSession {
        credentials: made.credentials,
        console_seconds: is_direct.then(|| plan.seconds()),
    })
}

async fn sign_in(
    session: &RoleSession,
    page: &Page,
    profile: &Profile,
    context: &Context<'_>,
) -> Result<Secret> {
    let Context {
        environment,
        clock,
        messages,
        ..
    } = context;
    let credentials = &session.credentials;
    let variable = |name: &str| environment.get(name).map(str::to_owned);
    let transport = transport_for(&profile.network, variable, clock);
    // They sign nothing, and are there for messages.
    let keys = LongTermKeys {
        access_key_id: credentials.access_key_id.clone(),
        secret_access_key: Secret::new(String::new()),
        origin: profile.keys.origin().clone(),
    };
    let client = Client::over(transport, profile, &keys, clock, messages);
    let sign_in = SignIn {
        partition: page.partition,
        session: credentials,
        duration_seconds: session.console_seconds,
        destination: &page.url,
    };
    Ok(client.sign_in_url(&sign_in).await?)
}

async fn open(url: &Secret, browsers: &[Browser]) -> Result<()> {
    let handover = handover::Handover::open().await?;
    let address = handover.address();
    tokio::select! {
        biased;
        () = handover.give(url) => Ok(()),
        failure = browser::start_one(browsers, &address) => Err(failure),
    }
}
