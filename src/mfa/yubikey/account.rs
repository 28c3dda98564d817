//! Which of the accounts on the keys is the one for an MFA device. Pure.
//!
//! Names in the wild (in this order of certainty): the device's ARN, `aws:` and the ARN, `AWS`, and
//! what AWS's own QR code makes: `Amazon Web Services:USER@ACCOUNT`, where USER is the name of the
//! device or of the user.

use std::fmt;

use crate::arn::Arn;
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
    /// The account of an MFA device, by its serial number (an ARN, or a hardware device's number)
    /// and by the name of its user, if that is known.
    Device {
        serial: String,
        user: Option<String>,
    },
}

impl Wanted {
    /// How certain it is that `credential` is the one: 0 for the most certain, `None` if it is not.
    /// Between two of the same certainty only the user can decide.
    pub fn certainty(&self, credential: &Credential) -> Option<usize> {
        let (serial, user) = match self {
            Self::Name(name) => return certainty_of_name(credential, name),
            Self::Device { serial, user } => (serial, user.as_deref()),
        };
        let with_prefix = format!("aws:{serial}");
        let mut certainties = [serial, &with_prefix, "AWS"]
            .into_iter()
            .map(|name| certainty_of_name(credential, name))
            .zip((0..).step_by(2));
        let by_name = certainties.find_map(|(certainty, before)| Some(certainty? + before));
        by_name.or_else(|| {
            let holder = holder_in_qr(credential, serial)?;
            let names = [Some(last_part(serial)), user];
            let place = names
                .iter()
                .position(|name| name.is_some_and(|name| name.as_bytes() == holder))?;
            Some(6 + place)
        })
    }

    /// Whether `credential` may be the account, if only its name were that of the user.
    pub fn depends_on_user(&self, credential: &Credential) -> bool {
        match self {
            Self::Device { serial, user: None } => holder_in_qr(credential, serial).is_some(),
            _ => false,
        }
    }

    /// Whether `credential` is one of AWS's that may be the device's under a name of its own: not
    /// one whose name tells another device or another AWS account.
    pub fn is_near_miss(&self, credential: &Credential) -> bool {
        let Self::Device { serial, .. } = self else {
            return false;
        };
        let parts = credential.parts();
        let label = credential.id_without_period().to_ascii_lowercase();
        let of_aws = label.starts_with(b"aws") || label.starts_with(b"amazon");
        let of_a_device = label.windows(5).any(|part| part == b":mfa/");
        of_aws && !of_a_device && fits_account(parts.name, serial)
    }

    /// Names that the user may have meant; all of them if none is near.
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
            Self::Device { serial, .. } => (
                last_part(serial).to_lowercase(),
                label.contains("aws") || label.contains("amazon"),
            ),
        };
        also || label.contains(&text) || strsim::jaro_winkler(&label, &text) > NEAR
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Device { serial, .. } if serial.is_empty() => {
                f.write_str("AWS, and no MFA device is named to look for")
            }
            Self::Device { serial, .. } => write!(f, "of the MFA device {serial}"),
        }
    }
}

/// The whole id, or what follows its period.
fn certainty_of_name(credential: &Credential, name: &str) -> Option<usize> {
    let names = [&credential.id[..], credential.id_without_period()];
    names.iter().position(|one| *one == name.as_bytes())
}

/// USER of an account that AWS's QR code has named, if its ACCOUNT may be that of the device.
fn holder_in_qr<'a>(credential: &'a Credential, serial: &str) -> Option<&'a [u8]> {
    let parts = credential.parts();
    let name = parts.name;
    let named_by_aws = parts.issuer == Some(AWS_ISSUER) && fits_account(name, serial);
    // The user's name may itself have an `@`.
    let end = name.iter().rposition(|byte| *byte == b'@');
    named_by_aws.then(|| &name[..end.unwrap_or(name.len())])
}

