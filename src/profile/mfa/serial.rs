//! What AWS calls the serial number of an MFA device: the ARN of a virtual one, the number printed on
//! a hardware token.

use anyhow::{Result, anyhow};

use crate::arn::Arn;
use crate::files::stray;
use crate::message::{OrHint, hinted};
use crate::origin::Sourced;

/// Kinds of ARNs that people take for a device's.
const OTHERS: [(&str, &str); 7] = [
    ("user/", "a user"),
    ("role/", "a role"),
    ("assumed-role/", "a role's session"),
    ("group/", "a group"),
    ("instance-profile/", "an instance profile"),
    ("sms-mfa/", "an SMS device, which AWS no longer supports"),
    ("policy/", "a policy"),
];

/// Before anything is asked or sent. STS takes 9 to 256 of `[\w+=/:,.@-]`.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
pub fn checked(serial: &Sourced<&str>) -> Result<Sourced<String>> {
    let (value, origin) = (serial.value, &serial.origin);
    let like = "a serial looks like arn:aws:iam::123456789012:mfa/NAME";
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=/:,.@-".contains(c);
    if let Some(character) = value.chars().find(|c| !allowed(*c)) {
        return Err(anyhow!(
            "{origin} has a character that no MFA serial has: {character:?}"
        ))
        .or_hint(|| stray::hint(value, || like.to_owned()));
    }
    if !(9..=256).contains(&value.len()) {
        let length = value.len();
        return Err(anyhow!(
            "{origin} is not an MFA serial: it has {length} characters, AWS takes 9 to 256"
        ))
        .or_hint(|| like.to_owned());
    }
    match resource(value) {
        Resource::Device => Ok(serial.clone().map(str::to_owned)),
        Resource::Fido => Err(anyhow!(
            "{origin} is a FIDO device ({value}), which cannot be used for API calls"
        ))
        .or_hint(|| {
            "add a virtual MFA device in the IAM console (a user can have 8) and name that one"
                .to_owned()
        }),
        Resource::Other(what) => {
            let wrong = anyhow!("{origin} is {what}, not an MFA device: {value}");
            Err(hinted(wrong, of_the_same_name(value)))
        }
    }
}

enum Resource {
    Device,
    Fido,
    Other(&'static str),
}

fn resource(value: &str) -> Resource {
    let Some(arn) = Arn::parse(value) else {
        return if value.contains([':', '/']) {
            Resource::Other("neither an ARN nor a serial number")
        } else {
            Resource::Device
        };
    };
    if arn.service == "iam" && arn.region.is_empty() && is_device(arn.resource) {
        Resource::Device
    } else if arn.service == "iam" && arn.resource.starts_with("u2f/") {
        Resource::Fido
    } else {
        let mut kinds = OTHERS.iter();
        let kind = kinds.find(|(prefix, _)| arn.resource.starts_with(prefix));
        Resource::Other(kind.map_or("another kind of ARN", |(_, what)| what))
    }
}

fn is_device(resource: &str) -> bool {
    let name = resource.strip_prefix("mfa/");
    name.is_some_and(|name| !name.is_empty() && !name.ends_with('/') && !name.contains(':'))
}

/// People name the device like the user.
fn of_the_same_name(value: &str) -> String {
    let Some(arn) = Arn::parse(value).filter(|arn| arn.resource.contains('/')) else {
        return "a device's ARN looks like arn:aws:iam::123456789012:mfa/NAME".to_owned();
    };
    let (partition, account, name) = (arn.partition, arn.account, arn.name());
    format!(
        "a device's ARN has mfa/ in it, often arn:{partition}:iam::{account}:mfa/{name}; the IAM \
         console shows it under Security credentials"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

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
            ("arn:aws:iam::123456789012:user/alice", "is a user, not"),
            ("arn:aws:iam::123456789012:role/dev", "is a role, not"),
            (
                "arn:aws:iam::123456789012:u2f/user/alice/key-X",
                "is a FIDO device",
            ),
            (
                "arn:aws:iam::123456789012:sms-mfa/alice",
                "is an SMS device",
            ),
            (
                "arn:aws:iam::123456789012:instance-profile/x",
                "is an instance profile",
            ),
            (
                "arn:aws:sts::123456789012:assumed-role/dev/me",
                "is a role's session",
            ),
            ("arn:aws:iam::123456789012:root", "is another kind of ARN"),
            ("arn:aws:iam::123456789012:mfa/", "is another kind of ARN"),
            (
                "arn:aws:sns:eu-west-1:123456789012:mfa/x",
                "is another kind of ARN",
            ),
            (
                "aws:iam::123456789012:mfa/alice",
                "is neither an ARN nor a serial number",
            ),
            (
                "arn:aws:iam::123456789012:mfa/a,arn:aws:iam::123456789012:mfa/b",
                "is another kind of ARN",
            ),
            (
                "arn:aws:iam:mfa/alice",
                "is neither an ARN nor a serial number",
            ),
            ("mfa/alice-phone", "is neither an ARN nor a serial number"),
        ] {
            let error = told(other).unwrap();
            assert!(error.contains(words), "{other}: {error}");
        }
    }
}
