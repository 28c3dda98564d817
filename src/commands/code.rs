//! `awsmfa code`: the current MFA code, for the web console's login form.
//!
//! awsmfa does not ask AWS here, so the time is this computer's, and only the source `yubikey` needs
//! to know the MFA device. The code is not marked as used, because it may not be. If it was, AWS
//! refuses it at the next login, which then takes the code after it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::Notify;

use super::done::{Done, wait};
use crate::cli::{Code, Login};
use crate::context::Context;
use crate::duration::time_left;
use crate::files::Files;
use crate::login::given_code;
use crate::mfa::{CodeRequest, Codes};
use crate::profile::CodeProfile;

/// A code that expires sooner cannot be typed in time.
const SHORTEST: Duration = Duration::from_secs(1);

const NO_CODE: &str = "could not get an MFA code";

pub fn run(args: &Code, context: &Context<'_>) -> Result<Done> {
    wait(current(args, context)).map(Done::print)
}

/// The code and a line end; the seconds that are left go to stderr.
async fn current(args: &Code, context: &Context<'_>) -> Result<String> {
    let login = args.login();
    let given = given_code(&login, context).context(NO_CODE)?;
    let profile = read_profile(&login, context)?;
    let prompted = Notify::new();
    let request = CodeRequest::to_show(&profile, context, &prompted);
    let mut codes = Codes::new(request, given);
    let mut code = codes.first().await.context(NO_CODE)?;
    // Once: the next code lasts for a whole time step.
    if let Some(left) = codes.steps.time_left(&code).filter(|left| *left < SHORTEST) {
        tokio::time::sleep(left).await;
        code = codes.again(code).await.context(NO_CODE)?;
    }
    if let Some(left) = codes.steps.time_left(&code) {
        context.messages.note(&format!("{} left", time_left(left)));
    }
    Ok(format!("{}\n", code.expose()))
}

/// What the profile says about codes. Notes say what is wrong with the files.
pub fn read_profile(login: &Login, context: &Context<'_>) -> Result<CodeProfile> {
    let files = Files::read(context.environment);
    let profile = CodeProfile::resolve(&files, login, context.environment)?;
    context.messages.notes(files.problems());
    Ok(profile)
}
