//! The virtual MFA devices of the account.

use super::super::constraints::Parameters;
use super::super::directory::Device;
use super::super::errors::Refusal;
use super::super::http::escape;
use super::super::state::{Caller, State};
use super::policy::check;

/// The account's virtual devices. A page has all of them.
pub fn list(state: &State, caller: &Caller, parameters: &Parameters) -> Result<String, Refusal> {
    check(state, caller, "ListVirtualMFADevices", "*")?;
    let status = parameters.get("AssignmentStatus").unwrap_or("Any");
    let unassigned = &state.options.unassigned_devices;
    let is_listed = |device: &&Device| {
        let is_it = |other: &Device| other.serial_number == device.serial_number;
        let is_assigned = !unassigned.iter().any(is_it);
        device.serial_number.contains(":mfa/")
            && match status {
                "Unassigned" => !is_assigned,
                "Assigned" => is_assigned,
                _ => true,
            }
    };
    let members = state.devices().filter(is_listed).map(|device| {
        let serial = escape(&device.serial_number);
        format!("<member><SerialNumber>{serial}</SerialNumber></member>")
    });
    Ok(format!(
        "<VirtualMFADevices>{}</VirtualMFADevices><IsTruncated>false</IsTruncated>",
        members.collect::<String>()
    ))
}
