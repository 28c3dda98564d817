//! The code of a start-up file, line by line, without what does not run when the file is read:
//! comments, here-documents, the bodies of functions.

use crate::shell::Shell;

/// A command line: lines that belong together are joined.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Of the first line, from 1.
    pub number: usize,
    pub text: String,
    /// How many `if`, `case`, loops and blocks surround it.
    pub depth: usize,
    /// The function that is defined here.
    pub function: Option<String>,
}

const SH_OPENING: [&str; 7] = ["if", "case", "for", "while", "until", "select", "{"];
const SH_CLOSING: [&str; 4] = ["fi", "esac", "done", "}"];
const FISH_OPENING: [&str; 5] = ["if", "for", "while", "switch", "begin"];

/// The lines of a file that are still to be read, with their numbers.
type Lines<'a> = std::iter::Zip<std::ops::RangeFrom<usize>, std::str::Lines<'a>>;

/// The code of a file.
pub fn code(shell: Shell, text: &str) -> Vec<Code> {
    let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').lines());
    if shell.dialect().is_none() {
        return lines.filter_map(line).collect();
    }
    let (mut all, mut depth) = (Vec::new(), 0_usize);
    while let Some((number, first)) = lines.next() {
        let text = joined(first, &mut lines);
        if text.trim().is_empty() {
            continue;
        }
        let function = function(shell, &text);
        skip(shell, first, &text, function.is_some(), &mut lines);
        let (opened, closed) = match &function {
            Some(_) => (0, 0),
            None => blocks(shell, &text),
        };
        all.push(Code {
            number,
            text,
            depth: depth.saturating_sub(closed.saturating_sub(opened)),
            function,
        });
        depth = (depth + opened).saturating_sub(closed);
    }
    all
}

/// A line of a shell whose language is not known here. If it is indented, it may not always run.
fn line((number, text): (usize, &str)) -> Option<Code> {
    let text = without_comment(text);
    (!text.trim().is_empty()).then(|| Code {
        number,
        text: text.to_owned(),
        depth: usize::from(text.starts_with(char::is_whitespace)),
        function: None,
    })
}

/// A line and those that it goes on in, without comments.
fn joined(first: &str, lines: &mut Lines<'_>) -> String {
    let mut text = without_comment(first).to_owned();
    while goes_on(&text) {
        let Some((_, next)) = lines.next() else { break };
        let shorter = text.trim_end().trim_end_matches('\\').len();
        text.truncate(shorter);
        text.push(' ');
        text.push_str(without_comment(next));
    }
    text
}

/// Skips a here-document, and the body of a function, which ends at the indentation where it begins.
fn skip(shell: Shell, first: &str, text: &str, is_function: bool, lines: &mut Lines<'_>) {
    if let Some(end) = here_document(text) {
        lines.by_ref().find(|(_, line)| line.trim() == end);
    }
    if is_function && !ends_on_its_line(shell, text) {
        let indent = indent(first);
        let end = if shell == Shell::Fish { "end" } else { "}" };
        let ends = |line: &str| indent_of(line, end).is_some_and(|own| own <= indent);
        lines.by_ref().find(|(_, line)| ends(line));
    }
}

/// A backslash at its end, or an array whose parenthesis is still open.
fn goes_on(text: &str) -> bool {
    let end = text.trim_end();
    let array = text.split_once("=(").map(|(_, rest)| rest);
    let opened = |rest: &str| 1 + rest.matches('(').count();
    end.ends_with('\\') || array.is_some_and(|rest| opened(rest) > rest.matches(')').count())
}

/// A `#` begins a comment at the start of a word outside of quotes.
fn without_comment(line: &str) -> &str {
    let (mut quote, mut before) = (None, ' ');
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') if before.is_whitespace() || before == ';' => return &line[..at],
            (None, '\'' | '"') if before != '\\' => quote = Some(character),
            (Some(open), _) if open == character && before != '\\' => quote = None,
            _ => {}
        }
        before = character;
    }
    line
}

