//! In which order the sources are tried, and where the code of each comes from.

use crate::cli::Source;
use crate::origin::{Origin, Sourced};
use crate::profile::MfaSettings;

/// The configured list. Without one, the source that a flag, a variable or the profile configures,
/// then the prompt; if none is configured, `~/.aws-mfa`, a YubiKey, the prompt.
pub fn order(settings: &MfaSettings) -> Vec<Source> {
    if let Some(list) = &settings.sources {
        return list.value.clone();
    }
    match settings.configured {
        Some(source) => vec![source, Source::Prompt],
        None => vec![Source::File, Source::Yubikey, Source::Prompt],
    }
}

/// Where the code of `source` comes from, in words: `the secret in ~/.aws-mfa`. Reads nothing. A
/// command is not shown, because it may contain the secret.
pub fn origin_of_code(source: Source, settings: &MfaSettings) -> String {
    let file = settings.secret_file.as_ref();
    let account = settings.yubikey.account.as_ref();
    let (what, origin) = match source {
        Source::Prompt => ("the code that you type".to_owned(), None),
        Source::File => (
            file.map_or("the secret in ~/.aws-mfa".to_owned(), |file| {
                format!("the secret in {}", file.value.display())
            }),
            origin(file),
        ),
        Source::SecretProcess => (
            "the secret that mfa_secret_process prints".to_owned(),
            origin(settings.secret_process.as_ref()),
        ),
        Source::Yubikey => (
            account.map_or("the YubiKey's account for the device".to_owned(), |name| {
                format!("the YubiKey's account {}", name.value)
            }),
            origin(account),
        ),
        Source::Process => (
            "the code that mfa_process prints".to_owned(),
            origin(settings.process.as_ref()),
        ),
    };
    match origin {
        Some(origin) => format!("{what} (from {origin})"),
        None => what,
    }
}

fn origin<T>(setting: Option<&Sourced<T>>) -> Option<&Origin> {
    setting.map(|setting| &setting.origin)
}
