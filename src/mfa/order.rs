//! In which order the sources are tried, and what each of them needs.

use crate::cli::Source;
use crate::origin::Origin;
use crate::profile::MfaSettings;

/// The configured list. Without one, the source that a flag, a variable or the profile configures,
/// then the prompt; if none is configured, `~/.aws-mfa`, a YubiKey, the prompt.
pub fn order(settings: &MfaSettings) -> Vec<Source> {
    if let Some(list) = &settings.sources {
        return list.value.clone();
    }
    let process = settings.process.as_ref().map(|process| &process.origin);
    let file = settings.secret_file.as_ref().map(|file| &file.origin);
    let configured = [
        (process, Source::Process),
        (file, Source::File),
        (settings.yubikey.origin(), Source::Yubikey),
    ];
    let nearest = configured
        .into_iter()
        .filter_map(|(origin, source)| Some((origin?, source)))
        // A flag or a variable is nearer than a file.
        .min_by_key(|(origin, _)| matches!(origin, Origin::File { .. }));
    match nearest {
        Some((_, source)) => vec![source, Source::Prompt],
        None => vec![Source::File, Source::Yubikey, Source::Prompt],
    }
}

impl Source {
    /// What the source needs to give a code, and where that is configured; for `awsmfa plan`, which
    /// tries no source.
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
                // The command itself may contain the secret.
                Some(command) => format!("the command to succeed ({})", command.origin),
                None => "mfa_process in the profile, which is not set".to_owned(),
            },
        }
    }
}
