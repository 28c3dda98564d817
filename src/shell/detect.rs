//! Which shell evaluates our text: `--shell`, `AWSMFA_SHELL`, the nearest ancestor process that is
//! a known shell, `$SHELL` if it is sh-like, `sh`. If that ancestor is a shell that none of our text
//! is for, it is an error, before a code is spent on what nobody can evaluate.
//!
//! `$SHELL` is the login shell, not the running one, so it comes late; and fish never comes from
//! it: sh text fails softly in fish, fish text in zsh prints the secrets (`set -gx` means xtrace).

use anyhow::{Result, anyhow, bail};
use clap::ValueEnum;

use super::Shell;
use crate::environment::Environment;
use crate::message::OrHint as _;
use crate::processes::{Process, look_up};

/// How far up to look: `sudo`, `timeout`, `make` and the like stand in between.
const GENERATIONS: usize = 10;

/// A shell, as it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Running {
    Served(Shell),
    /// One that none of our dialects is for, by name.
    Foreign(&'static str),
}

/// The shell to write for. `flag` is `--shell`.
pub fn detect(flag: Option<Shell>, environment: &Environment) -> Result<Shell> {
    if let Some(shell) = flag {
        return Ok(shell);
    }
    if let Some(name) = environment.get("AWSMFA_SHELL") {
        return match Shell::from_str(name, true) {
            Ok(shell) => Ok(shell),
            Err(_) => {
                bail!("could not use AWSMFA_SHELL: it is none of bash, zsh, fish, sh: {name}")
            }
        };
    }
    let login = || {
        let shell = environment.get("SHELL").and_then(named);
        shell.filter(|shell| matches!(shell, Running::Served(Shell::Bash | Shell::Zsh | Shell::Sh)))
    };
    let parent = rustix::process::getppid().map(rustix::process::Pid::as_raw_pid);
    let running = parent
        .and_then(|pid| ancestor(pid, look_up))
        .or_else(|| exported(environment))
        .or_else(login);
    match running {
        Some(Running::Served(shell)) => Ok(shell),
        None => Ok(Shell::Sh),
        Some(Running::Foreign(name)) => Err(anyhow!(
            "could not print shell code: this is {name}, which cannot evaluate it"
        ))
        .or_hint(|| {
            "awsmfa exec [PROFILE] -- COMMAND works in every shell; if another shell evaluates the \
             code, name it with --shell"
                .to_owned()
        }),
    }
}

/// These two can be recognised by a variable of theirs.
fn exported(environment: &Environment) -> Option<Running> {
    [("NU_VERSION", "nu"), ("XONSH_VERSION", "xonsh")]
        .into_iter()
        .find(|(variable, _)| environment.get(variable).is_some())
        .map(|(_, name)| Running::Foreign(name))
}

/// The nearest known shell from `pid` upwards.
fn ancestor(mut pid: i32, look_up: impl Fn(i32) -> Option<Process>) -> Option<Running> {
    for _ in 0..GENERATIONS {
        let process = look_up(pid)?;
        if let Some(shell) = process.shell() {
            return Some(shell);
        }
        pid = process.parent;
    }
    None
}

impl Process {
    fn shell(&self) -> Option<Running> {
        let shell = self.names.iter().find_map(|name| {
            // busybox is a hundred programs: the one that runs is the first or second argument.
            let applet = |argument: &String| named(argument);
            match base(name) {
                "busybox" => self.arguments.iter().take(2).find_map(applet),
                name if name.starts_with("python") => {
                    self.is_xonsh().then_some(Running::Foreign("xonsh"))
                }
                name => named(name),
            }
        })?;
        Some(match shell {
            Running::Served(Shell::Bash) if self.is_posix() => Running::Served(Shell::Sh),
            shell => shell,
        })
    }

    /// `python3 /usr/bin/xonsh`, `python3 -m xonsh`.
    fn is_xonsh(&self) -> bool {
        let mut words = self.arguments.iter().skip(1);
        let program = words.find(|word| !word.starts_with('-'));
        program.is_some_and(|word| base(word) == "xonsh")
    }

    /// bash called as `sh`, or with `--posix`.
    fn is_posix(&self) -> bool {
        self.arguments
            .first()
            .is_some_and(|name| base(name) == "sh")
            || self.arguments.iter().any(|argument| argument == "--posix")
    }
}

/// A file name without its path and without a login shell's `-`.
fn base(name: &str) -> &str {
    name.rsplit('/')
        .next()
        .unwrap_or(name)
        .trim_start_matches('-')
}

fn named(name: &str) -> Option<Running> {
    Some(match base(name) {
        "bash" | "rbash" => Running::Served(Shell::Bash),
        "zsh" | "rzsh" => Running::Served(Shell::Zsh),
        "fish" => Running::Served(Shell::Fish),
        "sh" | "dash" | "ash" | "ksh" | "ksh93" | "rksh" | "mksh" | "lksh" | "oksh" | "yash" => {
            Running::Served(Shell::Sh)
        }
        "tcsh" => Running::Foreign("tcsh"),
        "csh" | "bsd-csh" => Running::Foreign("csh"),
        "pwsh" | "powershell" => Running::Foreign("PowerShell"),
        "nu" => Running::Foreign("nu"),
        "elvish" => Running::Foreign("elvish"),
        "xonsh" => Running::Foreign("xonsh"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
