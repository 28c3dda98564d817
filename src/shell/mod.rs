//! Shell code: quoting and rendering per dialect, and the snippets.
//!
//! What is printed has one statement per line, each ended by `;`, so that it also survives an
//! unquoted `eval $(…)` that joins the lines. Before anything is changed, the text of [`on`]
//! (`render_on`) saves what the terminal has as the **way back**: shell code in the unexported
//! variable `__awsmfa_off`. Only the shell itself can do that: it alone knows its unexported
//! variables, and this process may have been given others (`AWS_PROFILE=x awsmfa env`). Backslashes
//! keep the user's aliases out of that code; `unset` and `export` stand plain, as they are known.
//!
//! [`on`]: crate::environment::on

pub mod detect;

use zeroize::Zeroizing;

use crate::environment::{BASE, Change, Environment, PROFILE_NAMES, UNIVERSAL_PROFILE, VARIABLES};

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

/// The prefix of fish's `set` that never reaches a universal variable: those lie on disk, for all
/// terminals.
const FISH_UNSET: &str = "set -eg";

impl Shell {
    /// `value` as one literal word of this shell.
    ///
    /// In the sh family nothing is special between single quotes but the quote itself. fish also
    /// reads `\\` and `\'` there, which is why POSIX quoting would execute code in it.
    pub fn quote(self, value: &str) -> Zeroizing<String> {
        let inner = match self {
            Self::Bash | Self::Zsh | Self::Sh => Zeroizing::new(value.replace('\'', r"'\''")),
            Self::Fish => {
                let slashes = Zeroizing::new(value.replace('\\', r"\\"));
                Zeroizing::new(slashes.replace('\'', r"\'"))
            }
        };
        Zeroizing::new(format!("'{}'", *inner))
    }

    /// The code that saves the way back (unless there is one) and makes `changes`.
    ///
    /// Where a variable is read-only, nothing is changed at all and the status is 1.
    pub fn render_on(self, changes: &[Change], environment: &Environment) -> Zeroizing<String> {
        let mut out = Text::with_capacity(changes);
        out.push(&self.disown_inherited(environment));
        match self {
            Self::Bash | Self::Sh | Self::Zsh => self.sh_on(&mut out, changes),
            Self::Fish => fish_on(&mut out, changes),
        }
        out.0
    }

    /// The code that goes the way back; without one, that removes an inherited session (`changes`,
    /// from [`crate::environment::off`]).
    pub fn render_off(self, changes: &[Change], environment: &Environment) -> Zeroizing<String> {
        let names = names(changes);
        let mut out = Text::with_capacity(changes);
        out.push(&self.disown_inherited(environment));
        if self == Self::Fish {
            let remove = prefixed(FISH_UNSET, &names).unwrap_or_else(|| "true".into());
            out.push(&format!(
                "if test -n \"$__awsmfa_off\"; eval $__awsmfa_off; {FISH_UNSET} {WAY_BACK};\n\
                 else; {remove}; end;\ntrue;\n"
            ));
        } else {
            let remove = prefixed("unset", &names).unwrap_or_else(|| ":".into());
            out.push(&format!(
                "if [ -n \"${{__awsmfa_off-}}\" ]; then \\eval \"$__awsmfa_off\"; unset {WAY_BACK};\n\
                 else {remove}; fi;\n"
            ));
        }
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
        let unset = if self == Self::Fish {
            FISH_UNSET
        } else {
            "unset"
        };
        format!("{unset} {WAY_BACK};\n")
    }

    fn sh_on(self, out: &mut Text, changes: &[Change]) {
        // A read-only variable would stop half-way, and dash would end: tried in a subshell first.
        let all = [&VARIABLES[..], &beyond_the_list(changes)]
            .concat()
            .join(" ");
        out.push(&format!("if (unset {all}) 2>/dev/null; then :;\n"));
        out.push(if self == Self::Zsh {
            include_str!("save.zsh")
        } else {
            include_str!("save.sh")
        });
        for name in VARIABLES {
            let touched = changes.iter().any(|change| change.name == name);
            let mode = if touched { "drop" } else { "keep" };
            out.push(&format!("__awsmfa_save {name} {mode};\n"));
        }
        let global = if self == Self::Zsh {
            "\\builtin typeset -g "
        } else {
            ""
        };
        self.keep_way_back(out, changes, global);
        out.kept(self, changes, "unset", global, "=");
        out.push(
            "unset __awsmfa_new; unset -f __awsmfa_save; case $__awsmfa_a in a) unset __awsmfa_a; \\set -a;; *) unset __awsmfa_a;; esac;\n",
        );
        out.changes(self, changes, "unset", "export ", "=");
        out.push(
            "else echo 'awsmfa: could not change the session: one of its variables is read-only in this shell' >&2; false; fi;\n",
        );
    }

