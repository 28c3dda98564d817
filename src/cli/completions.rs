//! What the command line says about completion: for which shells, and the candidates for a profile.

use clap_complete::{ArgValueCandidates, CompletionCandidate};

use crate::environment::Environment;
use crate::files::Files;

/// The shells that have a completion script; one of them has no snippet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    #[value(alias = "nushell")]
    Nu,
    Elvish,
    Xonsh,
    Powershell,
}

/// The candidates for an argument that takes a profile: those of the user's files, read when the
/// cursor is on such an argument. Files that cannot be read have none: nothing can be said in the
/// middle of a TAB.
pub fn profiles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let environment = Environment::read();
        let names = Files::read(&environment).profile_names().into_iter();
        names.map(CompletionCandidate::new).collect()
    })
}
