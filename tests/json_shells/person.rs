//! Somebody who types into one of the shells.

use std::fs;

use crate::prompt::person::PROMPT;
use crate::support::json_shells::JsonShell;
use crate::support::landing::Landing;
use crate::support::pty::Pty;
use crate::support::wait_until;

/// Leaves in files how the terminal is set and what a child process sees.
const LOOK: &str = "cd; stty -a >stty; env >env; echo 'loo''ked'\n";

pub struct Person {
    pub landing: Landing,
    pub pty: Pty,
    shell: JsonShell,
}

/// How the terminal is set, and the variables of AWS and of awsmfa that a child process sees.
#[derive(Debug, PartialEq)]
pub struct Held {
    pub stty: String,
    pub variables: String,
}

impl Person {
    pub fn at(shell: JsonShell) -> Self {
        Self::with(shell, "", "")
    }

    /// With these flags of `awsmfa init`, and lines before the snippet.
    pub fn with(shell: JsonShell, flags: &str, before: &str) -> Self {
        let Landing { aws, home } = Landing::new();
        // The prompt at once: while a YubiKey is looked for, the proof could have something to say.
        let home = home.with("AWSMFA_SOURCE", "prompt");
        home.write("look", LOOK);
        home.write("mark", "echo mar''ked; exit $1\n");
        let pty = shell.terminal(&home, flags, before);
        let landing = Landing { aws, home };
        Self {
            landing,
            pty,
            shell,
        }
    }

    /// Types the line and waits for the question.
    pub fn begin(&mut self, line: &str) {
        self.types(line);
        self.pty.expect(PROMPT);
    }

    /// Types the line. What comes next comes from it: line editors repeat what is typed.
    pub fn types(&mut self, line: &str) {
        self.pty.send(&format!("{line}\r"));
    }

    /// Types the lines, each at a prompt of its own, and gives what is shown until one prompt more.
    pub fn hears(&mut self, lines: &[String]) -> String {
        let mut shown = String::new();
        for line in lines {
            shown += &self.hears_at(&format!("{line}; sh ~/mark 0"));
        }
        shown + &self.hears_at("sh ~/mark 0")
    }

    /// The same after a command whose status is 7.
    pub fn hears_after_a_failure(&mut self) -> String {
        self.hears_at("sh ~/mark 7") + &self.hears_at("sh ~/mark 0")
    }

    /// The same for a line that ends with `sh ~/mark STATUS`.
    fn hears_at(&mut self, line: &str) -> String {
        self.types(line);
        let shown = self.pty.expect("marked");
        shown + &self.pty.expect("ready> ")
    }

    /// Waits for the shell's prompt and looks around.
    pub fn look(&mut self) -> Held {
        self.pty.expect("ready> ");
        // What is typed before the program has ended is its.
        wait_until(|| self.pty.find("awsmfa").is_none());
        self.look_around()
    }

    /// The same at the prompt.
    pub fn look_around(&mut self) -> Held {
        self.types("sh ~/look");
        self.pty.expect("looked");
        let read = |name| fs::read_to_string(self.landing.home.path().join(name)).expect(name);
        let environment = read("env");
        let variables = environment
            .lines()
            .filter(|line| line.starts_with("AWS") || line.contains("__awsmfa"));
        let mut variables: Vec<_> = variables.collect();
        variables.sort_unstable();
        self.pty.expect("ready> ");
        Held {
            stty: read("stty"),
            variables: variables.join("\n"),
        }
    }

    pub fn exists(&self, name: &str) -> bool {
        self.landing.home.path().join(name).exists()
    }

    /// What has been seen, for a failure's message.
    pub fn story(&self) -> String {
        format!("{:?}:\n{}", self.shell, self.pty.seen())
    }
}
