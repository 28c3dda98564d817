//! In which order the sources are tried: what is named most on purpose first.

use crate::mfa::Source;
use crate::profile::{MfaSettings, Origin};

/// The sources in the order in which they are tried.
pub fn order(settings: &MfaSettings) -> Vec<Source> {
    match &settings.sources {
        Some(list) => list.value.clone(),
        None => default_order(settings),
    }
}

/// Without a list: what is named for this run (a flag, a variable), what the profile configures,
/// then what is simply there: `~/.aws-mfa`, a YubiKey. The prompt comes last.
fn default_order(settings: &MfaSettings) -> Vec<Source> {
    let process = settings.process.as_ref().map(|process| &process.origin);
    let file = settings.secret_file.as_ref().map(|file| &file.origin);
    let mut sources = [
        (certainty(process), Source::Process),
        (certainty(file), Source::File),
        (certainty(settings.yubikey.origin()), Source::Yubikey),
        (UNNAMED + 1, Source::Prompt),
    ];
    sources.sort_by_key(|(certainty, _)| *certainty);
    // What is named gives the code or fails: without a list nothing comes after it.
    let named = sources[0].0 < UNNAMED;
    let tried = if named { &sources[..1] } else { &sources };
    tried.iter().map(|(_, source)| *source).collect()
}

/// The certainty of what is simply there.
const UNNAMED: u8 = 2;

/// 0 for the most certain.
fn certainty(origin: Option<&Origin>) -> u8 {
    match origin {
        Some(Origin::File { .. }) => 1,
        Some(_) => 0,
        None => UNNAMED,
    }
}