    fn keep_way_back(self, out: &mut Text, changes: &[Change], global: &str) {
        // dash marks for export what is unset under `set -a`, so both ways are gone without it.
        let (open, close) = if self == Self::Zsh {
            ("", "")
        } else {
            (
                "case \\$- in *a*) \\\\set +a; __awsmfa_a=a;; *) __awsmfa_a=;; esac;",
                "case \\$__awsmfa_a in a) unset __awsmfa_a; \\\\set -a;; *) unset __awsmfa_a;; esac;",
            )
        };
        out.push(&format!(
            "[ -n \"${{__awsmfa_off-}}\" ] || {{ unset {WAY_BACK}; {global}{WAY_BACK}=\"{open}${{__awsmfa_new:+unset {BASE};}}${{__awsmfa_new}}{close}\"; }};\n"
        ));
        let more = beyond_the_list(changes);
        if !more.is_empty() {
            out.push(&format!("{global}__awsmfa_new=;\n"));
            for name in more {
                out.push(&format!("__awsmfa_save {name} drop;\n"));
            }
            out.push(&format!(
                "{global}{WAY_BACK}=\"{open}${{__awsmfa_new}}{close}${WAY_BACK}\";\n"
            ));
        }
    }
}

/// The names that not every `on` changes. The way back may not know them yet, so it is told each
/// time, at its start: what was saved before comes later and wins.
fn beyond_the_list(changes: &[Change]) -> Vec<&str> {
    let exported = changes.iter().filter(|change| change.exported);
    let names = exported.map(|change| &*change.name);
    names.filter(|name| !VARIABLES.contains(name)).collect()
}

fn fish_on(out: &mut Text, changes: &[Change]) {
    out.push(include_str!("save.fish"));
    for name in VARIABLES {
        out.push(&format!("__awsmfa_save {name};\n"));
    }
    out.push("test -n \"$__awsmfa_off\"; or set -gu __awsmfa_off $__awsmfa_new;\n");
    let more = beyond_the_list(changes);
    if !more.is_empty() {
        out.push("set -gu __awsmfa_new;\n");
        for name in more {
            out.push(&format!("__awsmfa_save {name};\n"));
        }
        out.push("set -gu __awsmfa_off \"$__awsmfa_new$__awsmfa_off\";\n");
    }
    out.push("set -eg __awsmfa_new; functions -e __awsmfa_save;\n");
    out.kept(Shell::Fish, changes, FISH_UNSET, "set -gu ", " ");
    out.changes(Shell::Fish, changes, FISH_UNSET, "set -gx ", " ");
    // No global hides a universal variable from children, and erasing it would reach every terminal.
    let unset = changes
        .iter()
        .filter(|change| change.exported && change.value.is_none());
    for change in unset {
        let name = &*change.name;
        // What the next `on` must not take for the user's choice.
        let remember = if PROFILE_NAMES.contains(&name) {
            format!("set -gx {UNIVERSAL_PROFILE} ${name}; and ")
        } else {
            String::new()
        };
        out.push(&format!(
            "set -qU {name}; and {remember}echo 'awsmfa: {name} is a universal variable and stays visible: set -eU {name} removes it from all terminals' >&2;\n"
        ));
    }
    out.push("true;\n");
}

fn names(changes: &[Change]) -> String {
    changes
        .iter()
        .map(|change| &*change.name)
        .collect::<Vec<_>>()
        .join(" ")
}

fn prefixed(command: &str, names: &str) -> Option<String> {
    (!names.is_empty()).then(|| format!("{command} {names}"))
}

/// Shell code that is being written. It has room for everything from the start: a buffer that
/// grows leaves copies of secrets behind.
struct Text(Zeroizing<String>);

impl Text {
    /// More than the longest save code and all names of the list take.
    const FRAME: usize = 8 * 1024;

    /// More than the code around a name that stands in it several times.
    const AROUND_A_NAME: usize = 256;

    fn with_capacity(changes: &[Change]) -> Self {
        // Quoting makes four bytes of one at most.
        let values = changes.iter().filter_map(|change| change.value.as_ref());
        let longest: usize = values.map(|value| value.len() * 4).sum();
        let names = changes
            .iter()
            .map(|change| change.name.len() * 8 + Self::AROUND_A_NAME);
        let length = Self::FRAME + longest + names.sum::<usize>();
        Self(Zeroizing::new(String::with_capacity(length)))
    }

    fn push(&mut self, code: &str) {
        self.0.push_str(code);
    }

    /// Unsets first: a shell that stops half-way must not be left with a mixture.
    fn changes(&mut self, shell: Shell, changes: &[Change], unset: &str, set: &str, equals: &str) {
        let exported = changes.iter().filter(|change| change.exported);
        let (sets, unsets): (Vec<_>, Vec<_>) = exported.partition(|change| change.value.is_some());
        for change in unsets {
            self.push(&format!("{unset} {};\n", change.name));
        }
        for change in sets {
            self.set(shell, change, set, equals);
        }
    }

    /// What the shell keeps to itself. Unset first in any case: a variable that came with the
    /// environment would stay exported.
    fn kept(&mut self, shell: Shell, changes: &[Change], unset: &str, set: &str, equals: &str) {
        for change in changes.iter().filter(|change| !change.exported) {
            self.push(&format!("{unset} {};\n", change.name));
            self.set(shell, change, set, equals);
        }
    }

    fn set(&mut self, shell: Shell, change: &Change, set: &str, equals: &str) {
        if let Some(value) = &change.value {
            for part in [set, &*change.name, equals, &shell.quote(value), ";\n"] {
                self.push(part);
            }
        }
    }
}

#[cfg(test)]
mod tests;
