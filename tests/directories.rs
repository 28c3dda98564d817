//! Beside direnv and mise, which set variables on entering a directory and take them back on leaving.

use crate::support::home::{Home, account};
use crate::support::pty::Pty;
use crate::support::shells::{BASH, FISH, Shell, ZSH};
use crate::support::stand_in::StandIn;

const MISE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/mise/mise");

/// Typed lines, and the environment of a child after each.
struct Terminal {
    aws: StandIn,
    _home: Home,
    pty: Pty,
}

#[derive(Clone, Copy, Debug)]
enum Tool {
    Direnv,
    Mise,
}

impl Tool {
    fn hook(self, shell: Shell) -> String {
        let dialect = shell.dialect;
        shell.evaluate(&match self {
            Self::Direnv => format!("direnv hook {dialect}"),
            Self::Mise => format!("{MISE} activate {dialect}"),
        })
    }

    /// Writes the directory's file.
    fn sets(self, home: &Home, directory: &str, variables: &[(&str, &str)]) {
        let line = |(name, value): &(&str, &str)| match (self, *value) {
            (Self::Direnv, "") => format!("unset {name}\n"),
            (Self::Direnv, value) => format!("export {name}='{value}'\n"),
            (Self::Mise, "") => format!("{name} = false\n"),
            (Self::Mise, value) => format!("{name} = '{value}'\n"),
        };
        let lines = variables.iter().map(line).collect::<String>();
        match self {
            Self::Direnv => {
                home.write(&format!("{directory}/.envrc"), lines);
                home.program("direnv", ["allow", directory]).run().success();
            }
            Self::Mise => {
                let file = format!("{directory}/mise.toml");
                home.write(&file, format!("[env]\n{lines}"));
                home.program(MISE, ["trust", &file]).run().success();
            }
        }
    }
}

impl Terminal {
    /// In the parent of the directories, with the hook loaded before the snippet or after it.
    fn of(shell: Shell, tool: Tool, is_first: bool) -> Self {
        let (aws, home) = account();
        aws.settle();
        home.configure(&format!(
            "[profile work]\nsource_profile = default\nmfa_serial = {}\n",
            aws.serial()
        ));
        let keys = [
            ("AWS_ACCESS_KEY_ID", "AKIADIRECTORY"),
            ("AWS_SECRET_ACCESS_KEY", "directory"),
            ("AWS_SESSION_TOKEN", ""),
        ];
        tool.sets(&home, "keys", &keys);
        let names = [("AWS_PROFILE", "work"), ("AWS_REGION", "eu-north-1")];
        tool.sets(&home, "names", &names);
        let pty = shell.terminal(&home);
        let mut terminal = Self {
            aws,
            _home: home,
            pty,
        };
        terminal.types(&tool.hook(shell));
        if is_first {
            terminal.types(&shell.load());
        }
        terminal
    }

    fn types(&mut self, line: &str) {
        self.pty.send(&format!("{line}\r"));
        self.pty.expect("ready> ");
    }

    fn logs_in(&mut self) {
        let code = self.aws.code();
        self.types(&format!("aws-mfa-on -c {code}"));
        assert!(self.shows("AWSMFA_PROFILE") != "no", "{}", self.pty.seen());
    }

    fn shows(&mut self, name: &str) -> String {
        self.pty
            .send(&format!("sh -c 'echo \"i\"\"s:${{{name}-no}}:\"'\r"));
        self.pty.expect("is:");
        let shown = self.pty.expect(":");
        self.pty.expect("ready> ");
        shown.trim_end_matches(':').to_owned()
    }

    #[track_caller]
    fn holds(&mut self, expected: &[(&str, &str)]) {
        for (name, value) in expected {
            assert_eq!(self.shows(name), *value, "{name}: {}", self.pty.seen());
        }
        let told = self.pty.seen();
        assert!(
            !told.contains("not found") && !told.contains("error"),
            "{told}"
        );
    }
}

fn everywhere(test: impl Fn(Terminal)) {
    for tool in [Tool::Direnv, Tool::Mise] {
        for shell in [BASH, ZSH, FISH] {
            for is_first in [false, true] {
                test(Terminal::of(shell, tool, is_first));
            }
        }
    }
}

/// The tool remembers them on entering, and would put them back on leaving.
#[test]
fn the_keys_of_an_ended_session_do_not_come_back() {
    everywhere(|mut terminal| {
        terminal.logs_in();
        terminal.types("cd keys");
        terminal.holds(&[("AWS_ACCESS_KEY_ID", "AKIADIRECTORY")]);
        terminal.types("aws-mfa-off");
        terminal.holds(&[
            ("AWS_ACCESS_KEY_ID", "AKIADIRECTORY"),
            ("AWS_SECRET_ACCESS_KEY", "directory"),
            ("AWSMFA_PROFILE", "no"),
        ]);
        terminal.types("cd ..");
        terminal.holds(&[
            ("AWS_ACCESS_KEY_ID", "no"),
            ("AWS_SECRET_ACCESS_KEY", "no"),
            ("AWS_SESSION_TOKEN", "no"),
            ("AWS_CREDENTIAL_EXPIRATION", "no"),
        ]);
    });
}

#[test]
fn a_directorys_variables_are_restored_in_it_only() {
    everywhere(|mut terminal| {
        terminal.types("cd names");
        terminal.holds(&[("AWS_PROFILE", "work")]);
        terminal.logs_in();
        terminal.types("cd ..");
        terminal.types("aws-mfa-off");
        terminal.holds(&[
            ("AWS_PROFILE", "no"),
            ("AWS_REGION", "no"),
            ("AWS_DEFAULT_REGION", "no"),
            ("AWS_ACCESS_KEY_ID", "no"),
        ]);
        terminal.types("cd names");
        terminal.holds(&[("AWS_PROFILE", "work"), ("AWS_REGION", "eu-north-1")]);
    });
}

#[test]
fn a_directorys_variables_are_restored_in_it() {
    everywhere(|mut terminal| {
        terminal.types("cd names");
        terminal.logs_in();
        terminal.types("aws-mfa-off");
        terminal.holds(&[("AWS_PROFILE", "work"), ("AWS_REGION", "eu-north-1")]);
    });
}
