//! Where the calls go. STS's endpoints follow from the SDK's rules (regional, FIPS, dual stack); a
//! custom one has been checked with the profile.

use anyhow::{Result, anyhow};
use aws_config::Region;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

use crate::arn::Partition;
use crate::message::OrHint;
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

/// Everything but RFC 3986's unreserved characters: what a URL or a form has to escape.
pub const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The region whose endpoint STS is asked at.
pub fn sts_region(region: &str, network: &NetworkSettings) -> Region {
    let is_global = network.use_legacy_sts_endpoint
        && !network.use_fips_endpoint
        && !network.use_dualstack_endpoint
        && LEGACY_GLOBAL_STS_REGIONS.contains(&region);
    Region::new(if is_global { AWS_GLOBAL } else { region }.to_owned())
}

/// IAM's URL for the caller's partition, or the custom one.
pub fn iam(partition: Partition, network: &NetworkSettings) -> Result<String> {
    let url = partition.iam_url(network.use_fips_endpoint, network.use_dualstack_endpoint);
    let custom = network.iam_endpoint_url.as_ref();
    custom
        .map(|custom| custom.value.clone())
        .or_else(|| url.map(str::to_owned))
        .ok_or_else(|| anyhow!("the IAM endpoint of this partition is not known"))
        .or_hint(|| "set mfa_serial in the profile, or name IAM's endpoint_url".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn every_iam_endpoint_is_a_url() {
        for partition in [Partition::Aws, Partition::China, Partition::GovCloud] {
            for (fips, dual_stack) in [(false, false), (false, true), (true, false), (true, true)] {
                let url = partition.iam_url(fips, dual_stack).unwrap();
                assert!(url.parse::<http::Uri>().is_ok(), "{url}");
            }
        }
    }
}
