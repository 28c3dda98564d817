//! A program that asks a YubiKey, on a terminal of its own, and a person at it.

use std::process::ExitStatus;

use crate::support::home::{AWSMFA, Home};
use crate::support::pty::Pty;

pub struct Conversation {
    pty: Pty,
    /// How much of what was seen is forgotten.
    forgotten: usize,
    /// Must outlive the program.
    _home: Home,
}

impl Conversation {
    /// Runs the program below another one, which runs what its last words are, with everything on
    /// the terminal, as a person would.
    pub(super) fn below(above: &[&str], home: Home, arguments: &[&str]) -> Self {
        let words = [&[AWSMFA], arguments].concat();
        let pty = Pty::spawn_below(above, &words, |command| {
            command.env_clear().envs(home.environment());
        });
        Self {
            pty,
            forgotten: 0,
            _home: home,
        }
    }

    /// Waits until `text` is shown.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> &mut Self {
        self.pty.expect(text);
        self
    }

    /// Forgets what was shown: `end` tells only what comes.
    pub fn forget(&mut self) -> &mut Self {
        self.forgotten = self.pty.seen().len();
        self
    }

    pub fn type_in(&mut self, text: &str) -> &mut Self {
        self.pty.send(text);
        self
    }

    /// Whether the terminal shows what is typed, and makes signals of Ctrl-C.
    pub fn modes(&self) -> (bool, bool) {
        self.pty.modes()
    }

    /// Waits for the end of the program: its status, and what was shown since `forget`.
    #[track_caller]
    pub fn end(mut self) -> (ExitStatus, String) {
        let status = self.pty.wait();
        (status, self.pty.seen().split_off(self.forgotten))
    }
}
