//! A line split into words as a POSIX shell does it, without running one: section headers
//! (`[profile "foo bar"]`) and `credential_process` (botocore uses Python's `shlex.split` for both).

/// The words, or `None` when a quote or an escape is not finished.
pub fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => single_quoted(&mut rest, word.get_or_insert_default())?,
            '"' => double_quoted(&mut rest, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(rest.next()?),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    Some(words)
}

fn single_quoted(rest: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '\'' => return Some(()),
            character => word.push(character),
        }
    }
}

fn double_quoted(rest: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '"' => return Some(()),
            '\\' => match rest.next()? {
                escaped @ ('"' | '\\') => word.push(escaped),
                // A backslash before anything else stands for itself.
                other => word.extend(['\\', other]),
            },
            character => word.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_shlex_does() {
        for (line, words) in [
            ("profile dev", Some(vec!["profile", "dev"])),
            ("profile \"foo bar\"", Some(vec!["profile", "foo bar"])),
            ("a 'b \"c' d\\ e", Some(vec!["a", "b \"c", "d e"])),
            ("x ''", Some(vec!["x", ""])),
            (r#"p "a\"b\$c""#, Some(vec!["p", r#"a"b\$c"#])),
            ("a\"b\"c", Some(vec!["abc"])),
            ("it's", None),
            ("end\\", None),
            ("", Some(vec![])),
        ] {
            let expected = words.map(|w| w.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(split(line), expected, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(line in "\\PC*|['\"\\\\ a]*") {
            let _ = split(&line);
        }
    }
}
