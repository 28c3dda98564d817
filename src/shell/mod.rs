//! What a shell is told: code in its [`Dialect`], with quoting and rendering, or JSON; and the snippets.
//!
//! The code itself is in `shell/`. `on` saves what the terminal has as **restore code**, in the
//! shell's variable [`RESTORE_CODE`], and makes the changes of [`crate::environment::on`]; `off`
//! evaluates the restore code. For the shells that get JSON, the snippet does both.

pub mod detect;
mod json;
mod render;

use anyhow::Result;

use crate::environment::{Change, Environment, VARIABLES, WITH_KEYS};

/// The shells that can put a session into their environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    /// dash, ksh, busybox and POSIX mode
    Sh,
    #[value(alias = "nushell")]
    Nu,
    Elvish,
    Xonsh,
}

/// The shell languages that code is printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Bash,
    Zsh,
    Fish,
    Sh,
}

/// The shell's variable that holds the restore code. It is not exported.
pub const RESTORE_CODE: &str = "__awsmfa_off";

impl Shell {
    /// As `--shell` and `awsmfa init` take it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Sh => "sh",
            Self::Nu => "nu",
            Self::Elvish => "elvish",
            Self::Xonsh => "xonsh",
        }
    }

    /// `None` if the shell gets JSON.
    pub const fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Bash => Some(Dialect::Bash),
            Self::Zsh => Some(Dialect::Zsh),
            Self::Fish => Some(Dialect::Fish),
            Self::Sh => Some(Dialect::Sh),
            Self::Nu | Self::Elvish | Self::Xonsh => None,
        }
    }

    /// What makes the shell save what the terminal has, unless that is saved already, and make
    /// `changes`.
    ///
    /// # Errors
    /// None, in practice: JSON of strings can always be written.
    pub fn on(self, changes: &[Change], environment: &Environment) -> Result<String> {
        match self.dialect() {
            Some(_) if changes.is_empty() => Ok(NOTHING.to_owned()),
            Some(dialect) => Ok(dialect.render_on(changes, environment)),
            None => json::on(changes, environment),
        }
    }

    /// What makes the shell restore what the terminal had before the session; in a shell that never ran
    /// `on`, make `changes`, from [`crate::environment::off`].
    ///
    /// # Errors
    /// As for [`Self::on`].
    pub fn off(self, changes: &[Change], environment: &Environment) -> Result<String> {
        match self.dialect() {
            Some(dialect) => Ok(dialect.render_off(changes, environment)),
            None => json::off(changes),
        }
    }

    /// The snippet for the rc file.
    pub const fn snippet(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../shell/awsmfa.bash"),
            Self::Zsh => include_str!("../../shell/awsmfa.zsh"),
            Self::Fish => include_str!("../../shell/awsmfa.fish"),
            Self::Sh => include_str!("../../shell/awsmfa.sh"),
            Self::Nu => include_str!("../../shell/awsmfa.nu"),
            Self::Elvish => include_str!("../../shell/awsmfa.elv"),
            Self::Xonsh => include_str!("../../shell/awsmfa.xsh"),
        }
    }

    /// What `init --renew` adds to the snippet; `None` where nothing runs before a prompt.
    pub const fn renewal(self) -> Option<&'static str> {
        match self {
            Self::Bash => Some(include_str!("../../shell/renew.bash")),
            Self::Zsh => Some(include_str!("../../shell/renew.zsh")),
            Self::Fish => Some(include_str!("../../shell/renew.fish")),
            Self::Nu => Some(include_str!("../../shell/renew.nu")),
            Self::Elvish => Some(include_str!("../../shell/renew.elv")),
            Self::Xonsh => Some(include_str!("../../shell/renew.xsh")),
            Self::Sh => None,
        }
    }
}

/// Code that changes nothing and ends with status 0.
pub const NOTHING: &str = "true;\n";

/// The only text that fails and does nothing else in every shell. It is JSON, too.
pub const FAILURE: &str = "false\n";

impl Dialect {
    /// `value` as one literal word of this shell.
    ///
    /// In the sh family nothing is special between single quotes but the quote itself. fish also
    /// reads `\\` and `\'` there, which is why POSIX quoting would execute code in it.
    fn quote(self, value: &str) -> String {
        let mut quoted = "'".to_owned();
        for character in value.chars() {
            match (self, character) {
                (Self::Bash | Self::Zsh | Self::Sh, '\'') => quoted.push_str(r"'\''"),
                (Self::Fish, '\'' | '\\') => quoted.extend(['\\', character]),
                _ => quoted.push(character),
            }
        }
        quoted.push('\'');
        quoted
    }

    /// The code that saves what the terminal has, unless that is saved already, and makes `changes`.
    ///
    /// If a variable is read-only, the code changes nothing at all and its status is 1.
    fn render_on(self, changes: &[Change], environment: &Environment) -> String {
        let on_sh = include_str!("../../shell/on.sh");
        let (code, describe) = match self {
            Self::Bash | Self::Sh => (on_sh, include_str!("../../shell/describe.sh")),
            Self::Zsh => (on_sh, include_str!("../../shell/describe.zsh")),
            Self::Fish => (include_str!("../../shell/on.fish"), ""),
        };
        let exported = || changes.iter().filter(|change| change.exported);
        let (listed, further): (Vec<&str>, Vec<&str>) = exported()
            .map(|change| &*change.name)
            .partition(|name| VARIABLES.contains(name));
        let unset = exported().filter(|change| change.value.is_none());
        let unset: Vec<&str> = unset.map(|change| &*change.name).collect();
        let other = VARIABLES.into_iter().filter(|name| !listed.contains(name));
        let other: Vec<&str> = other.collect();
        let names = [
            ("LISTED-NAMES", &VARIABLES[..]),
            ("CHANGED-NAMES", &listed),
            ("OTHER-NAMES", &other),
            ("FURTHER-NAMES", &further),
            ("KEY-NAMES", &WITH_KEYS),
            ("UNSET-NAMES", &unset),
        ];
        let (before, after) = code.split_once("DESCRIBE_FUNCTION").unwrap_or((code, ""));
        self.render(&[before, describe, after], &names, changes, environment)
    }

    /// The code that restores what the terminal had before the session. In a shell that never ran
    /// `on`, it makes `changes`, from [`crate::environment::off`].
    fn render_off(self, changes: &[Change], environment: &Environment) -> String {
        let code = match self {
            Self::Bash | Self::Sh | Self::Zsh => include_str!("../../shell/off.sh"),
            Self::Fish => include_str!("../../shell/off.fish"),
        };
        self.render(&[code], &[], changes, environment)
    }
}

#[cfg(test)]
mod tests;
