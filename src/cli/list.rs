//! The arguments of `awsmfa list`.

use clap::Args;

#[derive(Args)]
pub struct List {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
