//! The device is enabled with two codes, and a login proves it.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::owner::Owner;
use crate::aws::{self, Failure, Kind, NewDevice};
use crate::message::Messages;
use crate::mfa::NewCodes;
use crate::plan::SHORTEST_SESSION;

/// How often AWS is sent two codes, and then the code of a login, if it refuses them.
const ATTEMPTS: usize = 3;

/// A device that was created a moment ago may not be known everywhere yet.
const PAUSE: Duration = Duration::from_secs(2);

/// Gives the device to its owner.
pub async fn enable(
    device: &NewDevice,
    owner: &Owner<'_>,
    codes: &mut NewCodes<'_>,
    messages: &Messages,
) -> Result<()> {
    let mut pair = codes.pair().await?;
    let (mut refused, mut unknown, mut lost) = (0, 0, false);
    loop {
        let enabled = owner.iam().enable_mfa_device(&device.serial, &pair).await;
        let Err(failure) = enabled else {
            return Ok(());
        };
        match failure.kind {
            // The request whose answer was lost had enabled it.
            Kind::AlreadyExists if lost => return Ok(()),
            Kind::NoSuchEntity if unknown < ATTEMPTS => {
                unknown += 1;
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            Kind::InvalidTokenCode if refused < ATTEMPTS - 1 => refused += 1,
            Kind::LostAnswer if !lost => lost = true,
            _ => return Err(failure.error),
        }
        if lost && owner.now_has(device).await {
            return Ok(());
        }
        say_next(&failure, messages);
        pair = codes.pair().await?;
    }
}

/// Logs in with the device once. AWS may know it a little later than it said.
pub async fn prove(
    device: &NewDevice,
    owner: &Owner<'_>,
    codes: &mut NewCodes<'_>,
    messages: &Messages,
) -> Result<()> {
    let mut attempts = 1..=ATTEMPTS;
    loop {
        let is_last = attempts.next() == Some(ATTEMPTS);
        let code = codes.next().await?;
        let mfa = Some((device.serial.as_str(), &code));
        match aws::session_token(owner.client, mfa, SHORTEST_SESSION).await {
            Ok(_) => return Ok(()),
            Err(failure) if is_last || failure.kind == Kind::Hopeless => {
                return Err(failure.error).context("the MFA device is enabled, but not proven yet");
            }
            Err(failure) => say_next(&failure, messages),
        }
    }
}

fn say_next(failure: &Failure, messages: &Messages) {
    let cause = failure.error.root_cause();
    messages.note(&format!("{cause}; trying again with the next code"));
}
