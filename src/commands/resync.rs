//! `awsmfa resync`: two codes tell AWS how far the clock of an MFA device is off.

use anyhow::{Context as _, Result, anyhow};
use tokio::sync::Notify;

use super::done::{Done, wait};
use super::iam_user;
use crate::aws::{self, Client, Iam, Kind};
use crate::cli::Resync;
use crate::context::Context;
use crate::message::{OrHint as _, hint_of, with_hint};
use crate::mfa::{CodeOrigin, CodeRequest, Codes, TokenCode};
use crate::profile::{Profile, gives_codes};

const NO_RESYNC: &str = "could not resynchronize the MFA device";

pub fn run(args: &Resync, context: &Context<'_>) -> Result<Done> {
    wait(resync(args, context)).map(|()| Done::print(""))
}

async fn resync(args: &Resync, context: &Context<'_>) -> Result<()> {
    let (profile, _) = iam_user::profile(&args.login(), context)?;
    let keys = iam_user::keys(&profile, context).await.context(NO_RESYNC)?;
    let client = Client::new(&profile, &keys, context);
    with_client(args, &profile, &client, context).await
}

async fn with_client(
    args: &Resync,
    profile: &Profile,
    client: &Client<'_>,
    context: &Context<'_>,
) -> Result<()> {
    let caller = aws::caller_identity(client, false).await?;
    // AWS's samples of policies allow this without MFA: the long-term keys sign.
    let iam = Iam::of(client, &caller).context(NO_RESYNC)?;
    let serial = match &profile.mfa_serial {
        Some(serial) => serial.value.clone(),
        None => only_device(iam, &caller).await?,
    };
    let prompted = Notify::new();
    let request = CodeRequest::new(&profile.mfa, &serial, context, &prompted);
    let mut codes = Codes::new(request, None);
    let pair = pair(args, &mut codes).await.context(NO_RESYNC)?;
    let done = iam.resync_mfa_device(&serial, &pair).await;
    done.map_err(|failure| explained(failure, &serial))?;
    codes.steps.accepted(&pair[1]);
    context.messages.note(&format!(
        "AWS is in step with the MFA device {serial} again: log in with its next code"
    ));
    Ok(())
}

async fn pair(args: &Resync, codes: &mut Codes<'_>) -> Result<[TokenCode; 2]> {
    let given = |text: &String| TokenCode::parse(text, CodeOrigin::Given);
    match &args.codes[..] {
        [first, second] => Ok([given(first)?, given(second)?]),
        _ => codes.pair().await,
    }
}

/// The user's only device that gives codes.
async fn only_device(iam: Iam<'_>, caller: &str) -> Result<String> {
    let mut serials = iam.mfa_devices().await?;
    serials.retain(|serial| gives_codes(serial));
    let problem = match &serials[..] {
        [serial] => return Ok(serial.clone()),
        [] => format!("{caller} has no MFA device that gives codes"),
        several => format!("there are several MFA devices: {}", several.join(", ")),
    };
    Err(anyhow!(problem))
        .context(NO_RESYNC)
        .or_hint(|| "name the device with --mfa-serial, or mfa_serial in the profile")
}

/// After a lost answer, only a login shows what AWS has done.
fn explained(failure: aws::Failure, serial: &str) -> anyhow::Error {
    if failure.kind != Kind::LostAnswer {
        return failure.error;
    }
    let hint = hint_of(&failure.error).unwrap_or_default();
    let hint = format!("AWS may be in step with {serial} all the same: log in to see; {hint}");
    with_hint(anyhow!("{:#}", failure.error), Some(hint))
}
