//! From the files of `shell/` to the code that is printed.

use std::borrow::Cow;

use super::{Dialect, RESTORE_CODE};
use crate::environment::{Change, Environment, VARIABLES, records};

impl Dialect {
    /// `code` of `shell/` without comments and indentation, with lists of names in place of their words,
    /// and with the code that makes `changes` in place of the line `CHANGES`, and what `environment` says of
    /// directories in place of `DIRECTORIES`.
    pub(super) fn render(
        self,
        code: &[&str],
        names: &[(&str, &[&str])],
        changes: &[Change],
        environment: &Environment,
    ) -> String {
        let mut text = String::new();
        // Restore code that this process can see was exported, and is none of ours (`set -a` and
        // hostile parents exist): evaluating it would run code from the environment.
        if environment.contains(RESTORE_CODE) {
            let [unset, ..] = self.words();
            text.extend([unset, RESTORE_CODE, ";\n"]);
        }
        let lines = code.iter().flat_map(|code| code.lines());
        for line in lines.map(str::trim_ascii) {
            match line.as_bytes() {
                [] | [b'#', ..] => {}
                b"CHANGES" => text.push_str(&self.changes(changes)),
                b"DIRECTORIES" => text.push_str(&self.directories(environment)),
                _ => self.push_line(&mut text, with_names(line, names).trim_ascii_end()),
            }
        }
        text
    }

    /// Adds a line as it is printed. A `;` ends each command, so that the code also survives an
    /// unquoted `eval $(…)`, which joins the lines.
    fn push_line(self, text: &mut String, line: &str) {
        let (first, last) = (line.split(' ').next(), line.rsplit(' ').next());
        let is_assignment =
            first.is_some_and(|word| word.starts_with("__awsmfa_") && word.contains('='));
        match self {
            Self::Sh | Self::Fish => text.push_str(line),
            Self::Bash | Self::Zsh => {
                if self == Self::Zsh && is_assignment {
                    // zsh may warn of a plain assignment that creates a global variable.
                    let [_, _, keep, _] = self.words();
                    text.push_str(keep);
                }
                push_with_builtin(text, line);
            }
        }
        let goes_on = ["then", "do", "else", "in", "{", "&&", "||", ";;"];
        let ends = self == Self::Fish || last.is_none_or(|last| !goes_on.contains(&last));
        text.push_str(if ends { ";\n" } else { "\n" });
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

    /// The code that restores a directory's variable in that directory only: for as long as the tool
    /// that has set it remembers the same.
    fn directories(self, environment: &Environment) -> String {
        let mut code = String::new();
        for record in records(environment) {
            let names = VARIABLES.into_iter().filter(|name| record.names(name));
            let names = names.collect::<Vec<_>>().join(" ");
            let (variable, text) = (record.variable, record.text);
            let line = match self {
                _ if names.is_empty() => continue,
                Self::Fish => format!(
                    r#"builtin contains $name {names}; and set restore "begin; set -eg $name; test "\${variable}" = {text}; and $restore; end""#
                ),
                Self::Bash | Self::Zsh | Self::Sh => format!(
                    r#"case ' {names} ' in *" $__awsmfa_name "*) __awsmfa_restore="\unset $__awsmfa_name; case \${{{variable}-}} in {text}) $__awsmfa_restore ;; esac" ;; esac"#
                ),
            };
            self.push_line(&mut code, &line);
        }
        code
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

/// Names of variables have no hyphen, so none that a profile brings is taken for one of the words.
fn with_names<'a>(line: &'a str, names: &[(&str, &[&str])]) -> Cow<'a, str> {
    let mut line = Cow::from(line);
    if line.contains("-NAMES") {
        for (word, names) in names {
            line = line.replace(word, &names.join(" ")).into();
        }
    }
    line
}

/// `\unset` as `\builtin unset`, and `\[` likewise, which keeps the user's functions out too.
fn push_with_builtin(text: &mut String, line: &str) {
    let mut parts = line.split('\\');
    text.extend(parts.next());
    for part in parts {
        let is_command = part.starts_with(|c: char| c.is_ascii_lowercase() || "[:".contains(c));
        text.extend(["\\", if is_command { "builtin " } else { "" }, part]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_indentation_and_placeholders_are_gone() {
        let nothing = Environment::of(&[]);
        for shell in [Dialect::Bash, Dialect::Zsh, Dialect::Sh, Dialect::Fish] {
            for text in [
                shell.render_on(&[], &nothing),
                shell.render_off(&[], &nothing),
            ] {
                let text = text.as_str();
                for word in ["-NAMES", "DESCRIBE_FUNCTION", "CHANGES", "DIRECTORIES"] {
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
        for shell in [Dialect::Bash, Dialect::Zsh, Dialect::Sh, Dialect::Fish] {
            let text = shell.render_on(&changes, &Environment::of(&[]));
            assert!(text.contains(&names.join(" ")), "{text}");
        }
    }
}
