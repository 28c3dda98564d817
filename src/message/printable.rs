//! Text for a person: harmless for a terminal, and without the system's numbers.

/// Text that may have come from outside, made harmless for a terminal: control characters
/// (C0, DEL, C1) and the ones that reorder text are shown as `\u{…}`.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let reorders = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || reorders {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
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

    /// Unicode's `Bidi_Control`: <https://www.unicode.org/Public/UCD/latest/ucd/PropList.txt>
    const BIDI_CONTROLS: &str = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";

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
            ("a\u{202e}b", r"a\u{202e}b"),
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
            text in prop_oneof![any::<String>(), Just(BIDI_CONTROLS.to_owned()), "[\u{0}-\u{a0}\u{600}-\u{620}\u{2000}-\u{2070}]{0,20}"]
        ) {
            let shown = printable(&text);
            prop_assert!(!shown.chars().any(|c| c.is_control() || BIDI_CONTROLS.contains(c)));
        }
    }
}
