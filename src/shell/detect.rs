//! Which shell evaluates our code: `--shell`, `AWSMFA_SHELL`, the nearest ancestor process that is
//! a known shell, `$SHELL` if it is sh-like, `sh`. If that ancestor is a shell that evaluates none of
//! the code that awsmfa prints, this fails before a code is spent.
//!
//! `$SHELL` is the login shell, not the running one, so it comes late, and only what is sh-like is taken
//! from it: code for sh only fails in fish, but code for fish prints the secrets in zsh, where `set -gx`
//! switches the trace on, and JSON prints them in every shell's message about an unknown command.

use anyhow::{Error, Result, anyhow};
use clap::ValueEnum;

use super::Shell;
use crate::environment::Environment;
use crate::message::hinted;
use crate::processes::{Process, look_up};
use crate::terminal::Terminal;

/// How far up to look: `sudo`, `timeout`, `make` and the like stand in between.
const GENERATIONS: usize = 10;

/// What does without shell code.
pub const ELSEWHERE: &str =
    "awsmfa exec [PROFILE] -- COMMAND and awsmfa credentials PROFILE work in every shell";

/// A shell that awsmfa writes for, or the name of one that it does not.
type Running = Result<Shell, &'static str>;

/// The shell to write for. `flag` is `--shell`.
pub fn detect(flag: Option<Shell>, environment: &Environment) -> Result<Shell> {
    if let Some(shell) = flag {
        return Ok(shell);
    }
    if let Some(name) = environment.get("AWSMFA_SHELL") {
        return Shell::from_str(name, true).map_err(|_| {
            let error = anyhow!(
                "could not use AWSMFA_SHELL: {name} is not bash, zsh, fish, sh, nu, elvish or xonsh"
            );
            hinted(error, ELSEWHERE)
        });
    }
    evaluating(running(environment))
}

/// The shell to write hints for.
pub fn nearest(environment: &Environment) -> Option<Shell> {
    match environment.get("AWSMFA_SHELL") {
        Some(name) => Shell::from_str(name, true).ok(),
        None => running(environment).ok(),
    }
}

fn running(environment: &Environment) -> Running {
    let parent = rustix::process::getppid().map(rustix::process::Pid::as_raw_pid);
    let login = || {
        let shell = environment.get("SHELL").and_then(named);
        shell.filter(|shell| matches!(shell, Ok(Shell::Bash | Shell::Zsh | Shell::Sh)))
    };
    let nearest = parent.and_then(|pid| ancestor(pid, look_up));
    let running = nearest.map(|(running, _)| running).or_else(login);
    running.unwrap_or(Ok(Shell::Sh))
}

/// The shell, if it evaluates code. The snippets of those that get JSON ask for it by `--shell`.
fn evaluating(running: Running) -> Result<Shell> {
    match running {
        Ok(shell) if shell.dialect().is_some() => Ok(shell),
        Ok(shell) => {
            let name = shell.name();
            let hint = format!(
                "aws-mfa-on logs in here, once {name} has loaded what awsmfa init {name} prints; \
                 {ELSEWHERE}; --shell {name} prints JSON"
            );
            Err(cannot_evaluate(name, hint))
        }
        Err(name) => Err(cannot_evaluate(
            name,
            format!("{ELSEWHERE}; if another shell evaluates the code, name it with --shell"),
        )),
    }
}

fn cannot_evaluate(name: &str, hint: impl Into<String>) -> Error {
    let error = anyhow!("could not print shell code: this is {name}, which cannot evaluate it");
    hinted(error, hint)
}

/// The shell that a person types into: the nearest one, if it reads its commands from the terminal.
pub fn typed_into(environment: &Environment) -> Option<Shell> {
    Terminal::open().ok()?;
    if let Some(name) = environment.get("AWSMFA_SHELL") {
        return Shell::from_str(name, true).ok();
    }
    let parent = rustix::process::getppid()?.as_raw_pid();
    let (running, process) = ancestor(parent, look_up)?;
    running.ok().filter(|_| reads_terminal(&process.arguments))
}