/// The line that ends the here-document which begins here.
fn here_document(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("<<")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start();
    let quoted = rest.trim_start_matches(['\'', '"', '\\']);
    let word = quoted.split(|c: char| !c.is_alphanumeric() && c != '_');
    let word = word.into_iter().next().unwrap_or_default();
    let is_word = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    is_word.then(|| word.to_owned())
}

/// The name of the function that the line begins to define.
fn function(shell: Shell, text: &str) -> Option<String> {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix("function ") {
        let ends = |c: char| c.is_whitespace() || "(){;".contains(c);
        let name = rest.trim_start().split(ends).next()?;
        return (!name.is_empty()).then(|| name.to_owned());
    }
    let (name, rest) = text.split_once('(')?;
    let (name, rest) = (name.trim_end(), rest.trim_start());
    let is_name =
        !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "=$\"'`".contains(c));
    (shell != Shell::Fish && is_name && rest.starts_with(')')).then(|| name.to_owned())
}

fn ends_on_its_line(shell: Shell, text: &str) -> bool {
    let end = text.trim_end();
    match shell {
        Shell::Fish => end.ends_with("; end") || end.ends_with(";end"),
        _ => end.ends_with('}'),
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The indentation of a line whose first word is `word`.
fn indent_of(line: &str, word: &str) -> Option<usize> {
    let rest = line.trim_start().strip_prefix(word)?;
    let ends =
        rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || ";)&|".contains(c));
    ends.then(|| indent(line))
}

/// How many blocks the line opens and closes.
fn blocks(shell: Shell, text: &str) -> (usize, usize) {
    let words = || text.split(|c: char| c.is_whitespace() || ";&|".contains(c));
    let count = |list: &[&str]| words().filter(|word| list.contains(word)).count();
    match shell {
        Shell::Fish => (count(&FISH_OPENING), count(&["end"])),
        _ => (count(&SH_OPENING), count(&SH_CLOSING)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(shell: Shell, text: &str) -> Vec<(usize, String, usize)> {
        let code = code(shell, text).into_iter();
        code.map(|code| (code.number, code.text.trim().to_owned(), code.depth))
            .collect()
    }

    #[test]
    fn what_does_not_run_is_left_out() {
        let text = "# a\nalias a='# b' # c\ncat <<'X'\nreturn\nX\nf() {\n  return\n}\n\
                    function g { echo; }\nif true; then\n  b\nfi\nreturn\n";
        let expected = [
            (2, "alias a='# b'", 0),
            (3, "cat <<'X'", 0),
            (6, "f() {", 0),
            (9, "function g { echo; }", 0),
            (10, "if true; then", 0),
            (11, "b", 1),
            (12, "fi", 0),
            (13, "return", 0),
        ];
        let expected = expected.map(|(number, text, depth)| (number, text.to_owned(), depth));
        assert_eq!(lines(Shell::Bash, text), expected);
    }

    #[test]
    fn lines_that_belong_together_are_joined() {
        let text = "a \\\n  b\nplugins=(\n  git # a\n  awsmfa\n)\nc\n";
        let read = lines(Shell::Zsh, text);
        let numbers: Vec<_> = read.iter().map(|line| line.0).collect();
        assert_eq!(numbers, [1, 3, 7], "{read:?}");
        assert!(read[1].1.contains("git") && read[1].1.contains("awsmfa"));
    }

    #[test]
    fn functions_are_known_by_their_names() {
        for (shell, text, name) in [
            (Shell::Bash, "aws-mfa-on () {", "aws-mfa-on"),
            (Shell::Zsh, "  function aws-mfa-on() { a; }", "aws-mfa-on"),
            (
                Shell::Fish,
                "function aws-mfa-on --description x",
                "aws-mfa-on",
            ),
        ] {
            let function = code(shell, text).remove(0).function;
            assert_eq!(function.as_deref(), Some(name));
        }
        for text in ["a=(b)", "echo $(b)", "(( a ))", "foo (bar)"] {
            assert_eq!(code(Shell::Bash, text)[0].function, None, "{text}");
        }
        let fish = "function a\n    if b\n        c\n    end\nend\nd\n";
        assert_eq!(lines(Shell::Fish, fish).len(), 2);
    }
}
