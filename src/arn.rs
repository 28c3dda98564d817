//! The fields of an ARN: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.

/// The account's twelve digits.
pub fn account(arn: &str) -> Option<&str> {
    let account = fields(arn)?.0;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then_some(account)
}

/// What stands behind the resource's kind and path: `alice` in `user/team/alice`.
pub fn name(arn: &str) -> Option<&str> {
    fields(arn)?.1.rsplit('/').next()
}

fn fields(arn: &str) -> Option<(&str, &str)> {
    let mut fields = arn.strip_prefix("arn:")?.splitn(5, ':').skip(3);
    Some((fields.next()?, fields.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_twelve_digits() {
        for (arn, expected) in [
            (
                "arn:aws:iam::123456789012:user/a:b/alice",
                Some("123456789012"),
            ),
            (
                "arn:aws-us-gov:sts::000000000001:assumed-role/dev/x",
                Some("000000000001"),
            ),
            ("arn:aws:iam::1:mfa/alice", None),
            ("arn:aws:iam::١٢٣٤٥٦:mfa/alice", None),
            ("GAHT12345678", None),
            ("arn:aws:iam", None),
        ] {
            assert_eq!(account(arn), expected, "{arn}");
        }
    }

    #[test]
    fn a_name_is_the_last_part() {
        for (arn, expected) in [
            ("arn:aws:iam::123456789012:role/team/dev", Some("dev")),
            ("arn:aws:iam::123456789012:root", Some("root")),
            ("123456", None),
        ] {
            assert_eq!(name(arn), expected, "{arn}");
        }
    }
}
