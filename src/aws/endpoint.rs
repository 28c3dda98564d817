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
pub fn sts_region<'a>(region: &'a str, network: &NetworkSettings) -> &'a str {
    let global = network.use_legacy_sts_endpoint
        && !network.use_fips_endpoint
        && !network.use_dualstack_endpoint
        && LEGACY_GLOBAL_STS_REGIONS.contains(&region);
    if global { AWS_GLOBAL } else { region }
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
    fn every_iam_endpoint_is_a_url() {
        for partition in [Partition::Aws, Partition::China, Partition::GovCloud] {
            for (fips, dual_stack) in [(false, false), (false, true), (true, false), (true, true)] {
                let url = partition.iam_url(fips, dual_stack).unwrap();
                assert!(parsed(&sourced(url)).is_ok(), "{url}");
            }
        }
    }
}
