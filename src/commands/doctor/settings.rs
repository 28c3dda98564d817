//! Settings that other tools stumble over.

use super::Setup;
use super::finding::Finding;
use crate::aws::is_opt_in_region;
use crate::environment::REGIONS;
use crate::files::section::Section;

const CHECK: &str = "settings";

const LEGACY: &str = "AWS_STS_REGIONAL_ENDPOINTS";

pub fn check(setup: &Setup<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in &setup.sections {
        findings.extend(login_session(section));
        findings.extend(legacy_endpoint(section, setup));
    }
    findings.extend(legacy_variable(setup));
    findings
}

/// Found by users of tools with their own, older boto3.
fn login_session(section: &Section<'_>) -> Option<Finding> {
    let line = section.get("login_session")?;
    let name = shell_escape::escape(section.name.profile()?.into());
    Some(Finding::warning(
        CHECK,
        format!(
            "{}: boto3 without botocore[crt], and older tools, fail with this profile",
            line.origin
        ),
        format!(
            "eval \"$(aws configure export-credentials --profile {name} --format env)\" for those, or delete the line after aws logout --profile {name}"
        ),
    ))
}

/// A token of STS's global endpoint is refused in the regions that an account has to switch on.
fn legacy_endpoint(section: &Section<'_>, setup: &Setup<'_>) -> Option<Finding> {
    let legacy = section.get("sts_regional_endpoints")?;
    let name = section.name.profile()?;
    let own = setup.files.sections(name);
    let own = own.iter().find_map(|section| section.get("region"));
    let own = own.map(|region| region.value);
    let region = own
        .into_iter()
        .chain(of_terminal(setup))
        .find(|region| is_opt_in_region(region));
    region.filter(|_| legacy.value == "legacy").map(|region| {
        Finding::warning(
            CHECK,
            format!(
                "{} is legacy: {region} refuses tokens of STS's global endpoint",
                legacy.origin
            ),
            "delete the line: regional is the default",
        )
    })
}

fn legacy_variable(setup: &Setup<'_>) -> Option<Finding> {
    setup
        .context
        .environment
        .get(LEGACY)
        .filter(|value| *value == "legacy")?;
    let own = setup.profile.as_ref().ok();
    let own = own.map(|profile| profile.region.value.as_str());
    let mut regions = own.into_iter().chain(of_terminal(setup));
    regions
        .find(|region| is_opt_in_region(region))
        .map(|region| {
            Finding::warning(
                CHECK,
                format!("{LEGACY} is legacy: {region} refuses tokens of STS's global endpoint"),
                setup.unset(&[LEGACY]),
            )
        })
}

fn of_terminal<'a>(setup: &'a Setup<'_>) -> impl Iterator<Item = &'a str> {
    let environment = setup.context.environment;
    REGIONS.iter().filter_map(|name| environment.get(name))
}
