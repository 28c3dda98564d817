//! The MFA device, where no setting names it: AWS knows it.

use anyhow::{Context as _, Result, anyhow};

use super::NO_LOGIN;
use crate::commands::Context;
use crate::message::OrHint;
use crate::profile::Profile;
use crate::sts::mfa_devices::MfaDevices;
use crate::sts::{Repeats, Sts};
use crate::terminal::Terminal;

/// The configured device, or the one that AWS knows. A role needs none: where none is found, the
/// role is assumed without a code.
pub async fn serial(
    sts: &Sts<'_>,
    profile: &Profile,
    context: &Context<'_>,
) -> Result<Option<String>> {
    if let Some(serial) = &profile.mfa_serial {
        return Ok(Some(serial.value.clone()));
    }
    let caller = sts.caller_identity(Repeats::Said).await?;
    let devices = match sts.mfa_devices(&caller).await {
        Err(failure) if !profile.roles.is_empty() => {
            without_code(context, &format!("{:#}", failure.error));
            return Ok(None);
        }
        devices => devices?,
    };
    let serial = match devices.usable.as_slice() {
        [] if !profile.roles.is_empty() => {
            without_code(context, &format!("{} has no MFA device", caller.arn));
            return Ok(None);
        }
        [] => return none_usable(&devices, &caller.arn),
        [serial] => serial.clone(),
        several => choose(several).await?,
    };
    context.messages.note(&format!(
        "AWS says that the MFA device is {serial}; to save the question, add this line beside {}: \
         mfa_serial = {serial}",
        profile.keys.origin()
    ));
    Ok(Some(serial))
}

fn without_code(context: &Context<'_>, why: &str) {
    let messages = context.messages;
    messages.detail(&format!("the role is assumed without an MFA code: {why}"));
}

fn none_usable(devices: &MfaDevices, caller: &str) -> Result<Option<String>> {
    match devices.fido.first() {
        None => Err(anyhow!("{NO_LOGIN}: {caller} has no MFA device"))
            .or_hint(|| "add a virtual MFA device to the user in the IAM console".to_owned()),
        Some(fido) => Err(anyhow!(
            "{NO_LOGIN}: {caller} has FIDO devices only ({fido}), which AWS's API does not take"
        ))
        .or_hint(|| "add a virtual MFA device: a user may have up to eight".to_owned()),
    }
}

async fn choose(serials: &[String]) -> Result<String> {
    let asked = async { Terminal::open()?.choose("which MFA device?", serials).await };
    let index = asked
        .await
        .with_context(|| {
            format!(
                "{NO_LOGIN}: there are several MFA devices: {}",
                serials.join(", ")
            )
        })
        .or_hint(|| "name one with --mfa-serial, or as mfa_serial in the profile".to_owned())?;
    Ok(serials[index].clone())
}
