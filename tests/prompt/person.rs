//! Somebody at a terminal, who leaves a question in one of several ways.

use std::fs;

use rustix::process::{Signal, kill_process};

use crate::support::home::{Home, account};
use crate::support::pty::Pty;
use crate::support::shells::Shell;
use crate::support::stand_in::StandIn;
use crate::support::wait_until;

pub const PROMPT: &str = "MFA code for arn:aws:iam::123456789012:mfa/alice: ";

/// Somebody at a terminal.
pub struct Person {
    pub shell: Shell,
    pub home: Home,
    pub aws: StandIn,
    pub pty: Pty,
    pub checks: usize,
    /// What is asked first.
    pub question: &'static str,
}

/// What the terminal holds after a line.
#[derive(Debug, PartialEq)]
pub struct Held {
    pub status: i32,
    pub stty: String,
    pub variables: String,
}

impl Person {
    pub fn at(shell: Shell) -> Self {
        let (aws, home) = account();
        aws.settle();
        let pty = shell.terminal(&home);
        let person = Self {
            shell,
            home,
            aws,
            pty,
            checks: 0,
            question: PROMPT,
        };
        // The prompt at once: while a YubiKey is looked for, the proof could have something to say.
        person.takes_codes_from("prompt");
        person
    }

    pub fn takes_codes_from(&self, source: &str) {
        let serial = self.aws.serial();
        let config = format!("[default]\nmfa_serial = {serial}\nmfa_source = {source}\n");
        self.home.write(".aws/config", config);
    }

    /// The two ways to log in: the bare line, and the function (an alias where names may not
    /// have hyphens).
    pub fn ways(&self) -> [String; 2] {
        [self.shell.evaluate("awsmfa env"), "aws-mfa-on".to_owned()]
    }

    /// Types the line and waits for the question.
    pub fn begin(&mut self, line: &str) {
        self.pty.send(&format!("{line}\r"));
        self.pty.expect(self.question);
    }

    /// Waits for the shell's prompt and looks around.
    pub fn look(&mut self) -> Held {
        self.pty.expect("ready> ");
        // ksh93 shows it at once after Ctrl-\\; what is typed before the program has ended is its.
        wait_until(|| self.pty.find("awsmfa").is_none());
        self.checks += 1;
        let (n, status) = (self.checks, self.shell.status());
        self.pty.send(&format!(
            "echo {status} > status.{n}; stty -a > stty.{n}; env > env.{n}; echo do''ne\r"
        ));
        self.pty.expect("done");
        self.pty.expect("ready> ");
        // The next line's prompt is the one to wait for: this one is asked for again.
        self.pty.send("\r");
        let read = |name: &str| {
            let path = self.home.path().join(format!("{name}.{n}"));
            fs::read_to_string(&path).unwrap_or_else(|error| {
                panic!("{:?} {name}: {error}\n{}", self.shell, self.pty.seen())
            })
        };
        let mut variables: Vec<_> = read("env")
            .lines()
            .filter(|line| line.starts_with("AWS"))
            .map(str::to_owned)
            .collect();
        variables.sort();
        Held {
            status: read("status").trim().parse().expect("a status"),
            stty: read("stty"),
            variables: variables.join("\n"),
        }
    }

    /// Asks for a login and leaves the question.
    pub fn leave(&mut self, line: &str, ending: Ending) {
        let rest = match ending {
            Ending::Typed(keys) if keys.ends_with('\u{3}') => self.after_ctrl_c(),
            _ => "&& echo > next",
        };
        self.begin(&format!("{line} {rest}"));
        ending.happens(&mut self.pty);
    }

    /// A shell whose child dies of Ctrl-C drops the rest of the line, whatever stands there. (ksh93
    /// nearly always.)
    pub fn after_ctrl_c(&self) -> &'static str {
        match self.shell.words[0] {
            "ksh93" => "&& echo > next",
            _ => "; echo > next",
        }
    }

    /// Presses Ctrl-C, and finds everything as it was.
    pub fn leave_with_ctrl_c(&mut self, before: &Held) {
        self.pty.send("\u{3}");
        assert_ne!(self.finds_all_as_it_was(before, ""), 0, "{}", self.story());
    }

    /// Looks around after a line whose second command must not have run. Returns the status.
    pub fn finds_all_as_it_was(&mut self, before: &Held, case: &str) -> i32 {
        let after = self.look();
        let case = format!("{case} in {}", self.story());
        assert_eq!(after.stty, before.stty, "{case}");
        assert_eq!(after.variables, before.variables, "{case}");
        assert!(!self.exists("next"), "{case}");
        after.status
    }

    /// How many codes were sent.
    pub fn logins(&self) -> usize {
        let actions = self.aws.actions();
        actions
            .iter()
            .filter(|action| *action == "GetSessionToken")
            .count()
    }

    pub fn story(&self) -> String {
        format!("{:?}:\n{}", self.shell, self.pty.seen())
    }

    pub fn exists(&self, name: &str) -> bool {
        self.home.path().join(name).exists()
    }
}

/// What ends a prompt without an answer.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    Typed(&'static str),
    Sent(Signal),
}

pub const ENDINGS: [Ending; 9] = [
    Ending::Typed("\u{3}"),
    Ending::Typed("12\u{3}"),
    Ending::Typed("\u{1c}"),
    Ending::Typed("12\u{1c}"),
    Ending::Typed("\u{4}"),
    Ending::Typed("12\u{4}"),
    Ending::Sent(Signal::TERM),
    Ending::Sent(Signal::HUP),
    Ending::Sent(Signal::INT),
];

impl Ending {
    /// On a terminal that shows the question.
    pub fn happens(self, pty: &mut Pty) {
        match self {
            Self::Typed(keys) => pty.send(keys),
            Self::Sent(signal) => {
                pty.send("12");
                let program = pty.find("awsmfa").expect("it waits for the code");
                kill_process(program, signal).expect("a signal");
            }
        }
    }

    /// ksh93 gives up reading `$(…)` at Ctrl-\, whatever runs in it, and goes on with what it has.
    pub fn is_beyond_us(self, shell: Shell, line: &str) -> bool {
        matches!(self, Self::Typed(keys) if keys.ends_with('\u{1c}'))
            && shell.words[0] == "ksh93"
            && line != "aws-mfa-on"
    }

    /// Ctrl-C and Ctrl-\ reach the shell as well, and some have a number of their own for that:
    /// zsh 2 for an assignment, ksh93 258, mksh 131. Otherwise the bare line ends with `false` and
    /// the function with the program's own status. (Now and then ksh93 gives its number late, for the
    /// Ctrl-C of an earlier line.)
    pub fn fits(self, status: i32, shell: Shell, line: &str) -> bool {
        match self {
            _ if shell.words[0] == "ksh93" && status == 258 => true,
            Self::Typed(keys) if !keys.ends_with('\u{4}') => status != 0,
            Self::Sent(Signal::INT) => status != 0,
            _ if line == "aws-mfa-on" => status == 130,
            _ => status == 1,
        }
    }
}
