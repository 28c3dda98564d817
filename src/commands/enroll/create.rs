//! The device is created at AWS, and its secret is stored.

use anyhow::{Result, anyhow};

use super::names::Names;
use super::owner::Owner;
use super::place::Prepared;
use super::unfinished::{Stage, Unfinished, deletion};
use crate::aws::{Failure, Kind, NewDevice};
use crate::message::{Messages, hinted};
use crate::mfa::CodeRequest;
use crate::printable::printable;

type Created<'a> = (NewDevice, Unfinished<'a>);

/// Creates a device under the first name that is free, and stores its secret.
pub async fn create<'a>(
    names: &Names,
    owner: &'a Owner<'_>,
    place: &Prepared,
    request: &'a CodeRequest<'_>,
) -> Result<Created<'a>> {
    let messages = request.context.messages;
    let (device, mut unfinished) = first_free(names, owner, place, messages).await?;
    if let Err(error) = place.store(&device, request).await {
        delete(&device, owner, &mut unfinished).await;
        return Err(error);
    }
    unfinished.stage = Stage::Stored;
    Ok((device, unfinished))
}

/// The device that an earlier run created, and whose secret it stored.
pub fn go_on<'a>(
    device: NewDevice,
    owner: &'a Owner<'_>,
    place: &Prepared,
    messages: &'a Messages,
) -> Created<'a> {
    let serial = device.serial.clone();
    let place = place.words(&serial);
    messages.announcement(&format!(
        "going on with the MFA device {serial} for {}: an earlier run stored its secret in {place}",
        owner.words()
    ));
    let mut unfinished = Unfinished::new(messages, &owner.name, serial);
    unfinished.place = place;
    unfinished.is_resumed = true;
    unfinished.stage = Stage::Stored;
    (device, unfinished)
}

async fn first_free<'a>(
    names: &Names,
    owner: &'a Owner<'_>,
    place: &Prepared,
    messages: &'a Messages,
) -> Result<Created<'a>> {
    let mut taken: Option<(String, Failure)> = None;
    for name in &names.all {
        let mut unfinished = announced(name, owner, place, messages);
        let serial = &unfinished.serial;
        let created = owner.iam().create_virtual_mfa_device(name, serial).await;
        let failure = match created {
            Ok(device) => {
                unfinished.stage = Stage::Created;
                return Ok((device, unfinished));
            }
            Err(failure) => failure,
        };
        if failure.kind != Kind::LostAnswer {
            unfinished.stage = Stage::Over;
        }
        match (failure.kind, &taken) {
            (Kind::AlreadyExists, _) if !names.is_asked => {
                messages.note(&format!("there is an MFA device {name} already"));
                taken = Some((unfinished.serial.clone(), failure));
            }
            // A policy may allow the first name only.
            (Kind::Denied, Some((serial, _))) => return Err(blocked(serial, failure)),
            _ => return Err(failure.error),
        }
    }
    let (serial, failure) = taken.ok_or_else(|| anyhow!("no name is left for a device"))?;
    Err(blocked(&serial, failure))
}

/// Says what the next request creates, and counts it as sent.
fn announced<'a>(
    name: &str,
    owner: &'a Owner<'_>,
    place: &Prepared,
    messages: &'a Messages,
) -> Unfinished<'a> {
    let serial = owner.serial_of(name);
    let words = place.words(&serial);
    messages.announcement(&format!(
        "creating the MFA device {serial} for {}; its secret goes to {words}",
        owner.words()
    ));
    let mut unfinished = Unfinished::new(messages, &owner.name, serial);
    unfinished.place = words;
    unfinished.is_resumed = place.can_go_on();
    unfinished.stage = Stage::Asked;
    unfinished
}

/// Nobody but an administrator can free the name.
fn blocked(serial: &str, failure: Failure) -> anyhow::Error {
    hinted(
        failure.error.context(format!(
            "{serial} exists already, and no other name can be used"
        )),
        format!(
            "whoever administers the account can free the name: {}",
            deletion(serial)
        ),
    )
}

/// A device without a secret is of no use. Few users may delete one: a refusal is no failure of its
/// own.
async fn delete(device: &NewDevice, owner: &Owner<'_>, unfinished: &mut Unfinished<'_>) {
    let deleted = owner.iam().delete_virtual_mfa_device(&device.serial).await;
    if deleted.is_ok() {
        unfinished.stage = Stage::Over;
    }
}

/// What a run without `--dry-run` would do.
pub fn description(
    names: &Names,
    owner: &Owner<'_>,
    place: &Prepared,
    begun: Option<&NewDevice>,
) -> String {
    let mut lines = Vec::new();
    if let Some(profile) = owner.profile_with_device() {
        let serial = profile.mfa_serial.map(|serial| serial.value);
        let serial = serial.unwrap_or_else(|| owner.devices.join(" or "));
        lines.push(format!(
            "log in with the MFA device {serial} and a code from it"
        ));
    }
    let serial = match begun {
        Some(device) => device.serial.clone(),
        None => owner.serial_of(names.all.first().map_or("", String::as_str)),
    };
    if begun.is_none() {
        let other = if names.is_asked {
            ""
        } else {
            ", or with a number behind the name"
        };
        lines.push(format!("create the MFA device {serial}{other}"));
        lines.push(format!(
            "store its secret: it goes to {}",
            place.words(&serial)
        ));
    }
    lines.extend([
        format!("enable {serial} for {}", owner.words()),
        "log in with it once".to_owned(),
    ]);
    let would = |line: String| format!("would {}\n", printable(&line));
    lines.into_iter().map(would).collect()
}
