//! The partitions of AWS: what is asked of one is of no use in another.

use anyhow::{Result, anyhow};

use super::role::Role;
use crate::arn::{Arn, Partition};
use crate::message::OrHint;
use crate::origin::Sourced;

/// A role belongs to one partition of AWS, and only keys and endpoints of that one reach it.
pub fn check(
    roles: &[Role],
    mfa_serial: Option<&Sourced<String>>,
    region: &Sourced<String>,
) -> Result<()> {
    for role in roles {
        let partition = Arn::parse(&role.role_arn.value).map_or("", |arn| arn.partition);
        let other = match mfa_serial
            .and_then(|serial| Some((serial, Arn::parse(&serial.value)?.partition)))
        {
            Some((serial, of_serial)) if of_serial != partition => {
                Some((of_serial, &serial.origin))
            }
            _ => Some((Partition::of_region(&region.value).name(), &region.origin))
                .filter(|(name, _)| *name != partition && known(name) && known(partition)),
        };
        if let Some((other, origin)) = other {
            return Err(anyhow!(
                "the role {} ({}) is in the partition {partition}, and {origin} is in {other}",
                role.role_arn.value,
                role.role_arn.origin
            ))
            .or_hint(|| "name a role, a device and a region of the same partition".to_owned());
        }
    }
    Ok(())
}

/// The partitions whose regions are told from their names.
fn known(partition: &str) -> bool {
    ["aws", "aws-cn", "aws-us-gov"].contains(&partition)
}
