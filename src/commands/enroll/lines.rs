//! The lines of the profile that a login with the new device needs.

use anyhow::Result;

use super::place::Prepared;
use crate::mfa::CodeRequest;
use crate::origin::Origin;
use crate::printable::json;
use crate::profile::Profile;

/// Keys and values.
pub struct Lines(Vec<(&'static str, String)>);

impl Lines {
    /// `request` has the settings of the profile. The device comes last.
    pub fn new(serial: &str, place: &Prepared, request: &CodeRequest<'_>) -> Self {
        let mut lines: Vec<_> = place.source(request).into_iter().collect();
        lines.extend(place.setting(serial));
        lines.push(("mfa_serial", serial.to_owned()));
        Self(lines)
    }

    pub fn text(&self, as_json: bool) -> Result<String> {
        if as_json {
            let object: serde_json::Map<_, _> = (self.0.iter())
                .map(|(key, value)| ((*key).to_owned(), value.as_str().into()))
                .collect();
            return Ok(json(&object)?);
        }
        let lines = self
            .0
            .iter()
            .map(|(key, value)| format!("{key} = {value}\n"));
        Ok(lines.collect())
    }

    /// Where they belong, in words.
    pub fn where_to(&self, profile: &Profile) -> String {
        let noun = if self.0.len() == 1 {
            "this line"
        } else {
            "these lines"
        };
        let place = match profile.keys.origin() {
            origin @ Origin::File { .. } => format!("below {origin}"),
            _ => format!("to the profile {} in ~/.aws/config", profile.name.value),
        };
        match &profile.mfa_serial {
            Some(old) => format!("add {noun} {place}, in place of {}", old.origin),
            None => format!("add {noun} {place}"),
        }
    }
}
