//! One small file per command; this is the table.

pub mod accounts;
mod agent;
pub mod child;
mod choice;
pub mod code;
pub mod completions;
mod console;
mod credentials;
mod deposit;
mod doctor;
mod done;
mod each;
mod enroll;
mod env;
mod exec;
mod iam_user;
mod init;
mod list;
mod logged_in;
mod off;
mod plan;
mod refresh;
mod renew;
mod resync;
mod rotate;
mod scrub;
mod serve;
mod ssh;
mod status;
mod target;

use anyhow::Result;

use crate::cli::Command;
use crate::context::Context;
pub use done::Done;

pub fn run(command: &Command, context: &Context<'_>) -> Result<Done> {
    match command {
        Command::Env(args) => env::run(args, context),
        Command::Enroll(args) => enroll::run(args, context),
        Command::Resync(args) => resync::run(args, context),
        Command::Exec(args) => exec::run(args, context),
        Command::Credentials(args) => credentials::run(args, context),
        Command::Plan(args) => plan::run(args, context),
        Command::Console(args) => console::run(args, context),
        Command::List(args) => list::run(args, context),
        Command::Off(args) => off::run(args, context),
        Command::Code(args) => code::run(args, context),
        Command::Ssh(args) => ssh::run(args, context),
        Command::Accounts(args) => accounts::run(args, context),
        Command::Rotate(args) => rotate::run(args, context),
        Command::Scrub(args) => scrub::run(args, context),
        Command::Status(args) => status::run(args, context),
        Command::Doctor(args) => doctor::run(args, context),
        Command::Agent(args) => agent::run(args, context),
        Command::Init(args) => init::run(args, context),
        Command::Completions(args) => completions::run(args, context),
    }
}
