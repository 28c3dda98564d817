//! nushell, elvish and xonsh, which get JSON: how they are started, and how they say the same things.

use std::path::Path;

use super::home::{Home, Invocation};
use super::pty::Pty;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonShell {
    Nu,
    Elvish,
    Xonsh,
}

/// Prints what a child process sees: the label, then the variables, `no` for one that is not set.
const SHOW: &str = r#"printf '%s' "$1"
for name in AWSMFA_PROFILE AWS_ACCESS_KEY_ID AWS_REGION AWS_PROFILE; do
    eval "printf '|%s' \"\${$name-no}\""
done
echo
"#;

/// The lines that load the snippet in a script of elvish.
pub const ELVISH_SCRIPT: &str = "var aws-mfa-on~ aws-mfa-off~
eval (awsmfa init elvish | slurp) &on-end={|awsmfa|
    set aws-mfa-on~ aws-mfa-off~ = $awsmfa[aws-mfa-on~] $awsmfa[aws-mfa-off~]
}";

/// A line that prints `LABEL|profile|key id|region|AWS_PROFILE`, as a child process sees them.
pub fn show(label: &str) -> String {
    format!("sh ~/show {label}")
}

impl JsonShell {
    /// For `awsmfa init`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nu => "nu",
            Self::Elvish => "elvish",
            Self::Xonsh => "xonsh",
        }
    }

    /// The program that `make test` has installed.
    pub fn program(self) -> &'static str {
        let (installed, name) = match self {
            Self::Nu => (
                concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/nu/nu"),
                "nu",
            ),
            Self::Elvish => ("", "elvish"),
            Self::Xonsh => (
                concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/xonsh/bin/xonsh"),
                "xonsh",
            ),
        };
        if Path::new(installed).exists() {
            installed
        } else {
            name
        }
    }

    /// What keeps the user's files out.
    const fn alone(self) -> &'static str {
        match self {
            Self::Nu => "--no-config-file",
            Self::Elvish => "-norc",
            Self::Xonsh => "--no-rc",
        }
    }

    /// What starts it at a prompt, with the file `rc`.
    const fn interactive(self) -> &'static [&'static str] {
        match self {
            Self::Nu => &["--no-history", "--config", "rc"],
            Self::Elvish => &["-rc", "rc"],
            Self::Xonsh => &["--rc", "rc", "-i"],
        }
    }

    /// The line that loads the snippet (again).
    pub const fn load(self) -> &'static str {
        match self {
            // It reads its code before it runs any.
            Self::Nu => "source init",
            Self::Elvish => "eval (awsmfa init elvish | slurp)",
            Self::Xonsh => "execx($(awsmfa init xonsh))",
        }
    }

    /// The lines that make the prompt `ready> `.
    pub const fn prompt(self) -> &'static str {
        match self {
            Self::Nu => {
                "$env.config.show_banner = false\n\
                 $env.config.use_ansi_coloring = false\n\
                 $env.PROMPT_COMMAND = {|| 'ready' }\n\
                 $env.PROMPT_COMMAND_RIGHT = {|| '' }\n\
                 $env.PROMPT_INDICATOR = '> '"
            }
            Self::Elvish => "set edit:prompt = { put 'ready> ' }\nset edit:rprompt = { }",
            // Its line editor leaves out a blank at the end.
            Self::Xonsh => "$PROMPT = 'ready> .'",
        }
    }

    /// A variable of the environment.
    pub fn set(self, name: &str, value: &str) -> String {
        match self {
            Self::Nu => format!("$env.{name} = '{value}'"),
            Self::Elvish => format!("set-env {name} '{value}'"),
            Self::Xonsh => format!("${name} = '{value}'"),
        }
    }

    /// The line that takes it away, as a message names it.
    pub fn unset(self, name: &str) -> String {
        match self {
            Self::Nu => format!("hide-env {name}"),
            Self::Elvish => format!("unset-env {name}"),
            Self::Xonsh => format!("del ${name}"),
        }
    }

    /// A line that prints what a prompt shows of the session, as `<profile time>`.
    pub const fn show_prompt(self) -> &'static str {
        match self {
            Self::Nu => "print $'<(awsmfa_prompt)>'",
            Self::Elvish => "print '<'; print (awsmfa-prompt); echo '>'",
            Self::Xonsh => "print('<', $PROMPT_FIELDS['awsmfa']() or '', '>', sep='')",
        }
    }

    /// `second`, unless `first` has failed.
    pub fn and(self, first: &str, second: &str) -> String {
        match self {
            Self::Nu | Self::Elvish => format!("{first}; {second}"),
            Self::Xonsh => format!("{first} && {second}"),
        }
    }

    /// The status of a script that ends with this one of a command.
    pub const fn status_of_script(self, status: i32) -> i32 {
        match self {
            Self::Nu => status,
            // An exception that nothing catches.
            Self::Elvish => 2,
            Self::Xonsh => 1,
        }
    }

    /// A script; no terminal, so nothing can be asked.
    pub fn script(self, home: &Home, lines: &[&str]) -> Invocation {
        home.write("show", SHOW);
        let load = match self {
            // Only the line editor takes new names for the commands that follow.
            Self::Elvish => ELVISH_SCRIPT.to_owned(),
            Self::Nu | Self::Xonsh => self.prepare(home, ""),
        };
        home.write("script", format!("{load}\n{}\n", lines.join("\n")));
        home.program(self.program(), [self.alone(), "script"])
    }

    /// The shell at its prompt, `ready> `, with its own line editor and the snippet. `flags` are those of
    /// `awsmfa init`; the lines `before` come before the snippet.
    pub fn terminal(self, home: &Home, flags: &str, before: &str) -> Pty {
        let load = self.prepare(home, flags);
        home.write("rc", format!("{}\n{before}\n{load}\n", self.prompt()));
        let words = [&[self.program()], self.interactive()].concat();
        let mut pty = home.on_terminal_with(&words, &[("TERM", "xterm")]);
        pty.tell_the_position();
        pty.expect("ready> ");
        pty
    }

    /// Writes what the lines need, and gives the line that loads the snippet.
    fn prepare(self, home: &Home, flags: &str) -> String {
        home.write("show", SHOW);
        if self == Self::Nu {
            let init = home.awsmfa(["init", "nu"]);
            let init = init.arguments(flags.split_whitespace()).run();
            home.write("init", &init.success().stdout);
        }
        let name = self.name();
        self.load().replace(name, &format!("{name} {flags}"))
    }
}
