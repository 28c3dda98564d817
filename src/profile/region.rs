//! The region of the STS call and the one that `on` exports.

use anyhow::Result;

use super::settings::{REGION, Settings};
use crate::arn::{Arn, Partition};
use crate::environment::REGIONS;
use crate::files::refusal::refused;
use crate::origin::{Origin, Sourced};

/// `--region`, else the profile's, else its source's: what `on` exports if the terminal has none.
pub fn of_session(settings: &Settings<'_>) -> Result<Option<Sourced<String>>> {
    let flag = settings.login.session.region.as_deref();
    if flag.is_none() {
        check_terminal(settings)?;
    }
    settings.text(&REGION, flag).map(checked).transpose()
}

/// What the terminal says goes into the session. Refused here, it costs no code.
fn check_terminal(settings: &Settings<'_>) -> Result<()> {
    let regions = REGIONS.iter().filter_map(|name| settings.variable(&[name]));
    let odd = |region: &Sourced<&str>| region.value.chars().any(char::is_control);
    regions.filter(odd).try_for_each(|region| {
        Err(refused(
            &region,
            format!("has a control character: {:?}", region.value),
            "the output of a command may end with a newline: set the variable without it",
        ))
    })
}

/// If nothing else names one, the partition of `arn` (the MFA serial's, or a role's) decides.
pub fn of_call(
    session: Option<&Sourced<String>>,
    arn: Option<Arn<'_>>,
    settings: &Settings<'_>,
) -> Result<Sourced<String>> {
    if let Some(region) = session {
        return Ok(region.clone());
    }
    // What an earlier `on` took from another profile is not the user's choice for this one.
    let set_by_on = settings.environment.get("AWSMFA_REGION");
    let mut regions = REGIONS.iter().filter_map(|name| settings.variable(&[name]));
    let region = regions.find(|region| Some(region.value) != set_by_on);
    region.map_or_else(|| Ok(of_partition(arn)), checked)
}

fn of_partition(arn: Option<Arn<'_>>) -> Sourced<String> {
    let partition = arn.and_then(Partition::of_arn).unwrap_or(Partition::AWS);
    let rule = if partition == Partition::AWS {
        "the default"
    } else {
        "the partition of the role or the MFA device"
    };
    Sourced::new(partition.main_region.to_owned(), Origin::Rule(rule))
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
    let is_capital = |b: u8| !name.contains('-') && b.is_ascii_uppercase();
    let allowed =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || is_capital(b);
    let is_label = (1..=63).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.starts_with('-')
        && !name.ends_with('-');
    let why = match (is_label, is_zone(name)) {
        (true, false) => return Ok(region.owned()),
        (true, true) => format!("is an availability zone, not a region: {name}"),
        (false, _) => format!("is not the name of a region: {name:?}"),
    };
    Err(refused(
        &region,
        why,
        "regions look like eu-central-1, without the letter of a zone",
    ))
}

/// `us-east-1a`, `us-east-1-bos-1a`, and the id of a zone, `use1-az1`.
fn is_zone(name: &str) -> bool {
    let Some((before, last)) = name.rsplit_once('-') else {
        return false;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let without_letter = last.strip_suffix(|c: char| c.is_ascii_lowercase());
    let is_name = before.contains('-') && without_letter.is_some_and(is_number);
    is_name || last.strip_prefix("az").is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zones_are_told_from_regions() {
        for (name, zone) in [
            ("us-east-1a", true),
            ("us-gov-west-1b", true),
            ("us-west-2-lax-1a", true),
            ("us-east-1-wl1-bos-wlz-1a", true),
            ("use1-az1", true),
            ("eu-west-1", false),
            ("us-gov-west-1", false),
            ("aws-global", false),
            ("us-east-1-fips", false),
            ("minio", false),
            ("region1a", false),
        ] {
            assert_eq!(is_zone(name), zone, "{name}");
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
