//! What a text looks like that should be an MFA code and is not. It may be a secret or a password, so
//! messages name its shape and never quote it.

use std::borrow::Cow;

/// What a text looks like that is not six digits, and what to do about it.
pub struct Shape {
    /// `has 8 digits`: a message puts its subject before it.
    pub words: Cow<'static, str>,
    /// What to do if a person typed it.
    pub typed: Option<&'static str>,
    /// What to do if a command printed it.
    pub printed: &'static str,
}

/// Six digits are 20 bits; the shortest secrets in use are 80 bits, 16 characters of base32.
const SHORTEST_SECRET: usize = 16;

const SIX_DIGITS: &str = "its output must be six digits and nothing else";
const STORE_IT: Option<&str> =
    Some("put the secret into ~/.aws-mfa (chmod 600), and awsmfa computes the codes");

type Row = (
    fn(&str) -> bool,
    &'static str,
    Option<&'static str>,
    &'static str,
);

/// Test, words and hints; the first row whose test succeeds counts.
const SHAPES: [Row; 5] = [
    (
        |text| contains(text, "otpauth://"),
        "holds an otpauth URI, which is a secret",
        STORE_IT,
        "let it print the code, not the address that holds the secret",
    ),
    (
        |text| text.lines().nth(1).is_some(),
        "has several lines",
        None,
        "let it print only the code (gopass otp -o; for others: COMMAND | tail -n 1)",
    ),
    (
        is_yubico_otp,
        "is a YubiKey's own one-time password",
        Some(
            "a YubiKey types it when it is touched; AWS wants the six digits of the account in the \
             authenticator app",
        ),
        SIX_DIGITS,
    ),
    (
        |text| is_base32_secret(text) || is_hex_secret(text),
        "looks like a secret",
        STORE_IT,
        "let it compute the code from the secret: COMMAND | oathtool -b --totp -",
    ),
    (|_| true, "is some other text", None, SIX_DIGITS),
];

impl Shape {
    /// The shape of a text without blanks around it.
    pub fn of(text: &str) -> Self {
        let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b' ';
        let row = SHAPES.iter().find(|(is, ..)| is(text));
        match row.filter(|_| !text.bytes().all(is_digit)) {
            Some((_, words, typed, printed)) => Self {
                words: (*words).into(),
                typed: *typed,
                printed,
            },
            None => Self {
                words: digits(text),
                typed: None,
                printed: SIX_DIGITS,
            },
        }
    }
}

fn digits(text: &str) -> Cow<'static, str> {
    match text.bytes().filter(u8::is_ascii_digit).count() {
        0 => "is empty".into(),
        1 => "has 1 digit".into(),
        6 => "has blanks in odd places".into(),
        count => format!("has {count} digits").into(),
    }
}

/// In whatever case; `part` is ASCII. No copy of a text that may be a secret is made.
fn contains(text: &str, part: &str) -> bool {
    let mut windows = text.as_bytes().windows(part.len());
    windows.any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// 32 to 48 characters of modhex: up to 16 of the public identity, 32 of the password.
/// <https://developers.yubico.com/OTP/OTPs_Explained.html>
fn is_yubico_otp(text: &str) -> bool {
    (32..=48).contains(&text.len()) && text.bytes().all(|byte| b"cbdefghijklnrtuv".contains(&byte))
}

/// One word: the letters of a sentence are base32 too.
fn is_base32_secret(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    let has_only = |letter: fn(&u8) -> bool| {
        text.bytes()
            .all(|byte| letter(&byte) || (b'2'..=b'7').contains(&byte))
    };
    text.len() >= SHORTEST_SECRET
        && (has_only(u8::is_ascii_uppercase) || has_only(u8::is_ascii_lowercase))
}

fn is_hex_secret(text: &str) -> bool {
    text.len() >= 2 * SHORTEST_SECRET && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_has_its_words() {
        for (text, words) in [
            ("", "is empty"),
            ("1", "has 1 digit"),
            ("12345678", "has 8 digits"),
            ("1234 5678", "has 8 digits"),
            ("12 34 56", "has blanks in odd places"),
            ("otpauth://totp/AWS?secret=GEZDGNBV", "holds an otpauth URI"),
            ("OTPAUTH://totp/AWS?secret=GEZDGNBV", "holds an otpauth URI"),
            (
                "password\notpauth://totp/AWS?secret=GEZDGNBV",
                "holds an otpauth URI",
            ),
            ("123456\n234567", "has several lines"),
            (
                "cccccccfhcbelrhifnjrrddcgrburluurftrgfdrdifj",
                "is a YubiKey's own",
            ),
            ("GEZDGNBVGY3TQOJQ", "looks like a secret"),
            (
                "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====",
                "looks like a secret",
            ),
            ("gezdgnbvgy3tqojq", "looks like a secret"),
            (
                "3132333435363738393a3b3c3d3e3f4041424344",
                "looks like a secret",
            ),
            ("GEZDGNBV", "is some other text"),
            ("NOTSET", "is some other text"),
            ("\u{1b}[32m123456\u{1b}[0m", "is some other text"),
            ("you are not logged in here", "is some other text"),
            ("Session key is invalid.", "is some other text"),
            ("1234x6", "is some other text"),
        ] {
            let shape = Shape::of(text);
            assert!(shape.words.starts_with(words), "{text:?}: {}", shape.words);
        }
    }
}
