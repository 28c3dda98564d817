//! Which shell evaluates our text: `--shell`, `AWSMFA_SHELL`, the nearest ancestor process that is
//! a known shell, `$SHELL` if it is sh-like, `sh`.
//!
//! `$SHELL` is the login shell, not the running one, so it comes late; and fish never comes from
//! it: sh text fails softly in fish, fish text in zsh prints the secrets (`set -gx` means xtrace).

use anyhow::{Result, bail};
use clap::ValueEnum;

use super::Shell;
use crate::environment::Environment;

/// How far up to look: `sudo`, `timeout`, `make` and the like stand in between.
const GENERATIONS: usize = 10;

/// A process: what it is called, and its parent.
struct Process {
    parent: i32,
    /// Most telling first: the executable's name, the process's own.
    names: Vec<String>,
    arguments: Vec<String>,
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
        environment
            .get("SHELL")
            .and_then(named)
            .filter(|shell| *shell != Shell::Fish)
    };
    let parent = rustix::process::getppid().map(rustix::process::Pid::as_raw_pid);
    Ok(parent
        .and_then(|pid| ancestor(pid, look_up))
        .or_else(login)
        .unwrap_or(Shell::Sh))
}

/// The process that started `pid`, while both are there.
pub fn parent(pid: i32) -> Option<i32> {
    Some(look_up(pid)?.parent)
}

/// The nearest known shell from `pid` upwards.
fn ancestor(mut pid: i32, look_up: impl Fn(i32) -> Option<Process>) -> Option<Shell> {
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
    fn shell(&self) -> Option<Shell> {
        let shell = self.names.iter().find_map(|name| {
            // busybox is a hundred programs: the one that runs is the first or second argument.
            let applet = |argument: &String| named(argument);
            match base(name) {
                "busybox" => self.arguments.iter().take(2).find_map(applet),
                name => named(name),
            }
        })?;
        Some(if shell == Shell::Bash && self.is_posix() {
            Shell::Sh
        } else {
            shell
        })
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

fn named(name: &str) -> Option<Shell> {
    match base(name) {
        "bash" | "rbash" => Some(Shell::Bash),
        "zsh" | "rzsh" => Some(Shell::Zsh),
        "fish" => Some(Shell::Fish),
        "sh" | "dash" | "ash" | "ksh" | "ksh93" | "rksh" | "mksh" | "lksh" | "oksh" | "yash" => {
            Some(Shell::Sh)
        }
        _ => None,
    }
}

/// From `/proc`; the executable is unreadable where the process is another user's (`sudo`).
#[cfg(target_os = "linux")]
fn look_up(pid: i32) -> Option<Process> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    // `pid (comm) state ppid …`, and comm may hold anything, parentheses too.
    let (head, tail) = stat.rsplit_once(')')?;
    let parent = tail.split_whitespace().nth(1)?.parse().ok()?;
    let executable = std::fs::read_link(format!("/proc/{pid}/exe"));
    let executable = executable
        .map(|path| path.to_string_lossy().replace(" (deleted)", ""))
        .ok();
    let comm = head.split_once('(').map(|(_, comm)| comm.to_owned());
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = line.split(|byte| *byte == 0);
    let arguments = words
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    Some(Process {
        parent,
        names: executable.into_iter().chain(comm).collect(),
        arguments,
    })
}

#[cfg(not(target_os = "linux"))]
fn look_up(pid: i32) -> Option<Process> {
    let pid = pid.to_string();
    let ps = |format: &str| {
        // By its path and without the environment: secrets of the user's may be in that.
        let output = std::process::Command::new("/bin/ps")
            .args(["-o", format, "-p", &pid])
            .env_clear()
            .env("LC_ALL", "C")
            .output();
        let text = String::from_utf8_lossy(&output.ok()?.stdout)
            .trim()
            .to_owned();
        (!text.is_empty()).then_some(text)
    };
    let parent = ps("ppid=")?.parse().ok()?;
    let arguments = ps("args=").unwrap_or_default();
    let arguments = arguments.split_whitespace().map(str::to_owned).collect();
    Some(Process {
        parent,
        names: ps("comm=").into_iter().collect(),
        arguments,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(parent: i32, names: &[&str], arguments: &[&str]) -> Process {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Process {
            parent,
            names: owned(names),
            arguments: owned(arguments),
        }
    }

    #[test]
    fn knows_shells_by_executable_then_name() {
        for (names, arguments, expected) in [
            (
                &["/usr/bin/bash", "bash"][..],
                &["-bash"][..],
                Some(Shell::Bash),
            ),
            (&["/usr/bin/bash", "sh"], &["sh"], Some(Shell::Sh)),
            (
                &["/usr/bin/bash", "sh"],
                &["/bin/sh", "-c"],
                Some(Shell::Sh),
            ),
            (
                &["/usr/bin/bash", "bash"],
                &["bash", "--posix"],
                Some(Shell::Sh),
            ),
            (&["/usr/bin/dash", "sh"], &["sh"], Some(Shell::Sh)),
            (&["/usr/bin/zsh", "-zsh"], &["-zsh"], Some(Shell::Zsh)),
            (&["/usr/bin/fish", "renamed"], &["x"], Some(Shell::Fish)),
            (&["/opt/odd", "fish"], &["fish"], Some(Shell::Fish)),
            (&["/usr/bin/ksh93", "ksh"], &["ksh"], Some(Shell::Sh)),
            (
                &["/bin/busybox", "busybox"],
                &["busybox", "sh"],
                Some(Shell::Sh),
            ),
            (&["/bin/busybox", "ash"], &["-ash"], Some(Shell::Sh)),
            (&["/bin/busybox", "timeout"], &["timeout", "9", "sh"], None),
            (&["/usr/bin/python3", "xonsh"], &["python3", "bash"], None),
            (&["-zsh"], &["-zsh"], Some(Shell::Zsh)),
        ] {
            assert_eq!(
                process(1, names, arguments).shell(),
                expected,
                "{names:?} {arguments:?}"
            );
        }
    }

    #[test]
    fn climbs_ten_generations_and_stops_at_the_first_shell() {
        let chain = |depth: i32| {
            move |pid: i32| {
                let name = if pid == depth { "fish" } else { "sudo" };
                (pid <= depth).then(|| process(pid + 1, &[name], &[name]))
            }
        };
        assert_eq!(ancestor(1, chain(1)), Some(Shell::Fish));
        assert_eq!(ancestor(1, chain(10)), Some(Shell::Fish));
        assert_eq!(ancestor(1, chain(11)), None);
        assert_eq!(ancestor(1, |_| None), None);
    }

    #[test]
    fn flag_then_variable() {
        let environment = Environment::of(&[("AWSMFA_SHELL", "FISH")]);
        assert_eq!(detect(Some(Shell::Zsh), &environment).unwrap(), Shell::Zsh);
        assert_eq!(detect(None, &environment).unwrap(), Shell::Fish);
        assert!(detect(None, &Environment::of(&[("AWSMFA_SHELL", "tcsh")])).is_err());
    }

    #[test]
    fn finds_a_real_ancestor() {
        let own = i32::try_from(std::process::id()).unwrap();
        let parent = look_up(own).unwrap().parent;
        assert_eq!(
            Some(parent),
            rustix::process::getppid().map(rustix::process::Pid::as_raw_pid)
        );
        assert!(look_up(parent).is_some());
    }
}
