//! IAM's `ListMFADevices`: the devices of the user whose keys these are; and those of nobody.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>

mod page;

use super::client::Client;
use super::error::{Failure, Kind};
use super::iam::user_name;
use super::iam_action::{IamAction, IamCall};
use crate::credentials::Credentials;
use page::parse_page;

/// A user has at most eight devices, an account some thousands at most; AWS gives a hundred in a page.
const PAGES: usize = 100;

/// The serial numbers of the caller's own MFA devices as AWS gives them, unchecked. Without a session,
/// the long-term keys sign.
pub async fn mfa_devices(
    client: &Client<'_>,
    caller: &str,
    session: Option<&Credentials>,
) -> Result<Vec<String>, Failure> {
    let action = IamAction::ListMfaDevices;
    let user = user_name(caller).map_err(|error| Failure {
        kind: Kind::Other,
        error: error.context(action.could_not()),
    })?;
    list(client, IamCall { action, session }, ("UserName", user)).await
}

/// The serial numbers of the account's virtual devices that belong to no user.
pub async fn unassigned_devices(
    client: &Client<'_>,
    session: Option<&Credentials>,
) -> Result<Vec<String>, Failure> {
    let action = IamAction::ListVirtualMfaDevices;
    let call = IamCall { action, session };
    list(client, call, ("AssignmentStatus", "Unassigned")).await
}

async fn list(
    client: &Client<'_>,
    call: IamCall<'_>,
    of: (&str, &str),
) -> Result<Vec<String>, Failure> {
    let mut devices = Vec::new();
    let mut marker: Option<String> = None;
    for _ in 0..PAGES {
        let mut parameters = vec![of];
        parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let page = client.iam(call, &parameters, parse_page).await?;
        devices.extend(page.serial_numbers);
        marker = page.marker;
        if marker.is_none() {
            break;
        }
    }
    Ok(devices)
}
