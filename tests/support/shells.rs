//! How each shell says the same thing.

mod list;

use super::home::Home;
use super::pty::Pty;
pub use list::{BASH, FISH, SHELLS, Shell, UTF_8, ZSH};

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

    /// The shell at a prompt, `ready> `, with the snippet loaded.
    pub fn terminal(self, home: &Home) -> Pty {
        self.terminal_with(home, "")
    }

    /// The same, with these flags of `awsmfa init`.
    pub fn terminal_with(self, home: &Home, flags: &str) -> Pty {
        let mut pty =
            home.on_terminal_with(self.interactive, &[("TERM", "dumb"), ("PS1", "start> ")]);
        let prompt = if self.is_fish() {
            "function fish_prompt; echo -n 're''ady> '; end"
        } else {
            "PS1='re''ady> '"
        };
        let load = self.evaluate(&format!("awsmfa init {} {flags}", self.dialect));
        pty.send(&format!("{load}; {prompt}\r"));
        pty.expect("ready> ");
        pty
    }
}
