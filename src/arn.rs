//! The fields of an ARN: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.

/// The account's twelve digits.
pub fn account(arn: &str) -> Option<&str> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then_some(account)
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
}
