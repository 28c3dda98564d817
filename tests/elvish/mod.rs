//! elvish: the snippet, in the real shell against the stand-in for AWS.

mod assigned;
mod before_prompt;
mod ended;
mod functions;
mod hostile;
mod script;

use std::collections::BTreeMap;
use std::fs;

use crate::support::home::Run;
use crate::support::json_shells::JsonShell;
use crate::support::landing::Landing;
use crate::support::pty::Pty;

/// What the line editor prints when it is ready for the next line. It draws a prompt more often.
const READY: &str = "<ready>\r\n";

/// elvish at its prompt, with the snippet.
struct Terminal {
    landing: Landing,
    pty: Pty,
}

impl Terminal {
    fn new() -> Self {
        Self::with(Landing::new(), "eval (awsmfa init elvish | slurp)")
    }

    /// With these lines in rc.elv.
    fn with(landing: Landing, rc: &str) -> Self {
        let mark = "set edit:before-readline = (conj $edit:before-readline { print \"<ready>\\n\" > /dev/tty })";
        let rc = landing.home.write("rc.elv", format!("{rc}\n{mark}\n"));
        let rc = rc.to_str().expect("a path in UTF-8");
        let variables = [("TERM", "xterm"), ("AWSMFA_AGENT", "off")];
        let mut pty = (landing.home).on_terminal_with(&["elvish", "-rc", rc], &variables);
        pty.expect(READY);
        Self { landing, pty }
    }

    /// Types the line; what is printed until the next one can be typed.
    fn enter(&mut self, line: &str) -> String {
        self.pty.send(&format!("{line}\r"));
        self.pty.expect(READY)
    }

    /// Logs in to a profile with the code that is due.
    fn log_in(&mut self, profile: &str) -> String {
        let code = self.landing.aws.code();
        self.enter(&format!("aws-mfa-on {profile} {code}"))
    }

    /// The environment that a child process gets, but for what the shell sets itself.
    fn environment(&mut self) -> BTreeMap<String, String> {
        self.enter("e:env > ~/environment");
        let path = self.landing.home.path().join("environment");
        let text = fs::read_to_string(path).expect("the environment");
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let pairs = pairs.filter(|(name, _)| name.contains("AWS") || name.contains("awsmfa"));
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// What a child process gets of a variable.
    fn shows(&mut self, name: &str) -> String {
        let mut environment = self.environment();
        environment.remove(name).unwrap_or_else(|| "no".to_owned())
    }
}

/// Runs a script, without a terminal.
fn script(landing: &Landing, lines: &str, variables: &[(&str, &str)]) -> Run {
    let program = JsonShell::Elvish.script(&landing.home, &[lines]);
    program.envs(variables.iter().copied()).run()
}
