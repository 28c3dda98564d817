//! The arguments of `awsmfa agent`.

use clap::{Args, Subcommand, ValueHint};

use super::completions;
use super::examples;
use crate::duration;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Agent {
    #[command(flatten)]
    pub lifetime: Lifetime,
    /// Started by another awsmfa, which waits for a line.
    #[arg(long, hide = true)]
    pub detached: bool,
    #[command(subcommand)]
    pub action: Option<Action>,
}

#[derive(Args, Clone, Copy, Default)]
pub struct Lifetime {
    /// End after this long without a request: 2h, 30m
    #[arg(long, value_name = "TIME", value_parser = duration::parse, value_hint = ValueHint::Other)]
    pub idle: Option<u64>,
    /// End when the last session does
    #[arg(long)]
    pub until_empty: bool,
}

#[derive(Subcommand)]
pub enum Action {
    /// Start an agent in the background, unless one runs already
    #[command(after_help = examples::AGENT_START)]
    Start(Lifetime),
    /// Show what the agent holds: profile, MFA device, role, time left
    #[command(after_help = examples::AGENT_STATUS)]
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make the agent forget the sessions of a profile's user, or all
    #[command(after_help = examples::AGENT_FORGET)]
    Forget {
        /// The profile [default: all sessions]
        #[arg(value_name = "PROFILE", add = completions::profiles())]
        profile: Option<String>,
    },
    /// Make the agent forget all sessions and end
    #[command(after_help = examples::AGENT_STOP)]
    Stop,
}
