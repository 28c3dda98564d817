//! `awsmfa completions SHELL`: the script that teaches a shell to complete `awsmfa` and
//! `aws-mfa-on`, and the answers to the questions that script asks.
//!
//! The scripts of `completions/` know no flag and no profile. At each TAB they run `awsmfa` with
//! [`VARIABLE`] set to the shell's name, so profiles come from the user's files as they are now.

mod bash_line;
mod nu_word;

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, bail};
use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::CompletionCandidate;
use clap_complete::engine::complete;
use serde_json::json;

use super::done::Done;
use crate::cli::completions::Shell;
use crate::cli::{Cli, Completions};
use crate::context::Context;
use crate::environment::Environment;
use crate::printable::{ascii_json, is_harmful};
use bash_line::Line;

/// Set by the script, to the name of its shell. Not clap's own `COMPLETE`: a user may have that
/// for something else, and `awsmfa env` must not answer it.
const VARIABLE: &str = "_AWSMFA_COMPLETE";

/// The shell functions that log in; they take the arguments of `awsmfa env`.
const FUNCTIONS: [&str; 2] = ["aws-mfa-on", "awsmfa_on"];

#[expect(clippy::unnecessary_wraps, reason = "the signature of every command")]
pub fn run(args: &Completions, _: &Context<'_>) -> Result<Done> {
    Ok(Done::print(script(args.shell)))
}

/// The script that makes Tab complete.
pub const fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("../../completions/awsmfa.bash"),
        Shell::Zsh => include_str!("../../completions/_awsmfa"),
        Shell::Fish => include_str!("../../completions/awsmfa.fish"),
        Shell::Nu => include_str!("../../completions/awsmfa.nu"),
        Shell::Elvish => include_str!("../../completions/awsmfa.elv"),
        Shell::Xonsh => include_str!("../../completions/awsmfa.py"),
        Shell::Powershell => include_str!("../../completions/awsmfa.ps1"),
    }
}

/// The answer to a completion script: the candidates for the last word. `None` if no script asks: no
/// command begins with `--`, so a user who has exported [`VARIABLE`] gets what everybody gets.
/// `arguments` are those of the process, its own name first.
pub fn answer(
    environment: &Environment,
    arguments: impl Iterator<Item = OsString>,
) -> Option<Result<String>> {
    let shell = environment.get(VARIABLE)?;
    let mut words = arguments.skip(1);
    words.next().filter(|first| first == "--")?;
    Some(candidates_for(shell, words.collect()))
}

/// The candidates, one a line, in the form that the script of the shell reads.
fn candidates_for(shell: &str, words: Vec<OsString>) -> Result<String> {
    if let ("bash", [line, replaced]) = (shell, &words[..]) {
        let line = Line::read(&line.to_string_lossy());
        let replaced = replaced.to_string_lossy();
        let found = candidates(line.words.iter().map(OsString::from).collect())?;
        let values = found.iter().filter_map(|found| found.get_value().to_str());
        let written = values.filter_map(|value| line.write(value, &replaced));
        return Ok(written.map(|line| line + "\n").collect());
    }
    if shell == "nu" {
        return for_nu(&words);
    }
    let line = |candidate: &CompletionCandidate| {
        let value = candidate.get_value().to_string_lossy();
        match (shell, description(candidate)) {
            ("zsh", help) => {
                let value = value.replace('\\', r"\\").replace(':', r"\:");
                help.map_or(value.clone(), |help| format!("{value}:{help}")) + "\n"
            }
            ("elvish", _) | (_, None) => format!("{value}\n"),
            (_, Some(help)) => format!("{value}\t{help}\n"),
        }
    };
    Ok(candidates(words)?.iter().map(line).collect())
}

/// The candidates as JSON. nushell hands over the words as they were typed.
fn for_nu(words: &[OsString]) -> Result<String> {
    let words = words
        .iter()
        .map(|word| nu_word::meant(&word.to_string_lossy()).into());
    let found = candidates(words.collect())?;
    let record = |candidate: &CompletionCandidate| {
        json!({
            "value": nu_word::written(&candidate.get_value().to_string_lossy()),
            "description": description(candidate),
        })
    };
    Ok(ascii_json(&found.iter().map(record).collect::<Vec<_>>())?)
}

/// The first line of its help.
fn description(candidate: &CompletionCandidate) -> Option<String> {
    let help = candidate.get_help()?.to_string();
    help.lines().next().map(str::to_owned)
}

/// What may stand at the cursor, which is in the last word: flags only if one is begun, and no name
/// that a terminal cannot show.
fn candidates(mut words: Vec<OsString>) -> Result<Vec<CompletionCandidate>> {
    let (Some(typed), Some(last)) = (words.first(), words.last().cloned()) else {
        bail!("could not complete: no words follow `--`");
    };
    let mut command = asked_about(Cli::command(), typed);
    if words[..words.len() - 1].iter().any(|word| word == "--") {
        // The words of the command of `exec`.
        command = Command::new("")
            .disable_help_flag(true)
            .arg(Arg::new("file").value_hint(ValueHint::AnyPath));
        words = vec![typed.clone(), last.clone()];
    }
    let is_flag = last.as_encoded_bytes().starts_with(b"-");
    let directory = std::env::current_dir().ok();
    let index = words.len() - 1;
    let mut found = complete(&mut command, words, index, directory.as_deref())?;
    found.retain(|candidate| {
        let value = candidate.get_value().to_str();
        value.is_some_and(|value| {
            (is_flag || !value.starts_with('-')) && !value.contains(is_harmful)
        })
    });
    Ok(found)
}

/// The definition behind the typed command: the whole, or `env` for the shell function.
fn asked_about(command: Command, typed: &OsString) -> Command {
    let is_function = Path::new(typed)
        .file_name()
        .is_some_and(|name| FUNCTIONS.iter().any(|function| name == *function));
    match command.find_subcommand("env") {
        Some(env) if is_function => env.clone(),
        _ => command,
    }
}
