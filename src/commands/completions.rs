//! `awsmfa completions SHELL`: the script that teaches a shell to complete `awsmfa` and
//! `aws-mfa-on`, and the answers to the questions that script asks.
//!
//! The script knows no flag and no profile. At each TAB it runs `awsmfa` with [`VARIABLE`] set to
//! the shell's name, so profiles come from the user's files as they are now. `completions/` holds
//! the scripts; `make completions` writes them and a test compares them.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use clap::Command;
use clap_complete::env::{EnvCompleter, Shells};
use clap_complete::{ArgValueCandidates, CompletionCandidate};

use crate::environment::Environment;
use crate::message::is_harmful;
use crate::profile::Files;

/// Set by the script, to the name of its shell. Not clap's own `COMPLETE`: a user may have that
/// for something else, and `awsmfa env` must not answer it.
const VARIABLE: &str = "_AWSMFA_COMPLETE";

/// What the user types. The last two are the shell function that logs in; it takes the arguments
/// of `awsmfa env`.
const COMMANDS: [&str; 3] = ["awsmfa", "aws-mfa-on", "awsmfa_on"];

/// clap's own text for PowerShell hands the line to `Invoke-Expression`: a TAB would run a command
/// that is only half typed. Here the words are taken as they stand.
const POWERSHELL: &str = r"Register-ArgumentCompleter -Native -CommandName awsmfa -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    if ($wordToComplete -eq '') { $words += '' }

    $env:VARIABLE = 'powershell'
    try { $candidates = & awsmfa -- @words } finally { Remove-Item Env:VARIABLE }
    $candidates | ForEach-Object {
        $value, $help = $_.Split([char]9, 2)
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
    }
}
";

/// The shells that have a completion script; two of them have no snippet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}

/// The completion script, the same as in `completions/`.
pub fn run(shell: Shell) -> Result<String> {
    match shell {
        // bash's text takes several commands where it takes one.
        Shell::Bash => registration("bash", &COMMANDS.join(" ")),
        Shell::Zsh => registration("zsh", COMMANDS[0]).map(|script| zsh(&script)),
        Shell::Fish => COMMANDS
            .iter()
            .map(|command| registration("fish", command))
            .collect(),
        Shell::Elvish => registration("elvish", COMMANDS[0]),
        Shell::Powershell => Ok(POWERSHELL.replace("VARIABLE", VARIABLE)),
    }
}

/// The script for one typed command, as clap's engine has it, without blanks at line ends.
fn registration(shell: &str, command: &str) -> Result<String> {
    let mut script = Vec::new();
    completer(shell)?.write_registration(
        VARIABLE,
        COMMANDS[0],
        command,
        COMMANDS[0],
        &mut script,
    )?;
    let script = String::from_utf8(script).context("could not write the completion script")?;
    let lines = script.trim().lines().map(str::trim_end);
    Ok(lines.flat_map(|line| [line, "\n"]).collect())
}

/// zsh runs a file of its `fpath` as the body of the completion function at the first TAB. clap's
/// text only registers itself then, and the first TAB would show nothing.
fn zsh(script: &str) -> String {
    let function = "_clap_dynamic_completer_awsmfa";
    let commands = COMMANDS.join(" ");
    let (head, end) = (
        format!("#compdef {}\n", COMMANDS[0]),
        format!("\ncompdef {function} "),
    );
    let body = script.strip_prefix(&head).unwrap_or(script);
    let body = body.split(&end).next().unwrap_or(body);
    format!(
        "#compdef {commands}\n{body}\n\
         if [[ ${{funcstack[1]-}} == _awsmfa ]]; then\n    \
             {function} \"$@\"\n\
         elif (( ${{+functions[compdef]}} )); then\n    \
             compdef {function} {commands}\n\
         fi\n"
    )
}

/// What to print when a script asks: the candidates for the word at the cursor. `None` when this
/// run is no such question: no command begins with `--`, so a variable that somebody has exported
/// changes none. `arguments` are those of the process, its own name first; `command`
/// gives the command line's definition, which is a third of the work of a start: not made for nothing.
pub fn answer(
    command: fn() -> Command,
    environment: &Environment,
    arguments: impl Iterator<Item = OsString>,
) -> Result<Option<String>> {
    let mut words = arguments.skip(1);
    let asks = |first: OsString| first == "--";
    let Some(shell) = environment
        .get(VARIABLE)
        .filter(|_| words.next().is_some_and(asks))
    else {
        return Ok(None);
    };
    let words: Vec<OsString> = words.collect();
    let Some(typed) = words.first() else {
        return Err(anyhow!("could not complete: no words follow `--`"));
    };
    let mut command = asked_about(command(), typed);
    let mut candidates = Vec::new();
    let directory = std::env::current_dir().ok();
    completer(shell)?.write_complete(&mut command, words, directory.as_deref(), &mut candidates)?;
    String::from_utf8(candidates)
        .context("could not complete: a name is not UTF-8")
        .map(Some)
}

/// The definition behind the typed command: the whole, or `env` for the shell function.
fn asked_about(command: Command, typed: &OsString) -> Command {
    let is_function = Path::new(typed)
        .file_name()
        .is_some_and(|name| COMMANDS[1..].iter().any(|function| name == *function));
    match command.find_subcommand("env") {
        Some(env) if is_function => env.clone(),
        _ => command,
    }
}

/// The candidates for an argument that takes a profile: those of the user's files, read when the
/// cursor is on such an argument. Nothing can be said in the middle of a TAB: files that cannot be
/// read have none.
///
/// bash puts a candidate on the command line as it is, so a name that the shell would split or
/// expand is not offered there; the other shells quote. None shows control characters safely.
pub fn profiles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let environment = Environment::read();
        let names = Files::read(&environment).map(|files| files.profile_names());
        let quotes = environment.get(VARIABLE) != Some("bash");
        let offered = names
            .unwrap_or_default()
            .into_iter()
            .filter(|name| quotes || is_plain(name))
            .filter(|name| !name.contains(is_harmful));
        offered.map(CompletionCandidate::new).collect()
    })
}

/// Whether a shell reads the name as one word that means itself.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '+');
    name.chars().all(plain)
}

/// clap's adapter for a shell, by name.
fn completer(shell: &str) -> Result<&'static dyn EnvCompleter> {
    const SHELLS: Shells<'static> = Shells::builtins();
    let known = SHELLS
        .0
        .iter()
        .copied()
        .find(|completer| completer.is(shell));
    known.ok_or_else(|| anyhow!("could not complete: no such shell: {shell}"))
}
