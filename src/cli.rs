//! The command line as data: what was typed. What it means, together with the environment and the
//! profile files, is for `profile` and `plan` to say.

#![expect(clippy::doc_markdown, reason = "these comments are the text of --help")]

pub mod completions;
mod deferred;
mod examples;
mod login;
#[cfg(test)]
mod man_pages;
mod usage;
mod words;

use std::ffi::OsString;

use clap::builder::{NonEmptyStringValueParser, Resettable};
use clap::{Args, Parser, Subcommand};

use crate::environment::Environment;
use crate::message::Level;
use crate::shell::Shell;
use deferred::Deferred;
pub use login::{CodeFlags, Login, NetworkFlags, SessionFlags, Source, Who, YubikeyFlags};
pub use usage::Usage;
pub use words::six_digits;

/// Puts an MFA-authenticated AWS session into the current terminal, and nowhere else
#[derive(Parser)]
#[command(
    name = "awsmfa",
    version,
    arg_required_else_help = true,
    max_term_width = 80,
    after_help = examples::AWSMFA
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Log in and print shell code that sets the session, for eval or source
    #[command(after_help = examples::ENV)]
    Env(Deferred<Env>),
    /// Print shell code that removes the session and puts back what was there before
    #[command(after_help = examples::OFF)]
    Off(Off),
    /// Run one command with the session: awsmfa exec dev -- aws s3 ls
    #[command(after_help = examples::EXEC)]
    Exec(Deferred<Exec>),
    /// Show what a login would do, without network: where each value comes from, calls, durations
    #[command(after_help = examples::PLAN)]
    Plan(Deferred<Plan>),
    /// Print the current MFA code, for the web console's login form
    #[command(after_help = examples::CODE)]
    Code(Deferred<Code>),
    /// List the OATH accounts on the connected YubiKeys
    #[command(after_help = examples::ACCOUNTS)]
    Accounts(Accounts),
    /// Show what this terminal holds: profile, account, role, region, key id, MFA device, time left
    #[command(after_help = examples::STATUS)]
    Status(Status),
    /// Print the snippet for the shell's rc file, which defines aws-mfa-on and aws-mfa-off
    #[command(after_help = examples::INIT)]
    Init(Init),
    /// Print the completion script of a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Completions),
}

#[derive(Args)]
pub struct Env {
    #[command(flatten)]
    pub evaluated: Evaluated,
    /// Print the session even to a terminal
    #[arg(long)]
    pub print: bool,
    #[command(flatten)]
    pub login: Login,
}

#[derive(Args)]
pub struct Exec {
    /// Run the command once for each of these profiles, names or patterns such as 'acme-*', with one
    /// code per user; exit with the worst status
    #[arg(long, value_name = "PROFILE,…", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub each: Option<Vec<String>>,
    /// With --each: how many run at the same time
    #[arg(long, value_name = "N", default_value_t = 1, requires = "each", value_parser = parallel)]
    pub parallel: usize,
    /// With --each: start no more once a command has failed
    #[arg(long, requires = "each")]
    pub fail_fast: bool,
    #[command(flatten)]
    pub login: Login,
    /// The command and its arguments, after `--`
    #[arg(last = true, required = true, help_heading = Resettable::Reset, value_name = "COMMAND", value_hint = clap::ValueHint::AnyPath)]
    pub command: Vec<OsString>,
}

#[derive(Args)]
pub struct Plan {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub who: Who,
    #[command(flatten)]
    pub session: SessionFlags,
    #[command(flatten)]
    pub code: CodeFlags,
}

impl Plan {
    /// The same, said to a login.
    pub fn login(&self) -> Login {
        Login {
            who: self.who.clone(),
            session: self.session.clone(),
            code: self.code.clone(),
            network: NetworkFlags::default(),
        }
    }
}

#[derive(Args)]
pub struct Off {
    #[command(flatten)]
    pub evaluated: Evaluated,
}

#[derive(Args)]
pub struct Code {
    #[command(flatten)]
    pub who: Who,
    #[command(flatten)]
    pub code: CodeFlags,
}

impl Code {
    /// The same, said to a login.
    pub fn login(&self) -> Login {
        Login {
            who: self.who.clone(),
            code: self.code.clone(),
            ..Login::default()
        }
    }
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
        let who = Who {
            profile: self.profile.clone(),
            ..Who::default()
        };
        let yubikey = YubikeyFlags {
            yubikey_serial: self.yubikey_serial.clone(),
            ..YubikeyFlags::default()
        };
        let code = CodeFlags {
            yubikey,
            ..CodeFlags::default()
        };
        Login {
            who,
            code,
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
    /// bash, zsh, fish, or sh for dash, ksh, busybox and POSIX mode
    #[arg(value_enum, hide_possible_values = true)]
    pub shell: Shell,
    /// Leave out the lines before the prompt that say when the session ends or `AWS_PROFILE` names
    /// another profile
    #[arg(long)]
    pub no_warnings: bool,
}

#[derive(Args)]
pub struct Completions {
    /// bash, zsh, fish, elvish or powershell
    #[arg(value_enum, hide_possible_values = true)]
    pub shell: completions::Shell,
}

/// For commands whose output a shell evaluates.
#[derive(Args)]
pub struct Evaluated {
    /// The shell that will evaluate the output: bash, zsh, fish, sh (dash, ksh, busybox, POSIX mode)
    /// [default: detected] [env: AWSMFA_SHELL]
    #[arg(long, value_enum, hide_possible_values = true)]
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

    /// Whether this program writes to stdout itself, rather than a command that it runs.
    pub fn prints(&self) -> bool {
        !matches!(self, Self::Exec(exec) if exec.each.is_none())
    }

    pub fn level(&self, environment: &Environment) -> Level {
        let who = match self {
            Self::Env(env) => &env.login.who,
            Self::Exec(exec) => &exec.login.who,
            Self::Code(code) => &code.who,
            Self::Plan(plan) => &plan.who,
            Self::Accounts(_) => &Who::default(),
            _ => return Level::Normal,
        };
        who.level(environment)
    }

    /// The words behind the command, and the flag that a code among them answers.
    fn words_mut(&mut self) -> Option<(&mut Who, &mut Option<String>)> {
        let (who, code) = match self {
            Self::Env(env) => env.login.words_mut(),
            Self::Exec(exec) => exec.login.words_mut(),
            Self::Plan(plan) => {
                let Plan { who, code, .. } = &mut **plan;
                (who, code)
            }
            Self::Code(code) => {
                let Code { who, code } = &mut **code;
                (who, code)
            }
            _ => return None,
        };
        Some((who, &mut code.token_code))
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
        let is_exec = matches!(cli.command, Command::Exec(_));
        if let Some((who, code)) = cli.command.words_mut() {
            who.assign_words(code)
                .map_err(|cause| usage::surplus_word(&cause, is_exec))?;
        }
        if let Command::Exec(exec) = &cli.command
            && exec.each.is_some()
            && (exec.login.who.word.is_some() || exec.login.who.profile.is_some())
        {
            return Err(usage::surplus_word(
                "--each names the profiles already",
                true,
            ));
        }
        Ok(cli)
    }
}
