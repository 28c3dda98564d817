//! The arguments of `awsmfa scrub`.

use clap::Args;

#[derive(Args)]
pub struct Scrub {
    /// Remove all that are dead, without a question
    #[arg(long, short)]
    pub yes: bool,
    /// Only list them; with --yes, say what it would remove
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON; removes nothing without --yes
    #[arg(long)]
    pub json: bool,
}
