//! The ARN of a role.

use anyhow::{Result, anyhow};

use crate::arn::Arn;
use crate::files::stray;
use crate::message::OrHint;
use crate::origin::Sourced;

/// `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, 20 to 2048 characters.
pub fn checked(arn: Sourced<&str>) -> Result<Sourced<String>> {
    let (value, origin) = (arn.value, &arn.origin);
    if value.len() <= 2048 && Arn::parse(value).is_some_and(is_role) {
        return Ok(arn.map(str::to_owned));
    }
    Err(anyhow!("{origin} is not the ARN of a role: {value:?}")).or_hint(|| {
        stray::hint(value, || {
            "a role's ARN looks like arn:aws:iam::123456789012:role/NAME".to_owned()
        })
    })
}

fn is_role(arn: Arn<'_>) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    let in_partition = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    let path_and_name = arn.resource.strip_prefix("role/").unwrap_or_default();
    arn.partition.starts_with("aws")
        && arn.partition.bytes().all(in_partition)
        && (arn.service, arn.region) == ("iam", "")
        && arn.account_number().is_some()
        && !arn.name().is_empty()
        && !path_and_name.is_empty()
        && path_and_name.chars().all(in_name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::origin::Origin;

    #[test]
    fn what_is_the_arn_of_a_role() {
        let sourced = |arn| Sourced::new(arn, Origin::Flag("--role-arn"));
        for arn in [
            "arn:aws:iam::123456789012:role/deploy",
            "arn:aws-cn:iam::000000000000:role/path/to/De.p+l=o,y@x-1_",
        ] {
            assert!(checked(sourced(arn)).is_ok(), "{arn}");
        }
        for arn in [
            "",
            "deploy",
            "arn:aws:iam::123456789012:user/alice",
            "arn:aws:sts::123456789012:assumed-role/deploy/me",
            "arn:aws:iam::12345678901:role/x",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a b",
            "arn:aws:iam::123456789012:role/a\u{1b}",
            "arn:aws:iam:us-east-1:123456789012:role/x",
        ] {
            let error = checked(sourced(arn)).unwrap_err().to_string();
            assert!(
                error.contains("--role-arn is not the ARN of a role"),
                "{error}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_for_an_arn_is_one(arn in "arn:aws(-cn|-us-gov|-[a-z]{0,4})?:iam::[0-9]{11,13}:role/([a-zA-Z+=,.@_/-]|\\PC){0,12}|\\PC{0,40}") {
            if checked(Sourced::new(&arn, Origin::Flag("--role-arn"))).is_ok() {
                let parts: Vec<_> = arn.splitn(6, ':').collect();
                prop_assert!(parts[0] == "arn" && parts[2] == "iam" && parts[3].is_empty());
                prop_assert!(parts[4].len() == 12 && parts[4].bytes().all(|b| b.is_ascii_digit()));
                prop_assert!(parts[5].starts_with("role/"));
                prop_assert!(arn.bytes().all(|b| b.is_ascii_graphic()));
            }
        }
    }
}
