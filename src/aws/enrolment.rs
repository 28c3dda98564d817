//! The life of a user's MFA device at IAM: created, enabled with two codes, brought back into step,
//! deleted.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_cliapi.html>

use super::client::Client;
use super::error::{CallError, Failure};
use super::iam_action::{IamAction, IamCall};
use super::xml::texts;
use crate::credentials::Credentials;
use crate::mfa::{NewSecret, TokenCode};
use crate::secret::Secret;

/// A virtual MFA device that belongs to no user yet.
pub struct NewDevice {
    /// Its ARN.
    pub serial: String,
    /// AWS shows it only now.
    pub secret: NewSecret,
}

/// Creates the virtual device `name`, whose ARN will be `serial`. If AWS's answer is lost, the device
/// may exist, and nobody has its secret.
pub async fn create_virtual_mfa_device(
    client: &Client<'_>,
    session: Option<&Credentials>,
    name: &str,
    serial: &str,
) -> Result<NewDevice, Failure> {
    let call = IamCall {
        action: IamAction::CreateVirtualMfaDevice,
        session,
    };
    let parameters = [("VirtualMFADeviceName", name)];
    client
        .iam(call, &parameters, |text| read(text, serial))
        .await
}

fn read(answer: &str, expected: &str) -> Result<NewDevice, CallError> {
    let serial = texts(answer, "SerialNumber")?.pop().unwrap_or_default();
    if serial != expected {
        return Err(CallError::Unusable("it does not name the device"));
    }
    let seed = texts(answer, "Base32StringSeed")?.pop().map(Secret::new);
    let secret = seed.and_then(|seed| NewSecret::of_seed(&seed).ok());
    let secret = secret.ok_or(CallError::Unusable("it has no secret in it"))?;
    Ok(NewDevice { serial, secret })
}

/// Gives the device to `user`. The codes are of two time steps that follow each other.
pub async fn enable_mfa_device(
    client: &Client<'_>,
    session: Option<&Credentials>,
    user: &str,
    serial: &str,
    codes: &[TokenCode; 2],
) -> Result<(), Failure> {
    let action = IamAction::EnableMfaDevice;
    with_codes(client, IamCall { action, session }, user, serial, codes).await
}

/// Tells AWS how far the device's clock is off. The codes are of two time steps that follow each other.
/// AWS's samples of policies allow this without MFA: the long-term keys sign.
pub async fn resync_mfa_device(
    client: &Client<'_>,
    user: &str,
    serial: &str,
    codes: &[TokenCode; 2],
) -> Result<(), Failure> {
    let call = IamCall {
        action: IamAction::ResyncMfaDevice,
        session: None,
    };
    with_codes(client, call, user, serial, codes).await
}

async fn with_codes(
    client: &Client<'_>,
    call: IamCall<'_>,
    user: &str,
    serial: &str,
    [first, second]: &[TokenCode; 2],
) -> Result<(), Failure> {
    let parameters = [
        ("UserName", user),
        ("SerialNumber", serial),
        ("AuthenticationCode1", first.expose()),
        ("AuthenticationCode2", second.expose()),
    ];
    client.iam(call, &parameters, |_| Ok(())).await
}

/// Deletes a virtual device that belongs to no user.
pub async fn delete_virtual_mfa_device(
    client: &Client<'_>,
    session: Option<&Credentials>,
    serial: &str,
) -> Result<(), Failure> {
    let action = IamAction::DeleteVirtualMfaDevice;
    let call = IamCall { action, session };
    client
        .iam(call, &[("SerialNumber", serial)], |_| Ok(()))
        .await
}
