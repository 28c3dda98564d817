//! Which of the accounts on the keys is the one for an MFA device. Pure.
//!
//! Names in the wild (in this order of certainty): the device's ARN, `aws:` and the ARN, `AWS`, and
//! what AWS's own QR code makes: `Amazon Web Services:USER@ACCOUNT`.

use std::fmt;

use crate::ykoath::Credential;

/// What AWS's QR code gives as the issuer.
const AWS_ISSUER: &[u8] = b"Amazon Web Services";

/// How alike two names must be to be shown as near (Jaro–Winkler, 0 to 1).
const NEAR: f64 = 0.75;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The name that is configured, byte for byte. The period before it may be left out.
    Name(String),
    /// The account of an MFA device, by its serial number (an ARN, or a hardware device's number).
    Device(String),
}

impl Wanted {
    /// The places in `credentials` of those that it can be: nothing, one, or several between which
    /// nobody but the user can decide.
    pub fn among(&self, credentials: &[&Credential]) -> Vec<usize> {
        match self {
            Self::Name(name) => places(credentials, |credential| is_named(credential, name)),
            Self::Device(serial) => of_device(credentials, serial),
        }
    }

    /// Names that the user may have meant; all of them where none is near.
    pub fn near(&self, credentials: &[&Credential]) -> Vec<String> {
        let labels: Vec<_> = credentials
            .iter()
            .map(|one| one.label().into_owned())
            .collect();
        let near: Vec<_> = labels
            .iter()
            .filter(|label| self.is_near(label))
            .cloned()
            .collect();
        if near.is_empty() { labels } else { near }
    }

    fn is_near(&self, label: &str) -> bool {
        let label = label.to_lowercase();
        let (text, also) = match self {
            Self::Name(name) => (name.to_lowercase(), false),
            Self::Device(serial) => (
                user_of(serial).to_lowercase(),
                label.contains("aws") || label.contains("amazon"),
            ),
        };
        also || label.contains(&text) || strsim::jaro_winkler(&label, &text) > NEAR
    }
}

fn of_device(credentials: &[&Credential], serial: &str) -> Vec<usize> {
    let with_prefix = format!("aws:{serial}");
    for name in [serial, &with_prefix, "AWS"] {
        let found = places(credentials, |credential| is_named(credential, name));
        if !found.is_empty() {
            return found;
        }
    }
    places(credentials, |credential| {
        let parts = credential.parts();
        parts.issuer == Some(AWS_ISSUER) && user_in(parts.name) == user_of(serial).as_bytes()
    })
}

fn places(credentials: &[&Credential], is_it: impl Fn(&Credential) -> bool) -> Vec<usize> {
    (0..credentials.len())
        .filter(|place| is_it(credentials[*place]))
        .collect()
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Device(serial) if serial.is_empty() => {
                f.write_str("AWS, and no MFA device is named to look for")
            }
            Self::Device(serial) => write!(f, "of the MFA device {serial}"),
        }
    }
}

/// The whole id, or what follows its period.
fn is_named(credential: &Credential, name: &str) -> bool {
    credential.id == name.as_bytes() || credential.id_without_period() == name.as_bytes()
}

/// `USER@ACCOUNT`, where the user's name may itself have an `@`.
fn user_in(name: &[u8]) -> &[u8] {
    let at = name.iter().rposition(|byte| *byte == b'@');
    at.map_or(name, |at| &name[..at])
}

/// The last part of `arn:aws:iam::123456789012:mfa/USER`, which is the user's name unless another
/// one was chosen for the device.
fn user_of(serial: &str) -> &str {
    serial.rsplit('/').next().unwrap_or(serial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ykoath::OathType;

    const ARN: &str = "arn:aws:iam::123456789012:mfa/alice";

    fn credentials(ids: &[&str]) -> Vec<Credential> {
        let credential = |id: &&str| Credential {
            id: id.as_bytes().to_vec(),
            oath_type: OathType::Totp,
            digits: Some(6),
            touch: Some(false),
        };
        ids.iter().map(credential).collect()
    }

    fn found(wanted: &Wanted, ids: &[&str]) -> Vec<String> {
        let credentials = credentials(ids);
        let all: Vec<_> = credentials.iter().collect();
        wanted
            .among(&all)
            .into_iter()
            .map(|place| ids[place].to_owned())
            .collect()
    }

    fn for_device(ids: &[&str]) -> Vec<String> {
        found(&Wanted::Device(ARN.into()), ids)
    }

    #[test]
    fn the_most_certain_name_wins() {
        let qr = "Amazon Web Services:alice@prod";
        let with_prefix = format!("aws:{ARN}");
        let all = [qr, "AWS", &with_prefix, ARN];
        assert_eq!(for_device(&all), [ARN]);
        assert_eq!(for_device(&all[..3]), [with_prefix.as_str()]);
        assert_eq!(for_device(&all[..2]), ["AWS"]);
        assert_eq!(for_device(&all[..1]), [qr]);
        assert_eq!(for_device(&[]), [""; 0]);
    }

    #[test]
    fn two_that_are_equally_certain_are_both_told() {
        let two = [
            "Amazon Web Services:alice@prod",
            "Amazon Web Services:alice@dev",
        ];
        assert_eq!(for_device(&two), two);
    }

    #[test]
    fn other_users_and_other_spellings_are_not_taken() {
        for id in [
            "Amazon Web Services:bob@prod",
            "Amazon Web Services:alice@corp.com@prod",
            "Amazon Web Services:malice@prod",
            "amazon web services:alice@prod",
            "Amazon:alice@prod",
            "aws",
            "AWS:alice",
            "aws:alice@prod",
        ] {
            assert_eq!(for_device(&[id]), [""; 0], "{id}");
        }
    }

    #[test]
    fn a_users_name_may_have_an_at_sign() {
        let wanted = Wanted::Device("arn:aws:iam::1:mfa/alice@corp.com".into());
        let id = "Amazon Web Services:alice@corp.com@prod";
        assert_eq!(found(&wanted, &[id]), [id]);
    }

    #[test]
    fn a_configured_name_matches_byte_for_byte() {
        let wanted = Wanted::Name("aws:alice".into());
        assert_eq!(
            found(&wanted, &["aws:alice", "AWS:alice", "aws:alice2"]),
            ["aws:alice"]
        );
        assert_eq!(found(&wanted, &["60/aws:alice"]), ["60/aws:alice"]);
        assert_eq!(
            found(&Wanted::Name("60/aws:alice".into()), &["60/aws:alice"]),
            ["60/aws:alice"]
        );
    }

    #[test]
    fn near_names_are_told() {
        let near = |wanted: &Wanted, ids: &[&str]| {
            let credentials = credentials(ids);
            wanted.near(&credentials.iter().collect::<Vec<_>>())
        };
        let ids = ["AWS:alice", "GitHub:alice", "Google:bob", "Amazon:x"];
        assert_eq!(near(&Wanted::Name("aws:alice".into()), &ids), ["AWS:alice"]);
        assert_eq!(
            near(&Wanted::Device(ARN.into()), &ids),
            ["AWS:alice", "GitHub:alice", "Amazon:x"]
        );
        assert_eq!(
            near(&Wanted::Name("zzz".into()), &ids[1..3]),
            ["GitHub:alice", "Google:bob"]
        );
    }
}
