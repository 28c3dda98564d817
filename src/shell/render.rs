//! From the files of `shell/` to the code that is printed. Buffers are made in their full length: one
//! that grows leaves copies of secrets behind.

use zeroize::Zeroizing;

use super::{RESTORE_CODE, Shell};
use crate::environment::{Change, Environment};

/// How a dialect changes variables: what stands before the name and after it.
struct Words {
    unset: &'static str,
    export: &'static str,
    /// Sets a variable that no child process gets.
    keep: &'static str,
    equals: &'static str,
}

impl Shell {
    /// `code` of `shell/` without comments and indentation, and with the code that makes `changes`
    /// in place of the line `CHANGES`.
    pub(super) fn render(
        self,
        code: &str,
        changes: &[Change],
        environment: &Environment,
    ) -> Zeroizing<String> {
        let mut lines: Vec<_> = code.lines().filter_map(|line| self.line(line)).collect();
        // Restore code that this process can see was exported, and is none of ours (`set -a` and
        // hostile parents exist): evaluating it would run code from the environment.
        if environment.contains(RESTORE_CODE) {
            lines.insert(0, format!("{}{RESTORE_CODE};\n", self.words().unset));
        }
        let changes = self.changes(changes);
        let lines = lines.iter().map(|line| match line.as_str() {
            "CHANGES;
" => changes.as_str(),
            line => line,
        });
        Zeroizing::new(lines.collect::<Vec<_>>().concat())
    }

    /// A line as it is printed; `None` for a comment. A `;` ends each command, so that the code also
    /// survives an unquoted `eval $(…)`, which joins the lines.
    fn line(self, line: &str) -> Option<String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let last = line.rsplit(' ').next()?;
        let goes_on = ["then", "do", "else", "in", "{", "&&", "||", ";;"].contains(&last);
        let end = if goes_on && self != Self::Fish {
            "\n"
        } else {
            ";\n"
        };
        let is_assignment = line.starts_with("__awsmfa_") && line.split(' ').next()?.contains('=');
        Some(match self {
            Self::Sh | Self::Fish => format!("{line}{end}"),
            // zsh may warn of a plain assignment that creates a global variable.
            Self::Zsh if is_assignment => {
                format!("{}{}{end}", self.words().keep, with_builtin(line))
            }
            Self::Bash | Self::Zsh => with_builtin(line) + end,
        })
    }

    /// The code that makes `changes`. Unsets first: a shell that stops half-way must not be left with
    /// a mixture.
    fn changes(self, changes: &[Change]) -> Zeroizing<String> {
        let words = self.words();
        let line = |parts: &[&str]| Zeroizing::new(parts.concat());
        // What the shell keeps to itself is always unset: a variable that came with the environment
        // would stay exported.
        let unset = changes
            .iter()
            .filter(|change| change.value.is_none() || !change.exported)
            .map(|change| line(&[words.unset, &change.name, ";\n"]));
        let set = changes.iter().filter_map(|change| {
            let value = self.quote(change.value.as_ref()?);
            let set = if change.exported {
                words.export
            } else {
                words.keep
            };
            Some(line(&[set, &change.name, words.equals, &value, ";\n"]))
        });
        let lines: Vec<_> = unset.chain(set).collect();
        let lines: Vec<_> = lines.iter().map(|line| line.as_str()).collect();
        Zeroizing::new(lines.concat())
    }

    /// In bash and zsh, the user's aliases and functions are kept out. Other programs read the lines
    /// of sh, so those are plain. fish's `set -g` never reaches a universal variable.
    const fn words(self) -> Words {
        let [unset, export, keep, equals] = match self {
            Self::Bash => [r"\builtin unset ", r"\builtin export ", "", "="],
            Self::Zsh => [
                r"\builtin unset ",
                r"\builtin export ",
                r"\builtin typeset -g ",
                "=",
            ],
            Self::Sh => ["unset ", "export ", "", "="],
            Self::Fish => ["set -eg ", "set -gx ", "set -gu ", " "],
        };
        Words {
            unset,
            export,
            keep,
            equals,
        }
    }
}

/// `\unset` as `\builtin unset`, which keeps the user's functions out too.
fn with_builtin(line: &str) -> String {
    let mut with = String::new();
    for part in line.split_inclusive('\\') {
        let is_command = with.ends_with('\\') && part.starts_with(|c: char| c.is_ascii_lowercase());
        with.extend([if is_command { "builtin " } else { "" }, part]);
    }
    with
}
