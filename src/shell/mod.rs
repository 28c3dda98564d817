//! Shell code: quoting and rendering per dialect, and the snippets.
//!
//! What is printed has one statement per line, each ended by `;`, so that it also survives an
//! unquoted `eval $(…)` that joins the lines. Before anything is changed, the text of [`on`]
//! (`render_on`) saves what the terminal has as the **way back**: shell code in the unexported
//! variable `__awsmfa_off`. Only the shell itself can do that: it alone knows its unexported
//! variables, and this process may have been given others (`AWS_PROFILE=x awsmfa env`).
//!
//! [`on`]: crate::environment::on

pub mod detect;
mod fish;
mod sh;
mod text;

use zeroize::Zeroizing;

use self::text::Text;
use crate::environment::{Change, Environment, VARIABLES};

/// The dialects that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    /// dash, ksh, busybox and POSIX mode
    Sh,
}

/// The variable that holds the way back.
pub const WAY_BACK: &str = "__awsmfa_off";

impl Shell {
    /// `value` as one literal word of this shell.
    ///
    /// In the sh family nothing is special between single quotes but the quote itself. fish also
    /// reads `\\` and `\'` there, which is why POSIX quoting would execute code in it.
    pub fn quote(self, value: &str) -> Zeroizing<String> {
        // Room for all of it from the start: a buffer that grows leaves copies of secrets behind.
        let mut quoted = Zeroizing::new(String::with_capacity(4 * value.len() + 2));
        quoted.push('\'');
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

    /// The code that saves the way back (unless there is one) and makes `changes`.
    ///
    /// Where a variable is read-only, nothing is changed at all and the status is 1.
    pub fn render_on(self, changes: &[Change], environment: &Environment) -> Zeroizing<String> {
        let mut out = Text::with_capacity(changes);
        out.push(&self.disown_inherited(environment));
        match self {
            Self::Bash | Self::Sh | Self::Zsh => sh::on(self, &mut out, changes),
            Self::Fish => fish::on(&mut out, changes),
        }
        out.0
    }

    /// The code that goes the way back; without one, that removes an inherited session (`changes`,
    /// from [`crate::environment::off`]).
    pub fn render_off(self, changes: &[Change], environment: &Environment) -> Zeroizing<String> {
        let mut out = Text::with_capacity(changes);
        out.push(&self.disown_inherited(environment));
        out.push(&match self {
            Self::Bash | Self::Sh | Self::Zsh => sh::off(self, &names(changes)),
            Self::Fish => fish::off(&names(changes)),
        });
        out.0
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

    /// A way back that this process can see was exported: no work of ours (`set -a` and hostile
    /// parents exist), and evaluating it would run code from the environment.
    fn disown_inherited(self, environment: &Environment) -> String {
        if !environment.contains(WAY_BACK) {
            return String::new();
        }
        let unset = match self {
            Self::Bash | Self::Sh | Self::Zsh => sh::unset(self),
            Self::Fish => fish::UNSET,
        };
        format!("{unset} {WAY_BACK};\n")
    }
}

/// The names that not every `on` changes. The way back may not know them yet, so it is told each
/// time, at its start: what was saved before comes later and wins.
fn beyond_the_list(changes: &[Change]) -> Vec<&str> {
    let exported = changes.iter().filter(|change| change.exported);
    let names = exported.map(|change| &*change.name);
    names.filter(|name| !VARIABLES.contains(name)).collect()
}

fn names<'a>(changes: impl IntoIterator<Item = &'a Change>) -> String {
    let names = changes.into_iter().map(|change| &*change.name);
    names.collect::<Vec<_>>().join(" ")
}

fn prefixed(command: &str, names: &str) -> Option<String> {
    (!names.is_empty()).then(|| format!("{command} {names}"))
}

#[cfg(test)]
mod tests;
