//! Which of the accounts on the keys belongs to an MFA device. Pure.
//!
//! Names in use, the most certain first: the device's ARN, `aws:` and the ARN, `AWS`, and
//! what AWS's own QR code makes: `Amazon Web Services:USER@ACCOUNT`, where USER is the name of the
//! device or of the user.

use std::fmt;

use crate::arn::Arn;
use crate::ykoath::Credential;

/// The issuer in AWS's QR codes.
const AWS_ISSUER: &[u8] = b"Amazon Web Services";

/// The account that is looked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The name that is configured, byte for byte. The period before it may be left out.
    pub name: Option<String>,
    /// The serial number of the MFA device (an ARN, or a hardware device's number). Decides if no
    /// name is configured.
    pub serial_number: String,
    /// The name of the device's user, once AWS was asked; empty if AWS does not say.
    pub user: Option<String>,
}

impl Wanted {
    /// How certainly `credential` is the wanted account: 0 is most certain, `None` is not at all. If
    /// two are equally certain, only the user can decide.
    pub fn certainty(&self, credential: &Credential) -> Option<usize> {
        let ids = [&credential.id[..], credential.id_without_period()];
        let with_prefix = format!("aws:{}", self.serial_number);
        let names = match &self.name {
            Some(name) => vec![name.as_str()],
            None => vec![&self.serial_number, &with_prefix, "AWS"],
        };
        let by_name = names
            .iter()
            .flat_map(|name| ids.map(|id| id == name.as_bytes()));
        let holder = self.holder_in_qr(credential);
        let holders = [Some(self.device_name()), self.user.as_deref()];
        let by_holder = holders
            .iter()
            .map(|name| holder.is_some() && name.map(str::as_bytes) == holder);
        by_name.chain(by_holder).position(|is_it| is_it)
    }

    /// Whether the user's name, which is not known yet, decides if `credential` is the account.
    pub fn depends_on_user(&self, credential: &Credential) -> bool {
        self.user.is_none() && self.holder_in_qr(credential).is_some()
    }

    /// Whether `credential` looks like AWS's and may be the device's under another name: its name
    /// mentions no other device and no other AWS account.
    pub fn is_near_miss(&self, credential: &Credential) -> bool {
        let label = credential.id_without_period().to_ascii_lowercase();
        let of_aws = label.starts_with(b"aws") || label.starts_with(b"amazon");
        let of_a_device = label.windows(5).any(|part| part == b":mfa/");
        let (_, name) = credential.issuer_and_name();
        self.name.is_none() && of_aws && !of_a_device && self.fits_account(name)
    }

    /// The names of `credentials`, those first that the user may have meant.
    pub fn nearest_first(&self, mut credentials: Vec<&Credential>) -> Vec<String> {
        let text = self.name.as_deref().unwrap_or_else(|| self.device_name());
        let text = text.to_lowercase();
        credentials.sort_by_cached_key(|credential| {
            let distance = strsim::osa_distance(&credential.label().to_lowercase(), &text);
            (!self.is_near_miss(credential), distance)
        });
        credentials.into_iter().map(Credential::label).collect()
    }

    /// USER of an account that AWS's QR code named, if its ACCOUNT may be the device's.
    fn holder_in_qr<'a>(&self, credential: &'a Credential) -> Option<&'a [u8]> {
        let (issuer, name) = credential.issuer_and_name();
        let named_by_aws = issuer == Some(AWS_ISSUER) && self.fits_account(name);
        // The user's name may itself have an `@`.
        let end = name.iter().rposition(|byte| *byte == b'@');
        (self.name.is_none() && named_by_aws).then(|| &name[..end.unwrap_or(name.len())])
    }

    /// Whether `USER@ACCOUNT` may belong to the AWS account of the device: ACCOUNT is that account's
    /// number, or an alias, which says nothing.
    fn fits_account(&self, name: &[u8]) -> bool {
        let after_at = name.rsplit(|byte| *byte == b'@').next().unwrap_or(name);
        let is_number = after_at.len() == 12 && after_at.iter().all(u8::is_ascii_digit);
        let device = Arn::parse(&self.serial_number);
        !is_number || device.is_none_or(|arn| arn.account.as_bytes() == after_at)
    }

    /// By custom, a device has the name of its user.
    fn device_name(&self) -> &str {
        Arn::parse(&self.serial_number).map_or(&self.serial_number, Arn::name)
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None if self.serial_number.is_empty() => {
                f.write_str("for AWS, and no MFA device is configured")
            }
            None => write!(f, "for the MFA device {}", self.serial_number),
        }
    }
}

#[cfg(test)]
mod tests;
