//! ARNs, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, and the partitions of AWS.

/// An ARN, taken apart. Nothing but the number of its fields has been checked.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    pub partition: &'a str,
    pub service: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    /// All that follows the account: `user/team/alice`. It may have colons in it.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// `None` if `text` is not an ARN.
    pub fn parse(text: &'a str) -> Option<Self> {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = fields[..] else {
            return None;
        };
        Some(Self {
            partition,
            service,
            region,
            account,
            resource,
        })
    }

    /// The account's number, if it has twelve digits.
    pub fn account_number(self) -> Option<&'a str> {
        let is_number =
            self.account.len() == 12 && self.account.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(self.account)
    }

    /// The resource's name without kind and path: `alice` in `user/team/alice`.
    pub fn name(self) -> &'a str {
        self.resource.rsplit('/').next().unwrap_or_default()
    }

    /// The name of an IAM user; `None` for everything else.
    pub fn user_name(self) -> Option<&'a str> {
        let is_user = self.resource.starts_with("user/");
        Some(self.name()).filter(|name| is_user && !name.is_empty())
    }
}

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

    /// The partition with this name, an ARN's second field.
    pub fn named(name: &str) -> Self {
        match name {
            "aws" => Self::Aws,
            "aws-cn" => Self::China,
            "aws-us-gov" => Self::GovCloud,
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
        assert_eq!(Partition::named("aws-us-gov"), Partition::GovCloud);
        assert_eq!(Partition::named("nonsense"), Partition::Other);
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
            let account = Arn::parse(arn).and_then(Arn::account_number);
            assert_eq!(account, expected, "{arn}");
        }
    }

    #[test]
    fn a_name_is_the_last_part() {
        for (arn, expected) in [
            ("arn:aws:iam::123456789012:role/team/dev", Some("dev")),
            ("arn:aws:iam::123456789012:root", Some("root")),
            ("123456", None),
            ("arn:aws:iam::123456789012", None),
        ] {
            assert_eq!(Arn::parse(arn).map(Arn::name), expected, "{arn}");
        }
    }

    #[test]
    fn only_users_have_a_user_name() {
        for (resource, expected) in [
            ("user/alice", Some("alice")),
            (
                "user/division/sub/alice@example.com",
                Some("alice@example.com"),
            ),
            ("user/", None),
            ("root", None),
            ("assumed-role/admin/alice", None),
        ] {
            let arn = format!("arn:aws:iam::123456789012:{resource}");
            let name = Arn::parse(&arn).and_then(Arn::user_name);
            assert_eq!(name, expected, "{arn}");
        }
    }
}
