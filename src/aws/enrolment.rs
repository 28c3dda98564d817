//! The life of a user's MFA device at IAM: created, enabled with two codes, brought back into step,
//! deleted.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_cliapi.html>

use super::error::{CallError, Failure};
use super::iam::Iam;
use super::iam_action::IamAction;
use super::xml::texts;
use crate::mfa::{NewSecret, TokenCode};
use crate::secret::Secret;

/// A virtual MFA device that belongs to no user yet.
pub struct NewDevice {
    /// Its ARN.
    pub serial: String,
    /// AWS shows it only now.
    pub secret: NewSecret,
}

impl Iam<'_> {
    /// Creates the virtual device `name`, whose ARN will be `serial`. If AWS's answer is lost, the
    /// device may exist, and nobody has its secret.
    pub async fn create_virtual_mfa_device(
        self,
        name: &str,
        serial: &str,
    ) -> Result<NewDevice, Failure> {
        let parameters = [("VirtualMFADeviceName", name)];
        let action = IamAction::CreateVirtualMfaDevice;
        self.call(action, &parameters, |text| read(text, serial))
            .await
    }

    /// Gives the device to the user. The codes are of two time steps that follow each other.
    pub async fn enable_mfa_device(
        self,
        serial: &str,
        codes: &[TokenCode; 2],
    ) -> Result<(), Failure> {
        let action = IamAction::EnableMfaDevice;
        self.with_codes(action, serial, codes).await
    }

    /// Tells AWS how far the device's clock is off. The codes are of two time steps that follow each
    /// other.
    pub async fn resync_mfa_device(
        self,
        serial: &str,
        codes: &[TokenCode; 2],
    ) -> Result<(), Failure> {
        let action = IamAction::ResyncMfaDevice;
        self.with_codes(action, serial, codes).await
    }

    async fn with_codes(
        self,
        action: IamAction,
        serial: &str,
        [first, second]: &[TokenCode; 2],
    ) -> Result<(), Failure> {
        let parameters = [
            ("UserName", self.user),
            ("SerialNumber", serial),
            ("AuthenticationCode1", first.expose()),
            ("AuthenticationCode2", second.expose()),
        ];
        self.call(action, &parameters, |_| Ok(())).await
    }

    /// Deletes a virtual device that belongs to no user.
    pub async fn delete_virtual_mfa_device(self, serial: &str) -> Result<(), Failure> {
        let action = IamAction::DeleteVirtualMfaDevice;
        self.call(action, &[("SerialNumber", serial)], |_| Ok(()))
            .await
    }
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
