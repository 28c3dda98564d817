//! In which order the sources are tried: what is named most on purpose first.

use crate::cli::Source;
use crate::origin::Origin;
use crate::profile::MfaSettings;

/// The sources in the order in which they are tried.
pub fn order(settings: &MfaSettings) -> Vec<Source> {
    match &settings.sources {
        Some(list) => list.value.clone(),
        None => default_order(settings),
    }
}

/// Without a list: what is named for this run (a flag, a variable), what the profile configures; if
/// that fails, a person is asked, and nothing else computes. Else what is simply there:
/// `~/.aws-mfa`, a YubiKey. The prompt comes last.
fn default_order(settings: &MfaSettings) -> Vec<Source> {
    let process = settings.process.as_ref().map(|process| &process.origin);
    let file = settings.secret_file.as_ref().map(|file| &file.origin);
    let named = [
        (process, Source::Process),
        (file, Source::File),
        (settings.yubikey.origin(), Source::Yubikey),
    ];
    let named = named
        .into_iter()
        .filter_map(|(origin, source)| Some((origin?, source)))
        // A flag or a variable is nearer than a file.
        .min_by_key(|(origin, _)| matches!(origin, Origin::File { .. }));
    match named {
        Some((_, source)) => vec![source, Source::Prompt],
        None => vec![Source::File, Source::Yubikey, Source::Prompt],
    }
}
