//! The MFA device: AWS is asked for it if it is not configured. A configured one may belong to
//! another account than the keys.

use std::pin::Pin;

use anyhow::{Context as _, Result, anyhow};

use super::NO_LOGIN;
use super::roles::RoleCalls;
use crate::arn::Arn;
use crate::aws::{self, Client, Iam};
use crate::context::Context;
use crate::message::{OrHint, hinted};
use crate::origin::{Origin, Sourced};
use crate::profile::{Profile, checked_serial};
use crate::terminal::Terminal;

/// The device that AWS knows. A role needs none: `None` if it is assumed without a code.
pub async fn look_up(calls: &RoleCalls<'_>, context: &Context<'_>) -> Result<Option<String>> {
    let RoleCalls { profile, sts, .. } = calls;
    let caller = aws::caller_identity(sts, false).await?;
    let serials = match listed(sts, &caller, &profile.name.value).await {
        Err(error) if !profile.roles.is_empty() => {
            let why = error.root_cause();
            let text = format!("the role is assumed without an MFA code: {why}");
            context.messages.detail(&text);
            return Ok(None);
        }
        serials => serials?,
    };
    let serial = match serials.as_slice() {
        [serial] => serial.clone(),
        several => choose(several).await?,
    };
    tell_how_to_skip_the_lookup(&serial, profile, context);
    Ok(Some(serial))
}

/// The caller's devices that can be used; at least one.
async fn listed(sts: &Client<'_>, caller: &str, profile: &str) -> Result<Vec<String>> {
    let iam = Iam::of(sts, caller).context("could not find the MFA device")?;
    usable(iam.mfa_devices().await?, caller, profile).context(NO_LOGIN)
}

/// Those that pass the check of a configured device.
fn usable(serials: Vec<String>, caller: &str, profile: &str) -> Result<Vec<String>> {
    let origin = || Origin::Rule("the device that AWS lists");
    let check = |serial: &String| checked_serial(&Sourced::new(serial.as_str(), origin()));
    let (usable, unusable): (Vec<_>, Vec<_>) = serials
        .into_iter()
        .partition(|serial| check(serial).is_ok());
    if !usable.is_empty() {
        return Ok(usable);
    }
    match unusable.first().map(check) {
        Some(Err(why)) => Err(why).context(format!("{caller} has no usable MFA device")),
        _ => Err(hinted(
            anyhow!("{caller} has no MFA device"),
            format!(
                "add a virtual MFA device: awsmfa enroll {}",
                shell_escape::escape(profile.into())
            ),
        )),
    }
}

fn tell_how_to_skip_the_lookup(serial: &str, profile: &Profile, context: &Context<'_>) {
    let place = match profile.keys.origin() {
        Origin::Variable(_) => format!("set AWS_MFA_SERIAL={serial}"),
        line => format!("add below {line}: mfa_serial = {serial}"),
    };
    context.messages.note(&format!(
        "AWS lists the MFA device {serial}; to skip this lookup, {place}"
    ));
}

/// Whether `caller`, the user of the long-term keys, can log in with the profile's device: a device
/// of another account or partition is another user's. The serial number of a hardware token says
/// nothing about its user, and neither does a device's name.
pub fn fits(calls: &RoleCalls<'_>, caller: &str) -> Result<()> {
    let RoleCalls { profile, keys, .. } = calls;
    let Some(user) = Arn::parse(caller) else {
        return Ok(());
    };
    let key = format!("access key {} (from {})", keys.access_key_id, keys.origin);
    if let Some(Sourced { value, origin }) = &profile.mfa_serial
        && let Some(device) = Arn::parse(value)
        && (device.partition, device.account) != (user.partition, user.account)
    {
        return Err(hinted(
            anyhow!(
                "the MFA device {value} (from {origin}) belongs to another account than {caller}, \
                 whose {key} is used"
            ),
            "set an MFA device of that user, or use the keys of the device's user",
        ));
    }
    if !profile.roles.is_empty() && user.resource == "root" {
        return Err(hinted(
            anyhow!("the {key} belongs to the root user, who may not assume roles"),
            "use the keys of an IAM user",
        ));
    }
    Ok(())
}

/// The name of the user whose keys these are. AWS is asked if it has not said so already.
pub fn user_name<'a>(sts: &'a Client<'_>) -> Pin<Box<dyn Future<Output = Option<String>> + 'a>> {
    Box::pin(async {
        let arn = match sts.caller_arn() {
            Some(arn) => arn.to_owned(),
            None => aws::caller_identity(sts, false).await.ok()?,
        };
        Arn::parse(&arn)?.user_name().map(str::to_owned)
    })
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
        .or_hint(|| "choose a device with --mfa-serial, or mfa_serial in the profile")?;
    Ok(serials[index].clone())
}
