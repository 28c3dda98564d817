//! The arguments of `awsmfa rotate`.

use clap::Args;

use super::login::{CodeFlags, Login, NetworkFlags, Who};

#[derive(Args)]
pub struct Rotate {
    /// Delete the user's other access key instead, if it is inactive: the one that an earlier rotation
    /// has replaced
    #[arg(long)]
    pub delete: bool,
    /// Say what would be done, and do nothing
    #[arg(long, conflicts_with = "delete")]
    pub dry_run: bool,
    /// Print the result as JSON
    #[arg(long, conflicts_with = "dry_run")]
    pub json: bool,
    #[command(flatten)]
    pub who: Who,
    #[command(flatten)]
    pub code: CodeFlags,
    #[command(flatten)]
    pub network: NetworkFlags,
}

impl Rotate {
    /// The same arguments, as a login has them.
    pub fn login(&self) -> Login {
        Login {
            who: self.who.clone(),
            code: self.code.clone(),
            network: self.network.clone(),
            ..Login::default()
        }
    }
}
