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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The second field of its ARNs.
    pub name: &'static str,
    /// How the names of its regions begin.
    prefix: &'static str,
    /// The region that is asked if no other is named. It also signs for IAM.
    pub main_region: &'static str,
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
const PARTITIONS: [Partition; 8] = [
    Partition::new("aws-cn", "cn-", "cn-north-1"),
    Partition::new("aws-us-gov", "us-gov-", "us-gov-west-1"),
    Partition::new("aws-eusc", "eusc-", "eusc-de-east-1"),
    Partition::new("aws-iso", "us-iso-", "us-iso-east-1"),
    Partition::new("aws-iso-b", "us-isob-", "us-isob-east-1"),
    Partition::new("aws-iso-e", "eu-isoe-", "eu-isoe-west-1"),
    Partition::new("aws-iso-f", "us-isof-", "us-isof-south-1"),
    Partition::AWS,
];

impl Partition {
    /// The one that most users are in, and every region whose name tells no other.
    pub const AWS: Self = Self::new("aws", "", "us-east-1");

    const fn new(name: &'static str, prefix: &'static str, main_region: &'static str) -> Self {
        Self {
            name,
            prefix,
            main_region,
        }
    }

    pub fn of_region(region: &str) -> Self {
        let is_global = |one: &Self| region.strip_suffix("-global") == Some(one.name);
        let mut all = PARTITIONS.into_iter();
        all.find(|one| region.starts_with(one.prefix) || is_global(one))
            .unwrap_or(Self::AWS)
    }

    /// What the console's hosts end with: `console.DOMAIN` and `signin.DOMAIN`. `None` if it is not
    /// known. (From AWS's documentation and other tools; only `aws` is known to be tried by many.)
    pub fn console_domain(self) -> Option<&'static str> {
        Some(match self.name {
            "aws" => "aws.amazon.com",
            "aws-us-gov" => "amazonaws-us-gov.com",
            "aws-cn" => "amazonaws.cn",
            "aws-eusc" => "amazonaws-eusc.eu",
            _ => return None,
        })
    }

    /// Whether the host signs in to the console of some partition.
    pub fn is_sign_in_host(host: &str) -> bool {
        let mut domains = PARTITIONS.into_iter().filter_map(Self::console_domain);
        domains.any(|domain| {
            let host = host
                .strip_suffix(domain)
                .and_then(|rest| rest.strip_suffix('.'));
            host.is_some_and(|host| host == "signin" || host.ends_with(".signin"))
        })
    }

    /// The partition of an ARN; `None` if it is not known here.
    pub fn of_arn(arn: Arn<'_>) -> Option<Self> {
        PARTITIONS.into_iter().find(|one| one.name == arn.partition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_told_from_regions_and_arns() {
        for (region, partition) in [
            ("eu-west-1", "aws"),
            ("aws-global", "aws"),
            ("aws-us-gov-global", "aws-us-gov"),
            ("aws-cn-global", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("cn-northwest-1", "aws-cn"),
            ("us-isob-east-1", "aws-iso-b"),
        ] {
            assert_eq!(Partition::of_region(region).name, partition, "{region}");
        }
        for partition in PARTITIONS {
            assert_eq!(Partition::of_region(partition.main_region), partition);
            let arn = format!("arn:{}:iam::123456789012:user/alice", partition.name);
            let arn = Arn::parse(&arn).unwrap();
            assert_eq!(Partition::of_arn(arn), Some(partition));
        }
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