/// Whether `USER@ACCOUNT` may belong to the AWS account of the device: ACCOUNT is that account's
/// number, or an alias, which says nothing.
fn fits_account(name: &[u8], serial: &str) -> bool {
    let after_at = name.rsplit(|byte| *byte == b'@').next().unwrap_or(name);
    let is_number = after_at.len() == 12 && after_at.iter().all(u8::is_ascii_digit);
    !is_number || Arn::parse(serial).is_none_or(|arn| arn.account.as_bytes() == after_at)
}

/// The name of the device: the last part of `arn:aws:iam::123456789012:mfa/NAME`, by custom that of
/// its user.
fn last_part(serial: &str) -> &str {
    Arn::parse(serial).map_or(serial, Arn::name)
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
        let certainties = credentials(ids)
            .iter()
            .map(|one| wanted.certainty(one))
            .collect::<Vec<_>>();
        let best = certainties.iter().flatten().min();
        let ids = ids.iter().zip(&certainties);
        ids.filter(|(_, one)| one.is_some() && one.as_ref() == best)
            .map(|(id, _)| (*id).to_owned())
            .collect()
    }

    fn device(serial: &str, user: Option<&str>) -> Wanted {
        Wanted::Device {
            serial: serial.to_owned(),
            user: user.map(str::to_owned),
        }
    }

    fn for_device(ids: &[&str]) -> Vec<String> {
        found(&device(ARN, None), ids)
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
        let wanted = device("arn:aws:iam::1:mfa/alice@corp.com", None);
        let id = "Amazon Web Services:alice@corp.com@prod";
        assert_eq!(found(&wanted, &[id]), [id]);
    }

    #[test]
    fn a_users_name_is_less_certain_than_the_devices() {
        let ids = [
            "Amazon Web Services:dave@example-main",
            "Amazon Web Services:alice@example-main",
        ];
        let wanted = device(ARN, Some("dave"));
        assert_eq!(found(&wanted, &ids), ids[1..]);
        assert_eq!(found(&wanted, &ids[..1]), ids[..1]);
        assert_eq!(for_device(&ids[..1]), [""; 0]);
        assert!(device(ARN, None).depends_on_user(&credentials(&ids)[0]));
        assert!(!wanted.depends_on_user(&credentials(&ids)[0]));
    }

    #[test]
    fn an_account_of_another_aws_account_is_not_taken() {
        let ids = [
            "Amazon Web Services:alice@999999999999",
            "Amazon Web Services:alice@123456789012",
        ];
        assert_eq!(for_device(&ids), ids[1..]);
        assert_eq!(for_device(&ids[..1]), [""; 0]);
    }

    #[test]
    fn near_misses_are_aws_accounts_under_a_name_of_their_own() {
        let wanted = device(ARN, None);
        let is_near_miss = |id: &str| wanted.is_near_miss(&credentials(&[id])[0]);
        for id in [
            "AWS:work",
            "60/aws",
            "Amazon:x",
            "Amazon Web Services:dave@prod",
        ] {
            assert!(is_near_miss(id), "{id}");
        }
        for id in [
            "GitHub:lawson",
            "aws:arn:aws:iam::123456789012:mfa/bob",
            "Amazon Web Services:dave@999999999999",
        ] {
            assert!(!is_near_miss(id), "{id}");
        }
        assert!(!Wanted::Name("x".into()).is_near_miss(&credentials(&["AWS"])[0]));
    }

    #[test]
    fn the_exact_id_is_more_certain_than_one_with_a_period() {
        for ids in [["AWS", "60/AWS"], ["60/AWS", "AWS"]] {
            assert_eq!(found(&Wanted::Name("AWS".into()), &ids), ["AWS"]);
            assert_eq!(for_device(&ids), ["AWS"]);
        }
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
            near(&device(ARN, None), &ids),
            ["AWS:alice", "GitHub:alice", "Amazon:x"]
        );
        assert_eq!(
            near(&Wanted::Name("zzz".into()), &ids[1..3]),
            ["GitHub:alice", "Google:bob"]
        );
    }
}
