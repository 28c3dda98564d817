//! What is wrong with the arguments, in this program's words.

use std::ffi::OsString;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Cli, Place};
use crate::printable::printable;
use crate::shell::detect;

/// Why the arguments are not a command: wrong usage, or `--help` and `--version`.
pub struct Usage {
    error: clap::Error,
    evaluated: bool,
    names_shell: bool,
}

impl Usage {
    /// `arguments` are those of the process, its own name first.
    pub fn new(error: clap::Error, arguments: &[OsString]) -> Self {
        let words = arguments.iter().skip(1).map(|word| word.to_string_lossy());
        let words: Vec<_> = words.collect();
        // A flag before the command is wrong, but the command is still the one that was meant.
        let command = words.iter().find(|word| !word.starts_with('-'));
        let is = |name: &str| command.is_some_and(|command| command == name);
        // A mistyped name may have been meant for one whose output is evaluated: `eval "$(awsmfa evn)"`.
        let is_unknown = command.is_none_or(|name| !is_known(name));
        let is_evaluated = is("env") || is("off");
        let mut shells = words.iter().map(|word| word.trim_start_matches("--shell="));
        let foreign = shells.find_map(detect::without_shell_code);
        let error = match (error.kind(), command, foreign) {
            (ErrorKind::InvalidValue, _, Some(shell)) => wrong(
                &format!("there is no shell code for {shell}"),
                detect::ELSEWHERE,
            ),
            (ErrorKind::InvalidSubcommand, Some(name), _) => no_command(&error, name),
            _ if is("exec") && error.use_stderr() && !words.iter().any(|word| word == "--") => {
                wrong("could not tell which of the words is the command", EXEC)
            }
            _ => error,
        };
        Self {
            error,
            evaluated: is_evaluated || is_unknown,
            names_shell: is_evaluated && words.iter().any(|word| word.starts_with("--shell")),
        }
    }

    /// `--help` and `--version` are answers, not errors.
    pub fn is_answer(&self) -> bool {
        !self.error.use_stderr()
    }

    /// Whether a shell evaluates what the command, had it been one, prints.
    pub fn is_evaluated(&self) -> bool {
        self.evaluated
    }

    /// Whether a shell would evaluate the help: the snippets pass `--shell`, as in `aws-mfa-on -h`.
    pub fn is_asked_by_shell(&self) -> bool {
        self.names_shell
    }

    /// The text to show, in this program's form of an error.
    pub fn text(&self) -> String {
        let text = self.error.render().to_string();
        let lines: Vec<_> = text.split('\n').map(printable).collect();
        let text = lines.join("\n");
        match text.strip_prefix("error: ") {
            Some(rest) => format!("awsmfa: {rest}"),
            None => text,
        }
    }
}

fn is_known(command: &str) -> bool {
    Cli::command().find_subcommand(command).is_some()
}

const ELSE: &str = "awsmfa --help lists the commands; aws-mfa-on PROFILE logs in with a profile";

/// What clap calls the word that is no command.
const UNKNOWN: ContextKind = ContextKind::InvalidSubcommand;

const EXEC: &str = "put -- before the command: awsmfa exec [PROFILE] [CODE] -- COMMAND";

fn wrong(cause: &str, hint: &str) -> clap::Error {
    let text = format!("{cause}\nawsmfa: hint: {hint}\n");
    clap::Error::raw(ErrorKind::ArgumentConflict, text)
}

/// A profile or a code too many.
pub fn surplus_word(cause: &str, is_exec: bool) -> clap::Error {
    let hint = "one word is the profile; a code is six digits, 123456 or 123 456";
    wrong(cause, if is_exec { EXEC } else { hint })
}

/// A line for ssh that leads nowhere.
pub fn no_host() -> clap::Error {
    let hint = "awsmfa ssh [--profile PROFILE,…] [OPTIONS OF SSH] HOST [COMMAND]";
    wrong("could not tell which word is the host", hint)
}

/// `ssh -f`.
pub fn ssh_in_background() -> clap::Error {
    wrong(
        "a share ends when ssh leaves the terminal, as it does with -f",
        "leave -f out; for the background: awsmfa ssh -n HOST COMMAND &",
    )
}

/// `exec --refresh --each`.
pub fn refreshed_each() -> clap::Error {
    wrong(
        "--refresh serves one command, not one for each profile",
        "the command can use every profile by its name: \
         awsmfa exec --refresh -- sh -c 'aws s3 ls --profile dev; aws s3 ls --profile prod'",
    )
}

/// A flag of `enroll` that belongs to another place than the secret goes to.
pub fn flag_of_other_place(flag: &str, place: Place) -> clap::Error {
    wrong(
        &format!("{flag} has no meaning with --to {place}"),
        "awsmfa enroll --help says which flag belongs to which place",
    )
}

/// `command` is not known, or the word behind it is not.
fn no_command(error: &clap::Error, command: &str) -> clap::Error {
    let mut known = Cli::command();
    let (name, hint) = match (known.find_subcommand_mut(command), error.get(UNKNOWN)) {
        (Some(above), Some(ContextValue::String(word))) => {
            // Its commands are defined when it is built.
            above.build();
            let hint = similar(above, word).map_or_else(
                || format!("awsmfa {command} --help lists the commands"),
                |name| format!("did you mean awsmfa {command} {name}?"),
            );
            (format!("{command} {word}"), hint)
        }
        _ => (command.to_owned(), meant(command)),
    };
    wrong(&format!("there is no command {name}"), &hint)
}

/// What the user may have meant: the words of other tools, then a similar name.
fn meant(name: &str) -> String {
    let text = match name.to_lowercase().as_str() {
        "login" | "signin" | "log-in" | "on" | "start" | "session" | "get-session-token" => {
            "aws-mfa-on logs this terminal in; awsmfa env prints the code that does"
        }
        "logout" | "signout" | "log-out" | "stop" | "clear" | "unset" => {
            "aws-mfa-off removes the session from this terminal; awsmfa off prints the code that does"
        }
        "ls" | "profiles" | "list-profiles" => "awsmfa list shows the profiles",
        "clean" | "cleanup" | "purge" | "prune" => {
            "awsmfa scrub removes sessions that other tools have left on disk"
        }
        "run" | "do" => EXEC,
        "otp" | "totp" | "token" | "mfa" => "awsmfa code prints the current MFA code",
        "whoami" | "show" | "info" | "ps" => "awsmfa status shows what this terminal holds",
        "keys" | "devices" | "yubikey" => "awsmfa accounts lists what is on the YubiKeys",
        "hook" | "shell" | "activate" => "awsmfa init prints the snippet for the shell's rc file",
        other => {
            return match similar(&Cli::command(), other) {
                Some(known) => format!("did you mean awsmfa {known}?"),
                None => ELSE.to_owned(),
            };
        }
    };
    text.to_owned()
}

/// A command below `above` whose name begins like that, or differs in a few letters.
fn similar<'a>(above: &'a clap::Command, name: &str) -> Option<&'a str> {
    let names = above.get_subcommands().map(clap::Command::get_name);
    let distance = |known: &str| {
        if known.starts_with(name) {
            return 0;
        }
        strsim::osa_distance(known, name)
    };
    let nearest = names.map(|known| (distance(known), known)).min();
    let near = nearest.filter(|(distance, _)| *distance <= 1 + name.chars().count() / 4);
    near.map(|(_, known)| known)
}
