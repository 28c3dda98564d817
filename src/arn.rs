//! The fields of an ARN: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, and the partitions of AWS.

/// A part of AWS with users, endpoints and keys of its own.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    Aws,
    China,
    GovCloud,
    /// The isolated ones and the European Sovereign Cloud; their IAM endpoints are not known here.
    Other,
}

impl Partition {
    pub fn of_region(region: &str) -> Self {
        match region {
            _ if region.starts_with("cn-") || region == "aws-cn-global" => Self::China,
            _ if region.starts_with("us-gov-") || region == "aws-us-gov-global" => Self::GovCloud,
            _ if region.starts_with("us-iso") || region.starts_with("eu-isoe-") => Self::Other,
            _ if region.starts_with("eusc-") => Self::Other,
            _ => Self::Aws,
        }
    }

    /// The second field of an ARN.
    pub fn of_arn(arn: &str) -> Self {
        match arn.split(':').nth(1) {
            Some("aws") => Self::Aws,
            Some("aws-cn") => Self::China,
            Some("aws-us-gov") => Self::GovCloud,
            _ => Self::Other,
        }
    }

    /// As it stands in an ARN.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
            Self::Other => "another partition",
        }
    }

    /// The partition's main region: it signs for IAM, which is one service per partition.
    pub fn iam_region(self) -> &'static str {
        match self {
            Self::Aws | Self::Other => "us-east-1",
            Self::China => "cn-north-1",
            Self::GovCloud => "us-gov-west-1",
        }
    }

    /// IAM's endpoint, by the rules of AWS's own SDK for IAM.
    pub fn iam_url(self, fips: bool, dual_stack: bool) -> Option<&'static str> {
        Some(match (self, fips, dual_stack) {
            (Self::Aws, false, false) => "https://iam.amazonaws.com",
            (Self::Aws, true, false) => "https://iam-fips.amazonaws.com",
            (Self::Aws, false, true) => "https://iam.global.api.aws",
            (Self::Aws, true, true) => "https://iam-fips.global.api.aws",
            (Self::China, false, false) => "https://iam.cn-north-1.amazonaws.com.cn",
            (Self::China, true, false) => "https://iam-fips.amazonaws.com.cn",
            (Self::China, false, true) => "https://iam.global.api.amazonwebservices.com.cn",
            (Self::China, true, true) => "https://iam-fips.api.amazonwebservices.com.cn",
            (Self::GovCloud, _, false) => "https://iam.us-gov.amazonaws.com",
            (Self::GovCloud, _, true) => "https://iam.us-gov.api.aws",
            (Self::Other, ..) => return None,
        })
    }
}

/// The account's twelve digits.
pub fn account(arn: &str) -> Option<&str> {
    let account = fields(arn)?.0;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then_some(account)
}

/// The resource's name, without kind and path: `alice` in `user/team/alice`.
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
    fn partitions_are_told_from_regions_and_arns() {
        for (region, partition) in [
            ("eu-west-1", Partition::Aws),
            ("aws-global", Partition::Aws),
            ("aws-us-gov-global", Partition::GovCloud),
            ("aws-cn-global", Partition::China),
            ("us-gov-west-1", Partition::GovCloud),
            ("cn-northwest-1", Partition::China),
            ("us-isob-east-1", Partition::Other),
        ] {
            assert_eq!(Partition::of_region(region), partition, "{region}");
        }
        let arn = "arn:aws-us-gov:iam::123456789012:user/alice";
        assert_eq!(Partition::of_arn(arn), Partition::GovCloud);
        assert_eq!(Partition::of_arn("nonsense"), Partition::Other);
    }

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
