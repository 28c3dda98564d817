//! The command line as data: what was typed, not yet what is meant.

use std::time::Duration;
use std::path::PathBuf;

use clap::Args;

use crate::mfa::Source;

/// Flags of a login, shared by `env` and the commands that come after it.
#[derive(Args, Debug, Default)]
pub struct Login {
    /// positional words: a word of exactly six digits is the code, anything else the profile
    pub words: Vec<String>,
    #[arg(long)]
    pub profile: Option<String>,
    #[arg(long, short = 'c')]
    pub token_code: Option<String>,
    #[arg(long)]
    pub mfa_serial: Option<String>,
    /// seconds
    #[arg(long)]
    pub duration: Option<u64>,
    #[arg(long)]
    pub region: Option<String>,
    #[arg(long, value_delimiter = ',')]
    pub source: Option<Vec<Source>>,
    #[arg(long)]
    pub secret_file: Option<PathBuf>,
    #[arg(skip)]
    pub connect_timeout: Option<Duration>,
    #[arg(skip)]
    pub timeout: Option<Duration>,
    #[arg(long)]
    pub force: bool,
}
