//! The command line as data: what was typed. What it means, together with the environment and the
//! profile files, is for `profile` and `plan` to say.

#![expect(clippy::doc_markdown, reason = "these comments are the text of --help")]

pub mod agent;
mod arguments;
pub mod completions;
mod console;
mod deferred;
mod doctor;
mod enroll;
mod examples;
mod list;
mod login;
#[cfg(test)]
mod man_pages;
mod rotate;
mod scrub;
mod ssh_line;
mod usage;
mod words;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use crate::environment::Environment;
use crate::message::Level;
pub use agent::Agent;
pub use arguments::{
    Accounts, Code, Completions, Credentials, Env, Exec, Init, Off, Plan, Ssh, Status,
};
pub use console::Console;
use deferred::Deferred;
pub use doctor::Doctor;
pub use enroll::{Enroll, Place, Resync};
pub use list::List;
use login::Who;
pub use login::{Login, Source};
pub use rotate::Rotate;
pub use scrub::Scrub;
pub use ssh_line::SshLine;
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
    /// Print a profile's credentials for other programs, which run this as their credential_process
    #[command(after_help = examples::CREDENTIALS)]
    Credentials(Credentials),
    /// Show what a login would do, without network: where each value comes from, calls, durations
    #[command(after_help = examples::PLAN)]
    Plan(Deferred<Plan>),
    /// Sign a browser in to the AWS console with the session of a role
    #[command(
        after_help = examples::CONSOLE,
        override_usage = "awsmfa console [OPTIONS] [PROFILE] [SERVICE] [CODE]"
    )]
    Console(Deferred<Console>),
    /// List the profiles: account, role or user, region, where each is defined, which one is held here
    #[command(after_help = examples::LIST)]
    List(List),
    /// Run ssh, and share the agent's sessions with the remote machine while it runs
    #[command(
        after_help = examples::SSH,
        override_usage = "awsmfa ssh [OPTIONS] [OPTION OF SSH]... <HOST> [COMMAND]..."
    )]
    Ssh(Deferred<Ssh>),
    /// Create a virtual MFA device, store its secret on a YubiKey or elsewhere, and enable it
    #[command(after_help = examples::ENROLL)]
    Enroll(Deferred<Enroll>),
    /// Tell AWS by two codes how far the clock of an MFA device is off
    #[command(
        after_help = examples::RESYNC,
        override_usage = "awsmfa resync [OPTIONS] [PROFILE] [CODE NEXT]"
    )]
    Resync(Deferred<Resync>),
    /// Print the current MFA code, for the web console's login form
    #[command(after_help = examples::CODE)]
    Code(Deferred<Code>),
    /// List the OATH accounts on the connected YubiKeys
    #[command(after_help = examples::ACCOUNTS)]
    Accounts(Accounts),
    /// Replace a profile's access key: create a new one, put it into the file, deactivate the old one
    #[command(after_help = examples::ROTATE)]
    Rotate(Deferred<Rotate>),
    /// Show what this terminal holds: profile, account, role, region, key id, MFA device, time left
    #[command(after_help = examples::STATUS)]
    Status(Status),
    /// Find what is wrong before it hurts: profile files, variables, shell set-up; what to type
    #[command(after_help = examples::DOCTOR)]
    Doctor(Doctor),
    /// List and remove the sessions and tokens that other tools have left on disk
    #[command(after_help = examples::SCRUB)]
    Scrub(Scrub),
    /// Keep sessions in memory for all terminals, so that one code a day is enough
    #[command(after_help = examples::AGENT)]
    Agent(Deferred<Agent>),
    /// Print the snippet for the shell's rc file: aws-mfa-on, aws-mfa-off, completions
    #[command(after_help = examples::INIT)]
    Init(Init),
    /// Print the completion script of a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Completions),
}

impl Command {
    /// Whether a shell evaluates what the command prints.
    pub fn is_evaluated(&self) -> bool {
        matches!(self, Self::Env(_) | Self::Off(_))
    }

    /// Whether this program writes to stdout itself, rather than a command that it runs.
    pub fn prints(&self) -> bool {
        match self {
            Self::Exec(exec) => exec.each.is_some(),
            Self::Ssh(_) => false,
            _ => true,
        }
    }

    pub fn level(&self, environment: &Environment) -> Level {
        let who = match self {
            Self::Env(env) => &env.login.who,
            Self::Exec(exec) => &exec.login.who,
            Self::Code(code) => &code.who,
            Self::Console(console) => &console.login.who,
            Self::Plan(plan) => &plan.who,
            Self::Enroll(enroll) => &enroll.who,
            Self::Resync(resync) => &resync.who,
            Self::Rotate(rotate) => &rotate.who,
            Self::Credentials(credentials) => return credentials.level(environment),
            Self::Accounts(_) => &Who::default(),
            _ => return Level::Normal,
        };
        who.level(environment)
    }

    /// The second word of `console` that is no code.
    fn take_service(&mut self) {
        if let Self::Console(console) = self {
            console.service = console.login.who.take_second_profile();
        }
    }

    /// What clap cannot see by itself.
    fn check(&mut self) -> Result<(), clap::Error> {
        match self {
            Self::Resync(resync) => resync
                .take_codes()
                .map_err(|cause| usage::surplus_word(&cause, false)),
            Self::Enroll(enroll) => match enroll.surplus_flag() {
                Some((flag, place)) => Err(usage::flag_of_other_place(flag, place)),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// The words behind the command, and the flag that stands for a code among them.
    fn words_mut(&mut self) -> Option<(&mut Who, &mut Option<String>)> {
        Some(match self {
            Self::Env(args) => args.login.words_mut(),
            Self::Exec(args) => args.login.words_mut(),
            Self::Console(args) => args.login.words_mut(),
            Self::Plan(args) => {
                let Plan { who, code, .. } = &mut **args;
                (who, &mut code.token_code)
            }
            Self::Rotate(args) => {
                let Rotate { who, code, .. } = &mut **args;
                (who, &mut code.token_code)
            }
            Self::Code(args) => {
                let Code { who, code } = &mut **args;
                (who, &mut code.token_code)
            }
            Self::Enroll(args) => {
                let Enroll {
                    who, token_code, ..
                } = &mut **args;
                (who, token_code)
            }
            _ => return None,
        })
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
        cli.command.take_service();
        let is_exec = matches!(cli.command, Command::Exec(_));
        if let Some((who, code)) = cli.command.words_mut() {
            who.assign_words(code)
                .map_err(|cause| usage::surplus_word(&cause, is_exec))?;
        }
        cli.command.check()?;
        if let Command::Ssh(ssh) = &cli.command {
            let line = SshLine::parse(&ssh.words).ok_or_else(usage::no_host)?;
            if line.goes_to_background() {
                return Err(usage::ssh_in_background());
            }
        }
        if let Command::Exec(exec) = &cli.command
            && exec.each.is_some()
        {
            if exec.refresh {
                return Err(usage::refreshed_each());
            }
            let who = &exec.login.who;
            if who.word.is_some() || who.profile.is_some() {
                let cause = "--each names the profiles already";
                return Err(usage::surplus_word(cause, true));
            }
        }
        Ok(cli)
    }
}
