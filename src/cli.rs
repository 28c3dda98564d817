//! The command line as data: what was typed. What it means, together with the environment and the
//! profile files, is for `profile` and `plan` to say.

#![expect(clippy::doc_markdown, reason = "these comments are the text of --help")]

mod deferred;
mod login;
#[cfg(test)]
mod man_pages;
mod usage;

use std::ffi::OsString;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand};

use crate::commands::completions;
use crate::environment::Environment;
use crate::message::Level;
use crate::shell::Shell;
use deferred::Deferred;
pub use login::Login;
use login::twice;
pub use usage::Usage;

/// Puts an MFA-authenticated AWS session into the current terminal, and nowhere else
#[derive(Parser)]
#[command(
    name = "awsmfa",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Log in and print shell code that sets the session, for eval or source
    Env(Deferred<Env>),
    /// Print shell code that removes the session and puts back what was there before
    Off(Off),
    /// Run one command with the session: awsmfa exec dev -- aws s3 ls
    ///
    /// The terminal stays as it is. Signals and the exit status are the command's own; 127 when it is
    /// not found, 126 when it cannot be run.
    Exec(Deferred<Exec>),
    /// Show what a login would do, without network: where each value comes from, calls, durations
    Plan(Deferred<Plan>),
    /// Print the current MFA code, for the web console's login form
    ///
    /// Nothing is asked of AWS, and no keys are needed. The seconds that the code is good for are said
    /// on stderr; with less than a second left, the next code is waited for.
    Code(Deferred<Code>),
    /// List the OATH accounts on the YubiKeys that are there
    ///
    /// A star marks the account that the profile would use.
    Accounts(Accounts),
    /// Show what this terminal holds: profile, account, role, region, key id, MFA device, time left
    ///
    /// The exit status is 0 while a session is valid, 1 otherwise.
    Status(Status),
    /// Print the snippet for the shell's rc file: eval "$(awsmfa init bash)"
    ///
    /// It defines aws-mfa-on and aws-mfa-off (in sh: awsmfa_on and awsmfa_off with aliases).
    Init(Init),
    /// Print the completion script of a shell
    Completions(Completions),
}

#[derive(Args)]
pub struct Env {
    #[command(flatten)]
    pub login: Login,
    #[command(flatten)]
    pub evaluated: Evaluated,
    /// Print the session even onto a terminal
    #[arg(long)]
    pub print: bool,
}

#[derive(Args)]
pub struct Exec {
    #[command(flatten)]
    pub login: Login,
    /// Run it once for each of these profiles, names or patterns such as 'acme-*', with one code per
    /// user; the status is the worst one
    #[arg(long, value_name = "PROFILE,…", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub each: Option<Vec<String>>,
    /// With --each: how many run at the same time
    #[arg(long, value_name = "N", default_value_t = 1, requires = "each", value_parser = parallel)]
    pub parallel: usize,
    /// With --each: start no more after one that failed
    #[arg(long, requires = "each")]
    pub fail_fast: bool,
    /// The command and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = clap::ValueHint::CommandWithArguments)]
    pub command: Vec<OsString>,
}

#[derive(Args)]
pub struct Plan {
    #[command(flatten)]
    pub login: Login,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct Off {
    #[command(flatten)]
    pub evaluated: Evaluated,
}

#[derive(Args)]
pub struct Code {
    #[command(flatten)]
    pub login: Login,
}

#[derive(Args)]
pub struct Accounts {
    /// The profile [default: AWS_PROFILE, AWS_DEFAULT_PROFILE, AWSMFA_PROFILE, "default"]
    #[arg(long, short = 'p', value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub profile: Option<String>,
    /// List only this YubiKey: its serial number or OATH device id [env: AWSMFA_YUBIKEY_SERIAL]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new())]
    pub yubikey_serial: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Accounts {
    /// The same, said to a login.
    pub fn login(&self) -> Login {
        Login {
            profile: self.profile.clone(),
            yubikey_serial: self.yubikey_serial.clone(),
            ..Login::default()
        }
    }
}

#[derive(Args)]
pub struct Status {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct Init {
    #[arg(value_enum)]
    pub shell: Shell,
    /// Leave out the lines before the prompt when the session is about to end and when it is over
    #[arg(long)]
    pub no_warnings: bool,
}

#[derive(Args)]
pub struct Completions {
    #[arg(value_enum)]
    pub shell: completions::Shell,
}

/// For commands whose output a shell evaluates.
#[derive(Args)]
pub struct Evaluated {
    /// The shell that will evaluate the output [default: detected] [env: AWSMFA_SHELL]
    #[arg(long, value_enum)]
    pub shell: Option<Shell>,
}

/// 1 to 1000.
fn parallel(text: &str) -> Result<usize, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=1000).contains(number));
    number.ok_or_else(|| "a number from 1 to 1000 is needed".to_owned())
}

impl Command {
    /// Whether a shell evaluates what the command prints.
    pub fn is_evaluated(&self) -> bool {
        matches!(self, Self::Env(_) | Self::Off(_))
    }

    /// Whether stdout is this program's and not that of a command which it becomes.
    pub fn prints(&self) -> bool {
        !matches!(self, Self::Exec(exec) if exec.each.is_none())
    }

    pub fn level(&self, environment: &Environment) -> Level {
        match self {
            Self::Env(env) => env.login.level(environment),
            Self::Exec(exec) => exec.login.level(environment),
            Self::Code(code) => code.login.level(environment),
            Self::Plan(plan) => plan.login.level(environment),
            Self::Accounts(accounts) => accounts.login().level(environment),
            _ => Level::Normal,
        }
    }

    /// What the command was told of a login.
    fn login_mut(&mut self) -> Option<&mut Login> {
        match self {
            Self::Env(env) => Some(&mut env.login),
            Self::Exec(exec) => Some(&mut exec.login),
            Self::Plan(plan) => Some(&mut plan.login),
            Self::Code(code) => Some(&mut code.login),
            _ => None,
        }
    }
}

impl Cli {
    /// Parses the process's arguments.
    pub fn from_arguments() -> Result<Self, Usage> {
        let arguments: Vec<_> = std::env::args_os().collect();
        Self::parse_words(&arguments).map_err(|error| Usage::new(error, &arguments))
    }

    fn parse_words(arguments: &[OsString]) -> Result<Self, clap::Error> {
        let mut cli = Self::try_parse_from(arguments)?;
        if let Some(login) = cli.command.login_mut() {
            login.assign_words()?;
        }
        if let Command::Exec(exec) = &cli.command
            && exec.each.is_some()
            && (exec.login.word.is_some() || exec.login.profile.is_some())
        {
            return Err(twice("profile"));
        }
        Ok(cli)
    }
}
