//! One small file per command; this is the table.

pub mod accounts;
pub mod code;
pub mod completions;
pub mod each;
pub mod env;
pub mod exec;
pub mod init;
mod logged_in;
pub mod off;
mod outcome;
pub mod plan;
mod session;
pub mod status;

use anyhow::Result;
use zeroize::Zeroizing;

use crate::cli::Command;
use crate::context::Context;
use crate::shell::Shell;
use crate::shell::detect::detect;
pub use outcome::{Outcome, Output, wait_for};

pub fn run<'a>(command: &'a Command, context: &'a Context<'_>) -> Result<Outcome<'a>> {
    let shell = |flag: Option<Shell>| detect(flag, context.environment);
    Ok(match command {
        Command::Env(args) => env::run(args, shell(args.evaluated.shell)?, context)?,
        Command::Exec(args) => exec::run(args, context)?,
        Command::Plan(args) => Zeroizing::new(plan::run(args, context)?).into(),
        Command::Off(args) => off::run(shell(args.evaluated.shell)?, context.environment).into(),
        Command::Code(args) => Outcome::work(async {
            let code = code::run(args, context).await?;
            Ok(code.into())
        }),
        Command::Accounts(args) => Outcome::work(async {
            let accounts = accounts::run(args, context).await?;
            Ok(Zeroizing::new(accounts).into())
        }),
        Command::Status(args) => {
            let (text, valid) = status::run(context.environment, context.clock.local(), args.json)?;
            let output = Output {
                status: u8::from(!valid),
                ..Zeroizing::new(text).into()
            };
            output.into()
        }
        Command::Init(args) => Zeroizing::new(init::run(args.shell, !args.no_warnings)).into(),
        Command::Completions(args) => Zeroizing::new(completions::run(args.shell)?).into(),
    })
}
