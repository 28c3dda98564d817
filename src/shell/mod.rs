//! Shell code: quoting and rendering per dialect, and the snippets.

pub mod detect;

use zeroize::Zeroizing;

/// The dialects that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    /// dash, ksh, busybox and POSIX mode
    Sh,
}
