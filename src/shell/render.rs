//! From the files of `shell/` to the code that is printed.

use super::{RESTORE_CODE, Shell};
use crate::environment::{Change, Environment};

impl Shell {
    /// `code` of `shell/` without comments and indentation, and with the code that makes `changes`
    /// in place of the line `CHANGES`.
    pub(super) fn render(
        self,
        code: &str,
        changes: &[Change],
        environment: &Environment,
    ) -> String {
        let mut lines: Vec<_> = code.lines().filter_map(|line| self.line(line)).collect();
        // Restore code that this process can see was exported, and is none of ours (`set -a` and
        // hostile parents exist): evaluating it would run code from the environment.
        if environment.contains(RESTORE_CODE) {
            let [unset, ..] = self.words();
            lines.insert(0, format!("{unset}{RESTORE_CODE};\n"));
        }
        let changes = self.changes(changes);
        let lines = lines.iter().map(|line| match line.as_str() {
            "CHANGES;\n" => changes.as_str(),
            line => line,
        });
        lines.collect()
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
        let ends = self == Self::Fish || !goes_on;
        let end = if ends { ";\n" } else { "\n" };
        let is_assignment = line.starts_with("__awsmfa_") && line.split(' ').next()?.contains('=');
        Some(match self {
            Self::Sh | Self::Fish => format!("{line}{end}"),
            // zsh may warn of a plain assignment that creates a global variable.
            Self::Zsh if is_assignment => {
                let [_, _, keep, _] = self.words();
                format!("{keep}{}{end}", with_builtin(line))
            }
            Self::Bash | Self::Zsh => with_builtin(line) + end,
        })
    }

    /// The code that makes `changes`. Unsets first: a shell that stops half-way must not be left with
    /// a mixture.
    fn changes(self, changes: &[Change]) -> String {
        let [unset, export, keep, equals] = self.words();
        // What the shell keeps to itself is always unset: a variable that came with the environment
        // would stay exported.
        let unsets = changes
            .iter()
            .filter(|change| change.value.is_none() || !change.exported)
            .map(|change| format!("{unset}{};\n", change.name));
        let sets = changes.iter().filter_map(|change| {
            let value = self.quote(change.value.as_ref()?);
            let set = if change.exported { export } else { keep };
            Some(format!("{set}{}{equals}{value};\n", change.name))
        });
        unsets.chain(sets).collect()
    }

    /// What unsets a variable, exports it, or sets it for the shell alone, and what stands before the
    /// value. In bash and zsh, the user's aliases and functions are kept out; other programs read the
    /// lines of sh, so those are plain; fish's `set -g` never reaches a universal variable.
    const fn words(self) -> [&'static str; 4] {
        match self {
            Self::Bash => [r"\builtin unset ", r"\builtin export ", "", "="],
            Self::Zsh => [
                r"\builtin unset ",
                r"\builtin export ",
                r"\builtin typeset -g ",
                "=",
            ],
            Self::Sh => ["unset ", "export ", "", "="],
            Self::Fish => ["set -eg ", "set -gx ", "set -gu ", " "],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_indentation_and_placeholders_are_gone() {
        let nothing = Environment::of(&[]);
        for shell in [Shell::Bash, Shell::Zsh, Shell::Sh, Shell::Fish] {
            for text in [
                shell.render_on(&[], &nothing),
                shell.render_off(&[], &nothing),
            ] {
                let text = text.as_str();
                for word in ["-NAMES", "DESCRIBE_FUNCTION", "CHANGES"] {
                    assert!(!text.contains(word), "{text}");
                }
                let is_code = |line: &str| !line.starts_with([' ', '#']);
                assert!(text.lines().all(is_code), "{text}");
            }
        }
    }

    /// A profile can name a service as it likes, and the service becomes a part of a variable's name.
    #[test]
    fn no_name_is_taken_for_a_placeholder() {
        let placeholders = [
            "CHANGES",
            "FURTHER_NAMES",
            "UNSET_NAMES",
            "DESCRIBE_FUNCTION",
        ];
        let names = placeholders.map(|placeholder| format!("AWS_ENDPOINT_URL_{placeholder}"));
        let changes = names.clone().map(|name| Change {
            name: name.into(),
            value: Some(String::new()),
            exported: true,
        });
        for shell in [Shell::Bash, Shell::Zsh, Shell::Sh, Shell::Fish] {
            let text = shell.render_on(&changes, &Environment::of(&[]));
            assert!(text.contains(&names.join(" ")), "{text}");
        }
    }
}
