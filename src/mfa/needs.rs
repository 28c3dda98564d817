//! What each source of codes would need: for `awsmfa plan`, which tries none of them.

use crate::cli::Source;
use crate::profile::MfaSettings;

impl Source {
    /// In the user's words, with where the setting comes from. Reads nothing.
    pub fn needs(self, settings: &MfaSettings) -> String {
        match self {
            Self::Prompt => "a terminal to ask on".to_owned(),
            Self::File => match &settings.secret_file {
                Some(file) => format!("the file {} ({})", file.value.display(), file.origin),
                None => "the file ~/.aws-mfa, if it is there".to_owned(),
            },
            Self::Yubikey => match &settings.yubikey.account {
                Some(account) => format!(
                    "a YubiKey with the account {} ({})",
                    account.value, account.origin
                ),
                None => "a YubiKey with an account for the device".to_owned(),
            },
            Self::Process => match &settings.process {
                // Its text may hold the secret.
                Some(command) => format!("the command to succeed ({})", command.origin),
                None => "mfa_process in the profile, which is not set".to_owned(),
            },
        }
    }
}
