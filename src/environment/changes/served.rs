//! The environment of a command that gets its credentials from an endpoint, not from variables.

use std::path::Path;

use anyhow::Result;

use super::{Change, read_by_tools, region, settings, sound};
use crate::environment::variables::{INSTEAD_OF_ENDPOINT, REGIONS, VARIABLES};
use crate::environment::{Environment, Setting};
use crate::origin::Sourced;

/// Where a command gets its credentials, and what its profile says to tools.
pub struct Served<'a> {
    /// The variables that point to the endpoint and the socket.
    pub places: &'a [(&'static str, String)],
    /// The directory of the overlay.
    pub overlay: &'a Path,
    pub region: Option<&'a Sourced<String>>,
    pub settings: &'a [Setting],
}

/// The changes for a command that is served: no session, and nothing that a tool would use instead.
///
/// # Errors
/// As for [`super::on`].
pub fn served(served: &Served<'_>, environment: &Environment) -> Result<Vec<Change>> {
    let overlay = read_by_tools(served.overlay, environment)?;
    let is_set =
        |name: &&str| REGIONS.contains(name) || overlay.iter().any(|change| change.name == *name);
    let unset = VARIABLES.into_iter().filter(|name| !is_set(name));
    let unset = unset.chain(INSTEAD_OF_ENDPOINT);
    let mut changes: Vec<_> = unset.map(Change::unset).collect();
    changes.extend(region::changes(served.region, environment));
    changes.extend(settings(served.settings, environment));
    changes.extend(overlay);
    let places = served.places.iter();
    changes.extend(places.map(|(name, value)| Change::set(*name, value)));
    sound(changes)
}