/// `$SHELL`, which terminals and ssh start.
pub fn login_shell(environment: &Environment) -> Option<Shell> {
    environment.get("SHELL").and_then(named)?.ok()
}

/// Whether a shell with these arguments runs neither a script nor a command.
fn reads_terminal(arguments: &[String]) -> bool {
    // `python3 /usr/bin/xonsh`
    let is_xonsh = |word: &String| named(word) == Some(Ok(Shell::Xonsh));
    let name = arguments.iter().position(is_xonsh).unwrap_or_default();
    let mut words = arguments.iter().skip(name + 1).map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--rcfile" | "--init-file" | "-o" | "+o" | "-O" | "+O" | "-C" | "--init-command"
            | "--rc" | "-D" | "--shell-type" => {
                words.next();
            }
            "--command" => return false,
            word if word.starts_with("--") => {}
            word if word.starts_with('-') && !word.contains('c') => {}
            "" => {}
            _ => return false,
        }
    }
    true
}

/// The nearest known shell from `pid` upwards.
fn ancestor(mut pid: i32, look_up: impl Fn(i32) -> Option<Process>) -> Option<(Running, Process)> {
    for _ in 0..GENERATIONS {
        let process = look_up(pid)?;
        if let Some(running) = shell(&process) {
            return Some((running, process));
        }
        pid = process.parent;
    }
    None
}

fn shell(process: &Process) -> Option<Running> {
    let words = &process.arguments;
    // `/usr/bin/perl ~/bin/es`: a process is called what its script is called.
    let is_script = |name: &str| {
        let mut files = words.iter().take(3).map(|word| file_name(word));
        files.next() != Some(name) && files.any(|file| file == name)
    };
    let shell = process
        .names
        .iter()
        .find_map(|name| match file_name(name) {
            // busybox is a hundred programs: its first or second argument says which one runs.
            "busybox" => words.iter().take(2).find_map(|word| named(word)),
            // `python3 /usr/bin/xonsh`, `python3 -m xonsh`; macOS has `Python`.
            name if name.to_ascii_lowercase().starts_with("python") => {
                let program = words.iter().skip(1).find(|word| !word.starts_with('-'))?;
                named(program).filter(|shell| *shell == Ok(Shell::Xonsh))
            }
            name => named(name).filter(|shell| shell.is_ok() || !is_script(name)),
        })?;
    let called_sh = words.first().is_some_and(|name| file_name(name) == "sh");
    let is_posix = called_sh || words.iter().any(|word| word == "--posix");
    match shell {
        Ok(Shell::Bash) if is_posix => Some(Ok(Shell::Sh)),
        shell => Some(shell),
    }
}

/// A file name without its path and without a login shell's `-`.
fn file_name(name: &str) -> &str {
    let (_, name) = name.rsplit_once('/').unwrap_or(("", name));
    name.trim_start_matches('-')
}

/// The name of a shell that awsmfa does not write for.
pub fn without_shell_code(name: &str) -> Option<&'static str> {
    named(name)?.err()
}

fn named(name: &str) -> Option<Running> {
    Some(match file_name(name) {
        "bash" | "rbash" => Ok(Shell::Bash),
        "zsh" | "rzsh" => Ok(Shell::Zsh),
        "fish" => Ok(Shell::Fish),
        "sh" | "dash" | "ash" | "ksh" | "ksh93" | "rksh" | "mksh" | "lksh" | "oksh" | "yash" => {
            Ok(Shell::Sh)
        }
        "tcsh" => Err("tcsh"),
        "csh" | "bsd-csh" => Err("csh"),
        "pwsh" | "powershell" => Err("PowerShell"),
        "es" => Err("es"),
        "ion" => Err("ion"),
        "murex" => Err("murex"),
        "rc" => Err("rc"),
        "ysh" => Err("ysh"),
        "nu" => Ok(Shell::Nu),
        "elvish" => Ok(Shell::Elvish),
        "xonsh" => Ok(Shell::Xonsh),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
