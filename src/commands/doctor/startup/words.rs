//! The words of a line of shell code, as far as they can be told without running it.

/// A word without its quotes.
#[derive(Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// Whether a command may begin with it.
    pub is_command: bool,
}

/// After these, another command begins.
const PREFIXES: [&str; 19] = [
    "then",
    "do",
    "else",
    "elif",
    "if",
    "while",
    "until",
    "and",
    "or",
    "not",
    "!",
    "begin",
    "builtin",
    "command",
    "time",
    "eval",
    "noglob",
    "zsh-defer",
    "silent",
];

/// The words of a line. What stands in double quotes is one word, `$(…)` included.
pub fn words(line: &str) -> Vec<Word> {
    let mut all = Vec::new();
    let mut word: Option<String> = None;
    let (mut quote, mut is_command) = (None, true);
    let mut characters = line.chars().chain([' ']);
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '{') if word.as_ref().is_some_and(|word| word.ends_with('$')) => {
                let name = characters.by_ref().take_while(|next| *next != '}');
                let reference = format!("{{{}}}", name.collect::<String>());
                word.get_or_insert_default().push_str(&reference);
            }
            (None, _) if ends_word(character) => {
                if let Some(text) = word.take() {
                    let next = PREFIXES.contains(&&*text);
                    all.push(Word { text, is_command });
                    is_command &= next;
                }
                is_command |= !character.is_whitespace() && !"<>".contains(character);
            }
            _ => word.get_or_insert_default().push(character),
        }
    }
    all
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || ";&|(){}`<>".contains(character)
}

/// The pieces of a line between blanks, quotes, brackets and operators: finds a command wherever it
/// stands, also in `"$(…)"`.
pub fn pieces(line: &str) -> Vec<&str> {
    let between = |c: char| c.is_whitespace() || "\"'`()|;&<>{}=\\,[]".contains(c);
    let pieces = line.split(between);
    pieces.filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_their_arguments() {
        let commands = |line| -> Vec<String> {
            let commands = words(line).into_iter().filter(|word| word.is_command);
            commands.map(|word| word.text).collect()
        };
        for (line, expected) in [
            (". ~/.bashrc", &["."][..]),
            ("[ -f ~/.a ] && . ~/.a", &["[", "."]),
            (
                "if [ -f a ]; then source \"$HOME/a b\"; fi",
                &["if", "[", "then", "source", "fi"],
            ),
            ("echo . a", &["echo"]),
            ("export A='b; . c'", &["export"]),
            ("awsmfa init fish | source", &["awsmfa", "source"]),
            (r"\. a", &["."]),
        ] {
            assert_eq!(commands(line), expected, "{line}");
        }
        let quoted = words(r#"source "${ZDOTDIR:-$HOME}/a b"/c"#);
        assert_eq!(quoted[1].text, "${ZDOTDIR:-$HOME}/a b/c");
    }

    #[test]
    fn pieces_are_found_in_quotes_and_substitutions() {
        let line = r#"eval "$("$HOME/bin/awsmfa" init bash --renew)""#;
        let expected = ["eval", "$", "$HOME/bin/awsmfa", "init", "bash", "--renew"];
        assert_eq!(pieces(line), expected);
    }
}
