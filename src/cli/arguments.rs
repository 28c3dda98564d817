//! The arguments of each command.

#![expect(clippy::doc_markdown, reason = "these comments are the text of --help")]

use std::ffi::OsString;

use clap::builder::{NonEmptyStringValueParser, Resettable};
use clap::{Args, ValueHint};

use super::completions;
use super::login::{AgentFlags, CodeFlags, Login, SessionFlags, Who};
use crate::duration;
use crate::environment::Environment;
use crate::message::Level;
use crate::shell::Shell;

#[derive(Args)]
pub struct Env {
    #[command(flatten)]
    pub evaluated: Evaluated,
    /// Print the session even to a terminal
    #[arg(long)]
    pub print: bool,
    /// Renew the role's session of `__awsmfa_request`: for the prompt of `init --renew`.
    #[arg(long, hide = true)]
    pub renew: bool,
    /// Let tools use every profile in this terminal, by --profile and AWS_PROFILE, without another
    /// code; until aws-mfa-off
    #[arg(long)]
    pub profiles: bool,
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
    /// With --each: start no more commands once one has failed
    #[arg(long, requires = "each")]
    pub fail_fast: bool,
    /// Stay beside the command and give it credentials that renew themselves for as long as the base
    /// session lasts
    #[arg(long)]
    pub refresh: bool,
    #[command(flatten)]
    pub login: Login,
    /// The command and its arguments, after `--`
    #[arg(last = true, required = true, help_heading = Resettable::Reset, value_name = "COMMAND", value_hint = clap::ValueHint::AnyPath)]
    pub command: Vec<OsString>,
}

#[derive(Args)]
pub struct Ssh {
    /// Share these profiles, which must have roles [default: AWS_PROFILE, AWS_DEFAULT_PROFILE,
    /// AWSMFA_PROFILE, "default"]
    #[arg(long, value_name = "PROFILE,…", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub profile: Option<Vec<String>>,
    /// End the share after this time even if ssh goes on: 2h, 90m [default: it ends with ssh]
    #[arg(long = "for", value_name = "DURATION", value_parser = duration::parse, value_hint = ValueHint::Other)]
    pub seconds: Option<u64>,
    /// What ssh gets: its options, the host and a command [default: a login shell]
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub words: Vec<OsString>,
}

#[derive(Args)]
pub struct Credentials {
    /// The profile
    #[arg(value_name = "PROFILE", value_parser = NonEmptyStringValueParser::new(), add = completions::profiles())]
    pub profile: String,
    /// How long to wait for AWS, and for a login in another terminal if there is none here to ask on: 20s, 0s
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration::parse, value_hint = ValueHint::Other)]
    pub wait: u64,
    /// Say where the credentials come from [env: AWSMFA_VERBOSE=1]
    #[arg(long, short)]
    pub verbose: bool,
    #[command(flatten)]
    pub agent: AgentFlags,
}

impl Credentials {
    /// Other programs may show what they read from stderr.
    pub fn level(&self, environment: &Environment) -> Level {
        if self.verbose || environment.is_on("AWSMFA_VERBOSE") {
            Level::Verbose
        } else {
            Level::Quiet
        }
    }
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
    /// The same arguments, as a login has them.
    pub fn login(&self) -> Login {
        Login {
            who: self.who.clone(),
            session: self.session.clone(),
            code: self.code.clone(),
            ..Login::default()
        }
    }
}

#[derive(Args)]
pub struct Off {
    #[command(flatten)]
    pub evaluated: Evaluated,
    /// Make the agent forget its sessions, too
    #[arg(long)]
    pub all: bool,
}

#[derive(Args)]
pub struct Code {
    #[command(flatten)]
    pub who: Who,
    #[command(flatten)]
    pub code: CodeFlags,
}

impl Code {
    /// The same arguments, as a login has them.
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
    /// The same arguments, as a login has them.
    pub fn login(&self) -> Login {
        let mut login = Login::default();
        login.who.profile.clone_from(&self.profile);
        let serial = &mut login.code.yubikey.yubikey_serial;
        serial.clone_from(&self.yubikey_serial);
        login
    }
}

#[derive(Args)]
pub struct Status {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Say when the agent's session ends, if that is soon: for the prompt.
    #[arg(long, hide = true)]
    pub agent_end: bool,
}

#[derive(Args)]
pub struct Init {
    /// bash, zsh, fish, nu, elvish, xonsh, or sh for dash, ksh, busybox and POSIX mode
    #[arg(value_enum, hide_possible_values = true)]
    pub shell: Shell,
    /// Leave out the lines before the prompt that say when the session ends or `AWS_PROFILE` names
    /// another profile
    #[arg(long)]
    pub no_warnings: bool,
    /// Before a prompt, renew a role's session that has less than five minutes left: without a code,
    /// within two seconds, silently (all but sh)
    #[arg(long)]
    pub renew: bool,
}

#[derive(Args)]
pub struct Completions {
    /// bash, zsh, fish, nu, elvish, xonsh or powershell
    #[arg(value_enum, hide_possible_values = true)]
    pub shell: completions::Shell,
}

// For commands whose output a shell evaluates.
#[derive(Args)]
pub struct Evaluated {
    /// The shell that will evaluate the output: bash, zsh, fish, sh (dash, ksh, busybox, POSIX mode),
    /// nu, elvish, xonsh [default: detected] [env: AWSMFA_SHELL]
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
