//! The region variables.

use super::Change;
use crate::environment::Environment;
use crate::environment::variables::{DEFAULT_REGION, OWN_REGION, REGION, REGIONS};
use crate::origin::{Origin, Sourced};

/// The region variables: `--region`, else what the terminal has (one copied to the other), else
/// the profile's, else neither.
pub fn changes(chosen: Option<&Sourced<String>>, environment: &Environment) -> Vec<Change> {
    let own = environment.own_region();
    let (region, default) = (environment.get(REGION), environment.get(DEFAULT_REGION));
    let terminal = region.or(default);
    if let Some(either) = terminal.filter(|_| own.is_none() && by_flag(chosen).is_none()) {
        return vec![
            Change::set(REGION, region.unwrap_or(either)),
            Change::set(DEFAULT_REGION, default.unwrap_or(either)),
            Change::unset(OWN_REGION),
        ];
    }
    let region = chosen.map(|chosen| chosen.value.as_str());
    let mut changes = vec![Change::to(OWN_REGION, region)];
    if region.is_some() || own.is_some() {
        changes.extend(REGIONS.map(|name| Change::to(name, region)));
    }
    changes
}

/// The changes that `--region` asks for if the session is kept: none if both variables have it.
pub fn region_by_flag(chosen: Option<&Sourced<String>>, environment: &Environment) -> Vec<Change> {
    match by_flag(chosen) {
        Some(flag) if !environment.has_region(flag) => changes(chosen, environment),
        _ => Vec::new(),
    }
}

fn by_flag(chosen: Option<&Sourced<String>>) -> Option<&str> {
    let flag = chosen.filter(|chosen| matches!(chosen.origin, Origin::Flag(_)))?;
    Some(&flag.value)
}
