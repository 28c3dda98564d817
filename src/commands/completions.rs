//! `awsmfa completions SHELL`: the script that teaches a shell to complete `awsmfa` and
//! `aws-mfa-on`, and the answers to the questions that script asks.
//!
//! The script knows no flag and no profile. At each TAB it runs `awsmfa` with [`VARIABLE`] set to
//! the shell's name, so profiles come from the user's files as they are now. `completions/` holds
//! the scripts; `make completions` writes them and a test compares them.

mod bash_line;

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use clap::{Arg, Command, ValueHint};
use clap_complete::CompletionCandidate;
use clap_complete::engine::complete;
use clap_complete::env::{EnvCompleter, Shells};

use super::done::Done;
use crate::cli::Completions;
use crate::cli::completions::Shell;
use crate::context::Context;
use crate::environment::Environment;
use crate::printable::is_harmful;
use bash_line::Line;

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

/// The word at the cursor as it is meant, if its quotes are closed.
const FISH: &str = r#"complete --keep-order --exclusive --command COMMAND --arguments "(VARIABLE=fish command awsmfa -- (commandline --current-process --tokenize --cut-at-cursor) (string unescape -- (commandline --current-token); or commandline --current-token))"
"#;

/// The line goes to the program as it is, which quotes what comes back. (No process substitution:
/// bash's POSIX mode has none before 5.1.)
const BASH: &str = r#"_awsmfa() {
    local candidate IFS=
    COMPREPLY=()
    while read -r candidate; do
        [[ -z $candidate ]] || COMPREPLY[${#COMPREPLY[@]}]=$candidate
    done <<<"$(VARIABLE=bash command awsmfa -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)"
    case ${#COMPREPLY[@]}${COMPREPLY[0]-} in
        1*[=/:]) compopt -o nospace 2>/dev/null ;;
    esac
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ]]; then
    complete -o nosort -F _awsmfa COMMANDS
else
    complete -o nospace -F _awsmfa COMMANDS
fi
"#;

/// The completion script, the same as in `completions/`.
pub fn run(args: &Completions, _: &Context<'_>) -> Result<Done> {
    script(args.shell).map(Done::print)
}

fn script(shell: Shell) -> Result<String> {
    match shell {
        Shell::Bash => Ok(BASH
            .replace("VARIABLE", VARIABLE)
            .replace("COMMANDS", &COMMANDS.join(" "))),
        Shell::Zsh => registration("zsh", COMMANDS[0]).map(|script| zsh(&script)),
        Shell::Fish => Ok(COMMANDS
            .iter()
            .map(|command| {
                FISH.replace("VARIABLE", VARIABLE)
                    .replace("COMMAND", command)
            })
            .collect()),
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
    // The words as they are meant, and not as they are typed.
    let meant = "\"${(@Q)words[1,CURRENT-1]}\" \"${(Q)PREFIX}\"";
    let script = script.replace("\"${words[@]}\"", meant);
    // A home directory that is not quoted stays so, or zsh would no longer expand it.
    let shown = "    if [[ -n $completions ]]; then\n";
    let home = "    if [[ -z $compstate[quote] ]] && compset -P '\\~/'; then\n        \
                    completions=(\"${(@)completions#\\~/}\")\n    fi\n\n";
    let script = script.replace(shown, &format!("{home}{shown}"));
    let body = script.strip_prefix(&head).unwrap_or(&script);
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
) -> Option<Result<String>> {
    let shell = environment.get(VARIABLE)?;
    let mut words = arguments.skip(1);
    words.next().filter(|first| first == "--")?;
    let words: Vec<OsString> = words.collect();
    Some(text(command, shell, words, environment))
}

/// The candidates in the form that the script for `shell` reads.
fn text(
    command: fn() -> Command,
    shell: &str,
    words: Vec<OsString>,
    environment: &Environment,
) -> Result<String> {
    Ok(match (shell, &words[..]) {
        ("bash", [line, replaced]) => {
            let line = Line::read(&line.to_string_lossy());
            let words = line.words.iter().map(OsString::from).collect();
            let written = |value: &str| line.write(value, &replaced.to_string_lossy());
            lines(&candidates(command, words, environment)?, |value, _| {
                written(value)
            })
        }
        (_, []) => return Err(anyhow!("could not complete: no words follow `--`")),
        _ => {
            let separator = if shell == "zsh" { ':' } else { '\t' };
            lines(&candidates(command, words, environment)?, |value, help| {
                let value = match shell {
                    "zsh" => value.replace('\\', r"\\").replace(':', r"\:"),
                    _ => value.to_owned(),
                };
                Some(match help {
                    Some(help) if shell != "elvish" => format!("{value}{separator}{help}"),
                    _ => value,
                })
            })
        }
    })
}

/// What may stand at the cursor, which is in the last word unless a shell says where: flags only
/// where one is begun, and no name that a terminal cannot show.
fn candidates(
    command: fn() -> Command,
    words: Vec<OsString>,
    environment: &Environment,
) -> Result<Vec<CompletionCandidate>> {
    let typed = words.first().cloned().unwrap_or_default();
    let mut command = asked_about(command(), &typed);
    let last = words.len().saturating_sub(1);
    let index = environment.get("_CLAP_COMPLETE_INDEX");
    let mut index = index.and_then(|index| index.parse().ok()).unwrap_or(last);
    let mut words = words;
    words.resize(words.len().max(index + 1), OsString::new());
    if words[..index].iter().any(|word| word == "--") {
        // The words of the command of `exec`.
        command = Command::new("")
            .disable_help_flag(true)
            .arg(Arg::new("file").value_hint(ValueHint::AnyPath));
        words = vec![typed, std::mem::take(&mut words[index])];
        index = 1;
    }
    let is_flag = words[index].as_encoded_bytes().starts_with(b"-");
    let directory = std::env::current_dir().ok();
    let mut found = complete(&mut command, words, index, directory.as_deref())?;
    found.retain(|candidate| {
        let value = candidate.get_value().to_str();
        value.is_some_and(|value| {
            (is_flag || !value.starts_with('-')) && !value.contains(is_harmful)
        })
    });
    Ok(found)
}

/// One candidate a line.
fn lines(
    candidates: &[CompletionCandidate],
    line: impl Fn(&str, Option<&str>) -> Option<String>,
) -> String {
    let lines = candidates.iter().filter_map(|candidate| {
        let help = candidate.get_help().map(ToString::to_string);
        let help = help.as_deref().and_then(|help| help.lines().next());
        line(candidate.get_value().to_str()?, help)
    });
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
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
