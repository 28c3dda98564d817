//! The MFA device: the one that AWS knows, where no setting names it; and whether one that is named
//! can be that of the keys' user.

use anyhow::{Context as _, Result, anyhow};

use super::NO_LOGIN;
use crate::arn::Arn;
use crate::aws::Client;
use crate::context::Context;
use crate::credentials::LongTermKeys;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};
use crate::profile::{Profile, checked_serial};
use crate::terminal::Terminal;

/// The configured device, or the one that AWS knows. A role needs none: where none is found, the
/// role is assumed without a code.
pub async fn serial(
    sts: &Client<'_>,
    profile: &Profile,
    context: &Context<'_>,
) -> Result<Option<String>> {
    if let Some(serial) = &profile.mfa_serial {
        return Ok(Some(serial.value.clone()));
    }
    let caller = sts.caller_identity().await?;
    let devices = match sts.mfa_devices(&caller).await {
        Err(failure) if !profile.roles.is_empty() => {
            without_code(context, &format!("{:#}", failure.error));
            return Ok(None);
        }
        devices => devices?,
    };
    let (usable, unusable) = checked(devices);
    let serial = match usable.as_slice() {
        [] if !profile.roles.is_empty() => {
            without_code(context, &format!("{} has no usable MFA device", caller.arn));
            return Ok(None);
        }
        [] => return none_usable(unusable, &caller.arn),
        [serial] => serial.clone(),
        several => choose(several).await?,
    };
    tell_how_to_save_the_question(&serial, profile, context);
    Ok(Some(serial))
}

/// What AWS's answer names is checked like what a profile names.
fn checked(serials: Vec<String>) -> (Vec<String>, Vec<anyhow::Error>) {
    let (mut usable, mut unusable) = (Vec::new(), Vec::new());
    for serial in serials {
        let origin = Origin::Rule("the device that AWS names");
        match checked_serial(&Sourced::new(serial.as_str(), origin)) {
            Ok(serial) => usable.push(serial.value),
            Err(error) => unusable.push(error),
        }
    }
    (usable, unusable)
}

fn tell_how_to_save_the_question(serial: &str, profile: &Profile, context: &Context<'_>) {
    let place = match profile.keys.origin() {
        Origin::Variable(_) => format!("set AWS_MFA_SERIAL={serial}"),
        line => format!("add this line below {line}: mfa_serial = {serial}"),
    };
    context.messages.note(&format!(
        "AWS names the MFA device {serial}; to skip this lookup, {place}"
    ));
}

fn without_code(context: &Context<'_>, why: &str) {
    let messages = context.messages;
    messages.detail(&format!("the role is assumed without an MFA code: {why}"));
}

fn none_usable(unusable: Vec<anyhow::Error>, caller: &str) -> Result<Option<String>> {
    match unusable.into_iter().next() {
        None => Err(anyhow!("{NO_LOGIN}: {caller} has no MFA device"))
            .or_hint(|| "add a virtual MFA device to the user in the IAM console".to_owned()),
        Some(error) => Err(error.context(format!("{NO_LOGIN}: {caller} has no usable MFA device"))),
    }
}

/// Whether the user of the long-term keys, `caller`, can log in with the device that the profile
/// names: that of another account or partition never is his. What is no ARN (a hardware token's
/// serial number) says nothing, and neither does the name in an ARN: devices are named freely.
pub fn fits(profile: &Profile, keys: &LongTermKeys, caller: &str) -> Result<()> {
    let of_keys = Arn::parse(caller);
    if let Some(serial) = &profile.mfa_serial
        && let Some(device) = Arn::parse(&serial.value)
        && let Some(user) = of_keys
        && (device.partition, device.account) != (user.partition, user.account)
    {
        let Sourced { value, origin } = serial;
        return Err(anyhow!(
            "the MFA device {value} (from {origin}) is not of the account of {}, whose access key \
             {} (from {}) is used",
            caller,
            keys.access_key_id,
            keys.origin
        ))
        .or_hint(|| {
            "no code of it can be right: name a device of that user, or use the keys of the \
             device's user"
                .to_owned()
        });
    }
    if !profile.roles.is_empty() && of_keys.is_some_and(|user| user.resource == "root") {
        return Err(anyhow!(
            "the access key {} (from {}) belongs to the root user, who may not assume roles",
            keys.access_key_id,
            keys.origin
        ))
        .or_hint(|| "use the keys of an IAM user".to_owned());
    }
    Ok(())
}

/// Whether the device is named after the user, as it is by custom.
pub fn is_named_like(serial: &str, caller: &str) -> bool {
    let device = Arn::parse(serial).map(Arn::name);
    device.is_none() || device == Arn::parse(caller).map(Arn::name)
}

/// The name of the user whose keys these are. AWS is asked if it has not said so already.
pub async fn user_name(sts: &Client<'_>) -> Option<String> {
    let arn = match sts.caller_arn() {
        Some(arn) => arn.to_owned(),
        None => sts.caller_identity().await.ok()?.arn,
    };
    Arn::parse(&arn)?.user_name().map(str::to_owned)
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
