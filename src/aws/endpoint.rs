//! Where the calls go: custom endpoints checked, and IAM's endpoints. STS's own are
//! the SDK's rules (regional, FIPS, dual stack).

use anyhow::{Context as _, Result, anyhow};
use http::Uri;

use crate::arn::Partition;
use crate::message::OrHint;
use crate::origin::Sourced;
use crate::profile::NetworkSettings;

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
