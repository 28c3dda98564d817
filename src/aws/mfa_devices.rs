//! IAM's `ListMFADevices`: the devices of the user whose keys these are; and those of nobody.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>

mod page;

use super::error::Failure;
use super::iam::Iam;
use super::iam_action::IamAction;
use page::parse_page;

/// A user has at most eight devices, an account some thousands at most; AWS gives a hundred in a page.
const PAGES: usize = 100;

impl Iam<'_> {
    /// The serial numbers of the user's own MFA devices as AWS gives them, unchecked.
    pub async fn mfa_devices(self) -> Result<Vec<String>, Failure> {
        let of = ("UserName", self.user);
        self.list(IamAction::ListMfaDevices, of).await
    }

    /// The serial numbers of the account's virtual devices that belong to no user.
    pub async fn unassigned_devices(self) -> Result<Vec<String>, Failure> {
        let of = ("AssignmentStatus", "Unassigned");
        self.list(IamAction::ListVirtualMfaDevices, of).await
    }

    async fn list(self, action: IamAction, of: (&str, &str)) -> Result<Vec<String>, Failure> {
        let mut devices = Vec::new();
        let mut marker: Option<String> = None;
        for _ in 0..PAGES {
            let mut parameters = vec![of];
            parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
            let page = self.call(action, &parameters, parse_page).await?;
            devices.extend(page.serial_numbers);
            marker = page.marker;
            if marker.is_none() {
                break;
            }
        }
        Ok(devices)
    }
}
