//! One small file per command; this is the table.

pub mod accounts;
pub mod code;
pub mod completions;
pub mod each;
pub mod env;
pub mod exec;
pub mod init;
pub mod off;
pub mod plan;
mod session;
pub mod status;

use anyhow::Result;
use zeroize::Zeroizing;

use crate::cli::Command;
use crate::environment::Environment;
use crate::message::Messages;
use crate::shell::Shell;
use crate::shell::detect::detect;
use crate::sts::clock::Clock;

/// What a command works with besides its arguments.
pub struct Context<'a> {
    pub environment: &'a Environment,
    pub messages: &'a Messages,
    pub clock: &'a Clock,
    /// Secrets are not printed onto a terminal.
    pub stdout_is_terminal: bool,
    /// For the output of the commands of `exec --each`.
    pub write_line: each::WriteLine,
}

/// What a command leaves behind: the whole of stdout, and whether its answer is yes.
pub struct Output {
    pub text: Zeroizing<String>,
    /// 0; 1 where `status` finds no valid session, which is an answer and no error.
    pub status: u8,
    /// What this process is to become; then nothing is printed.
    pub replacement: Option<std::process::Command>,
    /// The commands of `exec --each`, to be run to their ends; the worst of them is the status.
    pub each: Option<each::Runs>,
}

impl From<Zeroizing<String>> for Output {
    fn from(text: Zeroizing<String>) -> Self {
        Self {
            text,
            status: 0,
            replacement: None,
            each: None,
        }
    }
}

pub async fn run(command: &Command, context: &Context<'_>) -> Result<Output> {
    let shell = |flag: Option<Shell>| detect(flag, context.environment);
    match command {
        Command::Env(args) => Ok(env::run(args, shell(args.evaluated.shell)?, context)
            .await?
            .into()),
        Command::Exec(args) => exec::run(args, context).await,
        Command::Plan(args) => Ok(Zeroizing::new(plan::run(args, context)?).into()),
        Command::Off(args) => {
            Ok(off::run(shell(args.evaluated.shell)?, context.environment).into())
        }
        Command::Code(args) => Ok(code::run(args, context).await?.into()),
        Command::Accounts(args) => Ok(Zeroizing::new(accounts::run(args, context).await?).into()),
        Command::Status(args) => {
            let (text, valid) = status::run(context.environment, context.clock.local(), args.json)?;
            Ok(Output {
                text: Zeroizing::new(text),
                status: u8::from(!valid),
                replacement: None,
                each: None,
            })
        }
        Command::Init(args) => Ok(Zeroizing::new(init::run(args.shell, !args.no_warnings)).into()),
        Command::Completions(args) => Ok(Zeroizing::new(completions::run(args.shell)?).into()),
    }
}
