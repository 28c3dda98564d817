//! How each shell says the same thing.

mod list;

use std::process::Command;

use super::home::{AWSMFA, Home};
use super::pty::Pty;
use super::stand_in::StandIn;
pub use list::{BASH, FISH, SHELLS, Shell, ZSH};

impl Shell {
    pub fn is_fish(self) -> bool {
        self.dialect == "fish"
    }

    /// The line that loads the snippet.
    pub fn load(self) -> String {
        self.evaluate(&format!("awsmfa init {}", self.dialect))
    }

    /// The line that evaluates what `command` prints.
    pub fn evaluate(self, command: &str) -> String {
        if self.is_fish() {
            format!("{command} | source")
        } else {
            format!("eval \"$({command})\"")
        }
    }

    /// An exported variable.
    pub fn export(self, name: &str, value: &str) -> String {
        if self.is_fish() {
            format!("set -gx {name} '{value}'")
        } else {
            format!("export {name}='{value}'")
        }
    }

    /// The status of the last command.
    pub fn status(self) -> &'static str {
        if self.is_fish() { "$status" } else { "$?" }
    }

    /// The shell at a prompt, `ready> `, with the snippet loaded and the stand-in as AWS.
    pub fn terminal(self, home: &Home, aws: &StandIn) -> Pty {
        let mut pty = Pty::spawn(self.interactive, |command| surround(command, home, aws));
        let prompt = if self.is_fish() {
            "function fish_prompt; echo -n 're''ady> '; end"
        } else {
            "PS1='re''ady> '"
        };
        pty.send(&format!("{}; {prompt}\r", self.load()));
        pty.expect("ready> ");
        pty
    }
}

/// The home's clean environment, with the program on the PATH and the stand-in as AWS.
fn surround(command: &mut Command, home: &Home, aws: &StandIn) {
    command.env_clear().current_dir(home.path());
    command.envs(home.environment());
    command
        .env("PATH", path(home))
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .env("TERM", "dumb")
        .env("PS1", "start> ");
}

/// The PATH of the tests, with the program under test before all others.
pub fn path(home: &Home) -> std::ffi::OsString {
    let environment = home.environment();
    let rest = environment.iter().find(|(name, _)| *name == "PATH");
    let mut path = std::path::Path::new(AWSMFA)
        .parent()
        .map(|directory| directory.as_os_str().to_owned())
        .unwrap_or_default();
    if let Some((_, rest)) = rest {
        path.push(":");
        path.push(rest);
    }
    path
}
