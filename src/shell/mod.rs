//! Shell code: quoting and rendering per dialect, and the snippets.
//!
//! The code itself is in `shell/`. `on` saves what the terminal has as **restore code**, in the
//! shell's variable [`RESTORE_CODE`], and makes the changes of [`crate::environment::on`]; `off`
//! evaluates the restore code.

pub mod detect;
mod render;

use crate::environment::{Change, Environment, KEYS, VARIABLES};

/// The dialects that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    /// dash, ksh, busybox and POSIX mode
    Sh,
}

/// The shell's variable that holds the restore code. It is not exported.
pub const RESTORE_CODE: &str = "__awsmfa_off";

impl Shell {
    /// `value` as one literal word of this shell.
    ///
    /// In the sh family nothing is special between single quotes but the quote itself. fish also
    /// reads `\\` and `\'` there, which is why POSIX quoting would execute code in it.
    pub fn quote(self, value: &str) -> String {
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
    pub fn render_on(self, changes: &[Change], environment: &Environment) -> String {
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
            ("KEY-NAMES", &KEYS),
            ("UNSET-NAMES", &unset),
        ];
        let (before, after) = code.split_once("DESCRIBE_FUNCTION").unwrap_or((code, ""));
        self.render(&[before, describe, after], &names, changes, environment)
    }

    /// The code that restores what the terminal had before the session. In a shell that never ran
    /// `on`, it makes `changes`, from [`crate::environment::off`].
    pub fn render_off(self, changes: &[Change], environment: &Environment) -> String {
        let code = match self {
            Self::Bash | Self::Sh | Self::Zsh => include_str!("../../shell/off.sh"),
            Self::Fish => include_str!("../../shell/off.fish"),
        };
        self.render(&[code], &[], changes, environment)
    }

    /// Code that changes nothing and ends with status 0.
    pub const fn nothing() -> &'static str {
        "true;\n"
    }

    /// The only text that fails and does nothing else in every shell.
    pub const fn failure() -> &'static str {
        "false\n"
    }

    /// The snippet for the rc file.
    pub const fn snippet(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../shell/awsmfa.bash"),
            Self::Zsh => include_str!("../../shell/awsmfa.zsh"),
            Self::Fish => include_str!("../../shell/awsmfa.fish"),
            Self::Sh => include_str!("../../shell/awsmfa.sh"),
        }
    }

    /// What `init --renew` adds to the snippet; `None` where nothing runs before a prompt.
    pub const fn renewal(self) -> Option<&'static str> {
        match self {
            Self::Bash => Some(include_str!("../../shell/renew.bash")),
            Self::Zsh => Some(include_str!("../../shell/renew.zsh")),
            Self::Fish => Some(include_str!("../../shell/renew.fish")),
            Self::Sh => None,
        }
    }
}

#[cfg(test)]
mod tests;
