//! Where the calls go. The SDK knows STS's endpoints (regional, FIPS, dual stack); IAM's are listed
//! here; a custom one has been checked with the profile.

use anyhow::{Result, anyhow};
use aws_sdk_sts::config::Region;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::arn::Partition;
use crate::message::OrHint;
use crate::profile::NetworkSettings;

/// The regions from before 2019, which `sts_regional_endpoints = legacy` sends to STS's global
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

/// Everything but the unreserved characters (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A name or value in a URL or a form.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The region whose STS endpoint is called.
pub fn sts_region(region: &str, network: &NetworkSettings) -> Region {
    let is_global = network.use_legacy_sts_endpoint
        && !network.use_fips_endpoint
        && !network.use_dualstack_endpoint
        && LEGACY_GLOBAL_STS_REGIONS.contains(&region);
    Region::new(if is_global { AWS_GLOBAL } else { region }.to_owned())
}

/// Whether an account has to switch the region on: so it is with all regions of the partition `aws`
/// since 2019.
pub fn is_opt_in_region(region: &str) -> bool {
    let is_older = ["ap-northeast-2", "ap-northeast-3"].contains(&region)
        || LEGACY_GLOBAL_STS_REGIONS.contains(&region);
    let is_region =
        region.split('-').count() == 3 && region.ends_with(|c: char| c.is_ascii_digit());
    is_region && !is_older && Partition::of_region(region) == Partition::AWS
}

/// IAM's URL for the caller's partition, or the custom one.
pub fn iam(partition: Option<Partition>, network: &NetworkSettings) -> Result<String> {
    let (fips, dual_stack) = (network.use_fips_endpoint, network.use_dualstack_endpoint);
    let custom = network.iam_endpoint_url.as_ref();
    custom
        .map(|custom| custom.value.clone())
        .or_else(|| Some(iam_url(partition?.name, fips, dual_stack)?.to_owned()))
        .ok_or_else(|| anyhow!("the IAM endpoint of this partition is not known"))
        .or_hint(|| "set mfa_serial in the profile, or name IAM's endpoint_url")
}

/// The rules of AWS's own SDK for IAM.
fn iam_url(partition: &str, fips: bool, dual_stack: bool) -> Option<&'static str> {
    Some(match (partition, fips, dual_stack) {
        ("aws", false, false) => "https://iam.amazonaws.com",
        ("aws", true, false) => "https://iam-fips.amazonaws.com",
        ("aws", false, true) => "https://iam.global.api.aws",
        ("aws", true, true) => "https://iam-fips.global.api.aws",
        ("aws-cn", false, false) => "https://iam.cn-north-1.amazonaws.com.cn",
        ("aws-cn", true, false) => "https://iam-fips.amazonaws.com.cn",
        ("aws-cn", false, true) => "https://iam.global.api.amazonwebservices.com.cn",
        ("aws-cn", true, true) => "https://iam-fips.api.amazonwebservices.com.cn",
        ("aws-us-gov", _, false) => "https://iam.us-gov.amazonaws.com",
        ("aws-us-gov", _, true) => "https://iam.us-gov.api.aws",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Level, Messages};
    use crate::origin::{Origin, Sourced};
    use crate::profile::warn_of_foreign;

    #[test]
    fn every_iam_endpoint_is_a_url_of_aws() {
        let messages = Messages::new(|note| panic!("{note}"), Level::Normal);
        for partition in ["aws", "aws-cn", "aws-us-gov"] {
            for (fips, dual_stack) in [(false, false), (false, true), (true, false), (true, true)] {
                let url = iam_url(partition, fips, dual_stack).unwrap().to_owned();
                warn_of_foreign(&Sourced::new(url, Origin::Variable("X")), &messages);
            }
        }
    }
}
