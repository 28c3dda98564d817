//! `awsmfa enroll`: a virtual MFA device, from nothing to a login that works.
//!
//! The order loses nothing: the place of the secret is settled before AWS is asked to create anything,
//! the secret is stored before the device is enabled, and a login proves the device last.
//! [`Unfinished`] says what exists if the run ends in between.

mod create;
mod enable;
mod lines;
mod names;
mod owner;
mod place;
mod qr;
mod unfinished;

use anyhow::{Context as _, Result};
use tokio::sync::Notify;

use super::done::{Done, wait};
use super::iam_user;
use crate::aws::{Client, NewDevice};
use crate::cli::Enroll;
use crate::context::Context;
use crate::mfa::{CodeRequest, NewCodes};
use crate::profile::Profile;
use enable::{enable, prove};
use lines::Lines;
use names::Names;
use owner::Owner;
use place::Prepared;
pub use unfinished::deletion;
use unfinished::{Stage, Unfinished};

const NO_ENROLMENT: &str = "could not enroll an MFA device";

pub fn run(args: &Enroll, context: &Context<'_>) -> Result<Done> {
    wait(enroll(args, context)).map(Done::print)
}

async fn enroll(args: &Enroll, context: &Context<'_>) -> Result<String> {
    let (profile, files) = iam_user::profile(&args.login(), context)?;
    // The same profile, with the place of the new device's secret.
    let new = Profile::resolve(
        &files,
        &profile.name,
        &args.new_login(),
        context.environment,
    )?;
    let keys = iam_user::keys(&profile, context)
        .await
        .context(NO_ENROLMENT)?;
    let client = Client::new(&profile, &keys, context);
    let owner = Owner::find(&client, &profile, &keys).await?;
    let prompted = Notify::new();
    let request = CodeRequest::new(&new.mfa, "", context, &prompted);
    for_owner(args, owner, &request).await
}

/// `request` has the settings of the new device.
async fn for_owner(
    args: &Enroll,
    mut owner: Owner<'_>,
    request: &CodeRequest<'_>,
) -> Result<String> {
    let mut place = Prepared::find(args, request).await?;
    let begun = place.begun(args.name.as_deref())?;
    let names = Names::new(args.name.as_deref(), &owner, &place)?;
    if args.dry_run {
        return Ok(create::description(&names, &owner, &place, begun.as_ref()));
    }
    if !begun.as_ref().is_some_and(|device| owner.has(device)) {
        owner.check_room()?;
        owner.log_in(&args.login(), request.context).await?;
    }
    let messages = request.context.messages;
    let (device, mut unfinished) = match begun {
        Some(device) => create::go_on(device, &owner, &place, messages),
        None => create::create(&names, &owner, &place, request).await?,
    };
    let lines = Lines::new(&device.serial, &place, request);
    unfinished.lines = lines.text(false)?;
    finish(&device, unfinished, &owner, &place, request).await?;
    messages.note(&lines.where_to(owner.profile));
    lines.text(args.json)
}

/// The device is created, and its secret is stored.
async fn finish(
    device: &NewDevice,
    mut unfinished: Unfinished<'_>,
    owner: &Owner<'_>,
    place: &Prepared,
    request: &CodeRequest<'_>,
) -> Result<()> {
    let CodeRequest {
        settings,
        context,
        prompted,
        ..
    } = *request;
    let request = CodeRequest::new(settings, &device.serial, context, prompted);
    let messages = context.messages;
    let mut codes = NewCodes::new(request, &device.secret);
    if !owner.has(device) {
        enable(device, owner, &mut codes, messages).await?;
    }
    unfinished.stage = Stage::Enabled;
    prove(device, owner, &mut codes, messages).await?;
    place.finish(device, &request).await?;
    unfinished.stage = Stage::Over;
    Ok(())
}
