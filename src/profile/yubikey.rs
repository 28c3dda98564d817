//! What a profile says of the YubiKey that its codes come from.

use crate::origin::{Origin, Sourced};

/// What the profile, a variable or a flag says about the YubiKey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// `--yubikey-account`, `AWSMFA_YUBIKEY_ACCOUNT`, `mfa_yubikey_account`.
    pub account: Option<Sourced<String>>,
    /// `--yubikey-serial`, `AWSMFA_YUBIKEY_SERIAL`, `mfa_yubikey_serial`.
    pub serial: Option<Sourced<String>>,
    /// `mfa_yubikey_password_process`: a command for `/bin/sh -c`.
    pub password_process: Option<Sourced<String>>,
}

impl Settings {
    /// Who has said that the code comes from a YubiKey, if anybody has.
    pub fn origin(&self) -> Option<&Origin> {
        let settings = [&self.account, &self.serial, &self.password_process];
        let origins = settings
            .into_iter()
            .flatten()
            .map(|setting| &setting.origin);
        origins.min_by_key(|origin| matches!(origin, Origin::File { .. }))
    }
}
