//! Text for a person: harmless for a terminal, and without the system's numbers.

use serde::Serialize;

/// Text that may have come from outside, made harmless for a terminal: what [`is_harmful`] names is
/// shown as `\u{…}`.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmful(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// Control characters (C0, DEL, C1), and what reorders, hides or breaks up text: Unicode's category
/// Cf, its line and paragraph separators.
pub fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}'
            | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}')
}

/// JSON for a program, and one line end. A terminal may show it, so the same characters are
/// escaped: what is read back is the same. They stand in strings only, but for the line ends.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(escaped(&text, |character| {
        character != '\n' && is_harmful(character)
    }))
}

/// JSON in one line of printable ASCII, which every shell reads, whatever its character encoding is.
pub fn ascii_json(value: &impl Serialize) -> serde_json::Result<String> {
    let text = serde_json::to_string(value)?;
    Ok(escaped(&text, |character| !matches!(character, ' '..='~')))
}

/// With a line end, and with an escape in place of what a JSON string need not show as it is.
fn escaped(json: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(json.len() + 1);
    for character in json.chars() {
        if !is_escaped(character) {
            out.push(character);
            continue;
        }
        let mut units = [0; 2];
        let units = character.encode_utf16(&mut units).iter();
        out.extend(units.map(|unit| format!("\\u{unit:04x}")));
    }
    out.push('\n');
    out
}

/// The system's words for an error without its number: `Permission denied (os error 13)`.
pub fn without_numbers(text: &str) -> String {
    let mut parts = text.split(" (os error ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_printed_is_harmless() {
        for (text, shown) in [
            (
                "sts:AssumeRole \u{e4} \u{4e2d}",
                "sts:AssumeRole \u{e4} \u{4e2d}",
            ),
            (
                "\u{1b}[2J\n\r\u{7f}\u{9b}",
                r"\u{1b}[2J\u{a}\u{d}\u{7f}\u{9b}",
            ),
            (
                "a\u{202e}b\u{200b}\u{e0041}\u{ad}",
                r"a\u{202e}b\u{200b}\u{e0041}\u{ad}",
            ),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn the_system_s_numbers_are_left_out() {
        for (text, shown) in [
            ("a: No such file (os error 2)", "a: No such file"),
            ("x (os error 2): y (os error 13) (tried)", "x: y (tried)"),
            ("plain (text)", "plain (text)"),
            ("cut (os error ", "cut"),
        ] {
            assert_eq!(without_numbers(text), shown);
        }
    }

    proptest! {
        #[test]
        fn no_control_character_survives(
            text in prop_oneof![any::<String>(), "[\u{0}-\u{a0}\u{600}-\u{620}\u{2000}-\u{2070}\u{fff0}-\u{ffff}\u{e0000}-\u{e0080}]{0,20}"]
        ) {
            prop_assert!(!printable(&text).contains(is_harmful));
            let shown = json(&[&text]).unwrap();
            prop_assert!(!shown.replace('\n', "").contains(is_harmful));
            prop_assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [text]);
        }
    }
}
