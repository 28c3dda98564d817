//! Whose device it will be, which devices they have already, and what signs the calls.

use anyhow::{Context as _, Result, anyhow};

use super::NO_ENROLMENT;
use crate::aws::{self, Client, Iam, Kind, NewDevice};
use crate::cli::Login;
use crate::context::Context;
use crate::credentials::{Credentials, LongTermKeys};
use crate::login::Logins;
use crate::message::hinted;
use crate::profile::{Profile, gives_codes};

/// A user's devices of any kind.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MOST: usize = 8;

/// The IAM user of the long-term keys.
pub struct Owner<'a> {
    pub client: &'a Client<'a>,
    pub profile: &'a Profile,
    pub keys: &'a LongTermKeys,
    pub arn: String,
    pub name: String,
    /// The serial numbers of their devices, as far as AWS lets them list these.
    pub devices: Vec<String>,
    /// Made with one of these devices. It signs the calls to IAM in place of the keys.
    session: Option<Credentials>,
}

impl<'a> Owner<'a> {
    /// Asks AWS.
    pub async fn find(
        client: &'a Client<'a>,
        profile: &'a Profile,
        keys: &'a LongTermKeys,
    ) -> Result<Self> {
        let arn = aws::caller_identity(client, false).await?;
        let iam = Iam::of(client, &arn).context(NO_ENROLMENT)?;
        let devices = match iam.mfa_devices().await {
            Ok(devices) => devices,
            // Many policies allow this, and not all.
            Err(failure) if failure.kind == Kind::Denied => configured(profile),
            Err(failure) => return Err(failure.error),
        };
        Ok(Self {
            name: iam.user.to_owned(),
            client,
            profile,
            keys,
            arn,
            devices,
            session: None,
        })
    }

    pub fn iam(&self) -> Iam<'_> {
        Iam {
            client: self.client,
            session: self.session.as_ref(),
            user: &self.name,
        }
    }

    /// # Errors
    /// They have as many devices as AWS allows.
    pub fn check_room(&self) -> Result<()> {
        let (count, arn, name) = (self.devices.len(), &self.arn, &self.name);
        if count < MOST {
            return Ok(());
        }
        Err(hinted(
            anyhow!("{arn} has {count} MFA devices, and AWS allows {MOST}"),
            format!(
                "remove one: aws iam deactivate-mfa-device --user-name {name} --serial-number ARN"
            ),
        ))
        .context(NO_ENROLMENT)
    }

    /// The serial number of a virtual device with this name.
    pub fn serial_of(&self, name: &str) -> String {
        let (head, _) = self.arn.split_once(":user/").unwrap_or_default();
        format!("{head}:mfa/{name}")
    }

    pub fn has(&self, device: &NewDevice) -> bool {
        self.devices.contains(&device.serial)
    }

    /// Asks AWS once more. What AWS does not say counts as no.
    pub async fn now_has(&self, device: &NewDevice) -> bool {
        let devices = self.iam().mfa_devices().await;
        devices.is_ok_and(|devices| devices.contains(&device.serial))
    }

    /// Who and which key, in words.
    pub fn words(&self) -> String {
        let LongTermKeys {
            access_key_id,
            origin,
            ..
        } = self.keys;
        format!("{} (access key {access_key_id} from {origin})", self.arn)
    }

    /// The profile for a login with a device that they have; `None` if they have none that gives
    /// codes. AWS asks for such a session before another device is enabled: policies that follow its
    /// samples need it only in part, others throughout.
    pub fn profile_with_device(&self) -> Option<Profile> {
        let devices = self.devices.iter();
        let usable: Vec<_> = devices.filter(|serial| gives_codes(serial)).collect();
        let mut profile = self.profile.clone();
        // Several: the login lets the user choose.
        profile.mfa_serial = profile
            .mfa_serial
            .filter(|serial| usable.contains(&&serial.value));
        profile.roles.clear();
        profile.duration_seconds = None;
        (!usable.is_empty()).then_some(profile)
    }

    /// Gets a session with a device that they have, if they have one.
    pub async fn log_in(&mut self, login: &Login, context: &Context<'_>) -> Result<()> {
        if let Some(profile) = self.profile_with_device() {
            let mut logins = Logins::new(login, context)?;
            let made = Box::pin(logins.log_in(&profile)).await?;
            self.session = Some(made.credentials);
        }
        Ok(())
    }
}

/// What AWS does not list, the profile may know.
fn configured(profile: &Profile) -> Vec<String> {
    let serial = profile.mfa_serial.iter();
    serial.map(|serial| serial.value.clone()).collect()
}
