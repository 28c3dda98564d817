//! In which order the sources are tried, and where the code of each comes from.

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

/// Where the code of `source` comes from, in words: `the secret in ~/.aws-mfa`. Reads nothing. The
/// command of `mfa_process` is not shown, because it may contain the secret.
pub fn origin_of_code(source: Source, settings: &MfaSettings) -> String {
    let (what, origin) = match source {
        Source::Prompt => ("the code that you type".to_owned(), None),
        Source::Process => {
            let origin = settings.process.as_ref().map(|command| &command.origin);
            ("the code that mfa_process prints".to_owned(), origin)
        }
        Source::File => match &settings.secret_file {
            Some(file) => (
                format!("the secret in {}", file.value.display()),
                Some(&file.origin),
            ),
            None => ("the secret in ~/.aws-mfa".to_owned(), None),
        },
        Source::Yubikey => match &settings.yubikey.account {
            Some(name) => (
                format!("the YubiKey's account {}", name.value),
                Some(&name.origin),
            ),
            None => ("the YubiKey's account for the device".to_owned(), None),
        },
    };
    match origin {
        Some(origin) => format!("{what} (from {origin})"),
        None => what,
    }
}
