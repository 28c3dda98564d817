//! The profile that a login would use.

use super::Sights;
use super::finding::Finding;
use crate::origin::Origin;
use crate::profile::Profile;

const CHECK: &str = "profile";

pub fn check(sights: &Sights<'_>) -> Vec<Finding> {
    match &sights.profile {
        Err(error) => {
            let name = &sights.name.value;
            let by = match &sights.name.origin {
                Origin::Variable(variable) => format!(", named by {variable}"),
                _ => String::new(),
            };
            let finding = Finding::of_error(CHECK, error);
            vec![finding.about(&format!("profile {name}{by}"))]
        }
        Ok(profile) => vec![Finding::ok(CHECK, summary(profile, sights))],
    }
}

/// What a login would use.
fn summary(profile: &Profile, sights: &Sights<'_>) -> String {
    let keys = profile.keys.origin();
    let device = match &profile.mfa_serial {
        Some(serial) => format!("MFA device from {}", serial.origin),
        None => "MFA device looked up at AWS".to_owned(),
    };
    let proven = if sights.is_online {
        ""
    } else {
        " (whether AWS accepts them, --online shows)"
    };
    format!(
        "profile {}: keys from {keys}{proven}, {device}",
        profile.name.value
    )
}
