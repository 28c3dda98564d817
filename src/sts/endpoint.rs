//! Where the calls go: custom endpoints checked, partitions, and IAM's endpoints. STS's own are
//! the SDK's rules (regional, FIPS, dual stack).

use anyhow::{Context as _, Result, anyhow};
use http::Uri;

use crate::message::OrHint;
use crate::origin::Sourced;
use crate::profile::NetworkSettings;

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
    fn iam_url(self, fips: bool, dual_stack: bool) -> Option<&'static str> {
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

/// The regions of before 2019, which `sts_regional_endpoints = legacy` sends to STS's global
/// endpoint: botocore's `LEGACY_GLOBAL_STS_REGIONS`.
const LEGACY_GLOBAL_STS_REGIONS: [&str; 16] = [
    AWS_GLOBAL,
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The pseudo region of `sts.amazonaws.com`, which is signed for as us-east-1.
const AWS_GLOBAL: &str = "aws-global";

/// The region whose endpoint STS is asked at.
pub fn sts_region<'a>(region: &'a Sourced<String>, network: &NetworkSettings) -> Result<&'a str> {
    let region = checked_region(region)?;
    let global = network.use_legacy_sts_endpoint
        && !network.use_fips_endpoint
        && !network.use_dualstack_endpoint
        && LEGACY_GLOBAL_STS_REGIONS.contains(&region);
    Ok(if global { AWS_GLOBAL } else { region })
}

/// IAM's URL for the caller's partition, or the custom one.
pub fn iam(partition: Partition, network: &NetworkSettings) -> Result<Uri> {
    if let Some(custom) = &network.iam_endpoint_url {
        return parsed(custom);
    }
    let url = partition.iam_url(network.use_fips_endpoint, network.use_dualstack_endpoint);
    url.and_then(|url| url.parse().ok())
        .ok_or_else(|| anyhow!("the IAM endpoint of this partition is not known"))
        .or_hint(|| "set mfa_serial in the profile, or name IAM's endpoint_url".to_owned())
}

/// A custom endpoint, which the profile has checked.
pub fn parsed(custom: &Sourced<String>) -> Result<Uri> {
    let url = custom.value.parse();
    url.with_context(|| format!("{} is not a URL", custom.origin))
}

/// A region's name becomes part of a host name: letters, digits and hyphens.
fn checked_region(region: &Sourced<String>) -> Result<&str> {
    let name = region.value.as_str();
    let sound = (1..=63).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if sound {
        return Ok(name);
    }
    Err(anyhow!(
        "{name:?} (from {}) is not the name of a region",
        region.origin
    ))
    .or_hint(|| "a region looks like eu-west-1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

    fn sourced(value: &str) -> Sourced<String> {
        Sourced {
            value: value.to_owned(),
            origin: Origin::Variable("AWS_ENDPOINT_URL"),
        }
    }

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
    fn regions_must_fit_into_a_host_name() {
        for good in ["eu-west-1", "aws-global", "x"] {
            assert!(checked_region(&sourced(good)).is_ok(), "{good}");
        }
        for bad in [
            "",
            "eu_west_1",
            "-a",
            "a-",
            "a.b",
            "a/b",
            "é",
            &"a".repeat(64),
        ] {
            assert!(checked_region(&sourced(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_iam_endpoint_is_a_url() {
        for partition in [Partition::Aws, Partition::China, Partition::GovCloud] {
            for (fips, dual_stack) in [(false, false), (false, true), (true, false), (true, true)] {
                let url = partition.iam_url(fips, dual_stack).unwrap();
                assert!(parsed(&sourced(url)).is_ok(), "{url}");
            }
        }
    }
}
