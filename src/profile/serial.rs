//! The MFA device, by what AWS calls its serial number.

use anyhow::{Result, anyhow};

use super::settings::{Settings, checked_text};
use crate::arn::Arn;
use crate::files::conventions::ProfileSections;
use crate::message::{OrHint as _, hinted};
use crate::origin::{Origin, Sourced};
use crate::secret::is_secret_access_key;

/// The configured MFA device, by what AWS calls its serial number: the one nearest to the profile
/// asked for.
pub fn configured(settings: &Settings<'_>) -> Result<Option<Sourced<String>>> {
    let flag = settings.login.code.mfa_serial.as_deref();
    let flag = flag.map(|serial| Sourced::new(serial, Origin::Flag("--mfa-serial")));
    let of_asked = || settings.profiles.first()?.mfa_serial();
    let mut sources = settings.profiles.iter().skip(1);
    let serial = flag
        .or_else(of_asked)
        .or_else(|| settings.variable(&["MFA_DEVICE", "AWS_MFA_SERIAL"]))
        .or_else(|| sources.find_map(ProfileSections::mfa_serial));
    serial.as_ref().map(checked).transpose()
}

/// The ARN of a virtual device, or the number printed on a hardware token, checked before anything is
/// asked or sent. STS takes 9 to 256 of `[\w+=/:,.@-]`.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
pub fn checked(serial: &Sourced<&str>) -> Result<Sourced<String>> {
    if is_secret(serial.value) {
        return Err(anyhow!("{} looks like a secret", serial.origin)).or_hint(|| {
            "name the device's ARN there; the secret of the device belongs in a file that \
             mfa_secret_file names"
        });
    }
    let serial_number = checked_text(serial.clone(), "an MFA serial number", 9..=256, "_+=/:,.@-")?;
    let (value, origin) = (serial.value, &serial.origin);
    let arn = Arn::parse(value);
    if arn.map_or(!value.contains([':', '/']), is_virtual_device) {
        return Ok(serial_number);
    }
    if arn.is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("u2f/")) {
        return Err(hinted(
            anyhow!("{origin} is a FIDO device ({value}), which cannot be used for API calls"),
            "remove it, then add a virtual MFA device: awsmfa enroll PROFILE (a user can have 8)",
        ));
    }
    let [partition, account, name] = match arn {
        Some(arn) if arn.resource.contains('/') => [arn.partition, arn.account, arn.name()],
        _ => ["aws", "123456789012", "NAME"],
    };
    // People often name the device after the user.
    Err(hinted(
        anyhow!("{origin} is not an MFA device: {value}"),
        format!(
            "a device's ARN has mfa/ in it, often arn:{partition}:iam::{account}:mfa/{name}; the \
             IAM console shows it under Security credentials"
        ),
    ))
}

/// Whether a device that AWS lists passes that check, so that a login can use it.
pub fn gives_codes(serial: &str) -> bool {
    let origin = Origin::Rule("the device that AWS lists");
    checked(&Sourced::new(serial, origin)).is_ok()
}

/// A secret access key, or the secret of a device (base32, 32 characters or more): no serial number is
/// as long, and this one would be shown.
fn is_secret(serial: &str) -> bool {
    let in_base32 = |c: char| c.is_ascii_alphabetic() || ('2'..='7').contains(&c);
    is_secret_access_key(serial) || serial.len() >= 32 && serial.chars().all(in_base32)
}

fn is_virtual_device(arn: Arn<'_>) -> bool {
    let name = arn.resource.strip_prefix("mfa/").unwrap_or_default();
    let is_name = !name.is_empty() && !name.ends_with('/') && !name.contains(':');
    is_name && arn.service == "iam" && arn.region.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_from_everything_else() {
        let told = |serial| {
            let error = checked(&Sourced::new(serial, Origin::Flag("--mfa-serial"))).err()?;
            Some(error.to_string())
        };
        for device in [
            "arn:aws:iam::123456789012:mfa/alice",
            "arn:aws-us-gov:iam::123456789012:mfa/path/alice@example.com",
            "arn:aws:iam::123456789012:mfa/root-account-mfa-device",
            "GAHT12345678",
            "gaht-1234_5678",
        ] {
            assert_eq!(told(device), None, "{device}");
        }
        for (other, words) in [
            (
                "arn:aws:iam::123456789012:user/alice",
                "is not an MFA device",
            ),
            (
                "arn:aws:iam::123456789012:u2f/user/alice/key-X",
                "is a FIDO device",
            ),
            (
                "arn:aws:iam::123456789012:sms-mfa/alice",
                "is not an MFA device",
            ),
            (
                "arn:aws:sts::123456789012:assumed-role/dev/me",
                "is not an MFA device",
            ),
            ("arn:aws:iam::123456789012:root", "is not an MFA device"),
            ("arn:aws:iam::123456789012:mfa/", "is not an MFA device"),
            (
                "arn:aws:sns:eu-west-1:123456789012:mfa/x",
                "is not an MFA device",
            ),
            ("aws:iam::123456789012:mfa/alice", "is not an MFA device"),
            (
                "arn:aws:iam::123456789012:mfa/a,arn:aws:iam::123456789012:mfa/b",
                "is not an MFA device",
            ),
            ("arn:aws:iam:mfa/alice", "is not an MFA device"),
            ("mfa/alice-phone", "is not an MFA device"),
            ("12345678", "it has 8 characters"),
            ("12345678\u{e9}", "it has the character"),
        ] {
            let error = told(other).unwrap();
            assert!(error.contains(words), "{other}: {error}");
        }
    }
}
