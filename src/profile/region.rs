//! The region of the STS call and the one that `on` exports.

use anyhow::{Result, anyhow};

use super::chain::Chain;
use crate::arn::Arn;
use crate::cli::Login;
use crate::environment::Environment;
use crate::files::stray;
use crate::message::OrHint;
use crate::origin::{Origin, Sourced};

/// `--region`, else the profile's, else its source's: what `on` exports where the terminal has none.
pub fn of_session(chain: &Chain<'_>, login: &Login) -> Result<Option<Sourced<String>>> {
    let flag = login
        .session
        .region
        .as_deref()
        .filter(|region| !region.is_empty());
    let region = flag
        .map(|region| Sourced::new(region, Origin::Flag("--region")))
        .or_else(|| chain.inherited("region"));
    region.map(checked).transpose()
}

/// Where nobody says, the partition of `arn` (the MFA serial's, or a role's) decides.
pub fn of_call(
    session: Option<&Sourced<String>>,
    arn: Option<Arn<'_>>,
    environment: &Environment,
) -> Result<Sourced<String>> {
    if let Some(region) = session {
        return Ok(region.clone());
    }
    // What an earlier `on` took from another profile is not the user's choice for this one.
    let set_by_on = environment.get("AWSMFA_REGION");
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(value) = environment
            .get(variable)
            .filter(|value| Some(*value) != set_by_on)
        {
            return checked(Sourced::new(value, Origin::Variable(variable)));
        }
    }
    Ok(of_partition(arn))
}

fn of_partition(arn: Option<Arn<'_>>) -> Sourced<String> {
    let (region, rule) = match arn.map(|arn| arn.partition) {
        Some("aws-us-gov") => ("us-gov-west-1", "the partition aws-us-gov"),
        Some("aws-cn") => ("cn-north-1", "the partition aws-cn"),
        Some("aws-eusc") => ("eusc-de-east-1", "the partition aws-eusc"),
        Some("aws-iso") => ("us-iso-east-1", "the partition aws-iso"),
        Some("aws-iso-b") => ("us-isob-east-1", "the partition aws-iso-b"),
        Some("aws-iso-e") => ("eu-isoe-west-1", "the partition aws-iso-e"),
        Some("aws-iso-f") => ("us-isof-south-1", "the partition aws-iso-f"),
        _ => ("us-east-1", "the default"),
    };
    Sourced::new(region.to_owned(), Origin::Rule(rule))
}

/// `us-east-1-fips` and `fips-us-east-1` are the region and the wish for its FIPS endpoint, as
/// botocore reads them (`_normalize_fips_region`).
pub fn without_fips(region: &Sourced<String>) -> Result<(Sourced<String>, bool)> {
    let real = region.value.replace("fips-", "").replace("-fips", "");
    let is_fips = real != region.value;
    let real = Sourced::new(real.as_str(), region.origin.clone());
    Ok((checked(real)?, is_fips))
}

/// A region becomes a part of a host name: this check is the only one.
fn checked(region: Sourced<&str>) -> Result<Sourced<String>> {
    let name = region.value;
    // AWS's names have hyphens and no capitals; other services have a RegionOne.
    let capitals = !name.contains('-');
    let letters = name.bytes().all(|b| {
        b.is_ascii_lowercase()
            || b.is_ascii_digit()
            || b == b'-'
            || capitals && b.is_ascii_uppercase()
    });
    if name.is_empty()
        || !letters
        || name.len() > 63
        || name.starts_with('-')
        || name.ends_with('-')
    {
        return Err(anyhow!(
            "{} is not the name of a region: {name:?}",
            region.origin
        ))
        .or_hint(|| stray::hint(name, || "regions look like eu-central-1".to_owned()));
    }
    if let Some(of_zone) = region_of_zone(name) {
        return Err(anyhow!(
            "{} is an availability zone, not a region: {name}",
            region.origin
        ))
        .or_hint(|| format!("the zone's region is {of_zone}"));
    }
    if is_zone_id(name) {
        return Err(anyhow!(
            "{} is the id of an availability zone, not a region: {name}",
            region.origin
        ))
        .or_hint(|| "regions look like eu-central-1".to_owned());
    }
    Ok(region.map(str::to_owned))
}

/// `use1-az1`.
fn is_zone_id(name: &str) -> bool {
    let number = name.rsplit_once("-az").map_or("", |(_, number)| number);
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// `us-east-1` for the zones `us-east-1a` and `us-east-1-bos-1a`: no region ends in a letter.
fn region_of_zone(name: &str) -> Option<String> {
    name.strip_suffix(|c: char| c.is_ascii_lowercase())?
        .strip_suffix(|c: char| c.is_ascii_digit())?;
    let is_number = |part: &str| part.bytes().next().is_some_and(|b| b.is_ascii_digit());
    let parts: Vec<&str> = name.split('-').collect();
    let number = parts
        .iter()
        .position(|part| is_number(part))
        .filter(|at| *at >= 2)?;
    let digits = parts[number].trim_end_matches(|c: char| c.is_ascii_lowercase());
    Some(format!("{}-{digits}", parts[..number].join("-")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zones_are_told_from_regions() {
        for (name, region) in [
            ("us-east-1a", Some("us-east-1")),
            ("ap-northeast-2d", Some("ap-northeast-2")),
            ("us-gov-west-1b", Some("us-gov-west-1")),
            ("us-west-2-lax-1a", Some("us-west-2")),
            ("us-east-1-wl1-bos-wlz-1a", Some("us-east-1")),
            ("eu-west-1", None),
            ("us-gov-west-1", None),
            ("aws-global", None),
            ("us-east-1-fips", None),
            ("minio", None),
            ("region1a", None),
        ] {
            assert_eq!(region_of_zone(name).as_deref(), region, "{name}");
        }
    }

    #[test]
    fn capitals_are_for_regions_of_other_services() {
        let is_region = |name| checked(Sourced::new(name, Origin::Flag("--region"))).is_ok();
        assert!(is_region("RegionOne") && is_region("GRA"));
        assert!(!is_region("US-EAST-1") && !is_region("EU/1"));
    }

    proptest! {
        /// It becomes a part of a host name that the request is sent to.
        #[test]
        fn no_region_leads_to_another_host(name in "[a-z0-9.@:/#?-]{0,20}|[a-z0-9-]{0,70}|\\PC{0,20}") {
            if let Ok(region) = checked(Sourced::new(&name, Origin::Flag("--region"))) {
                let host = format!("sts.{}.amazonaws.com", region.value);
                let label = |label: &str| {
                    (1..=63).contains(&label.len())
                        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                        && !label.starts_with('-')
                        && !label.ends_with('-')
                };
                prop_assert!(host.split('.').count() == 4 && host.split('.').all(label), "{host}");
            }
        }
    }
}
