//! A word of nushell: how it is meant, and how a candidate is written.

/// What is meant by a word as it was typed, whose quote may still be open.
pub fn meant(typed: &str) -> String {
    let Some(quote @ ('"' | '\'' | '`')) = typed.chars().next() else {
        return typed.to_owned();
    };
    let rest = &typed[1..];
    let inner = rest.strip_suffix(quote).unwrap_or(rest);
    if quote != '"' {
        return inner.to_owned();
    }
    let mut word = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => word.extend(characters.next()),
            _ => word.push(character),
        }
    }
    word
}

/// `value` as one literal word.
pub fn written(value: &str) -> String {
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    // The only quotes in which nushell expands a home directory.
    if value.starts_with("~/") && !value.contains(['`', '*', '?', '[', '{']) {
        return format!("`{value}`");
    }
    if !value.contains('\'') {
        return format!("'{value}'");
    }
    format!("\"{}\"", value.replace('\\', r"\\").replace('"', r#"\""#))
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "-_./@+=:,%".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_and_written() {
        for (typed, word, quoted) in [
            ("dev", "dev", "dev"),
            (
                "--profile=n\u{f6}",
                "--profile=n\u{f6}",
                "--profile=n\u{f6}",
            ),
            ("'two w", "two w", "'two w'"),
            ("`two w`", "two w", "'two w'"),
            (r#""a\"b\\c"#, r#"a"b\c"#, r#"'a"b\c'"#),
            (r#""it's \"x\"""#, r#"it's "x""#, r#""it's \"x\"""#),
            ("$x", "$x", "'$x'"),
            ("~/x", "~/x", "`~/x`"),
            ("`~/x y", "~/x y", "`~/x y`"),
            ("~x", "~x", "'~x'"),
            ("", "", ""),
        ] {
            assert_eq!(meant(typed), word, "{typed}");
            assert_eq!(written(word), quoted, "{typed}");
        }
    }
}
