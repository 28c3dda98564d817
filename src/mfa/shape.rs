//! What a text that should be an MFA code, and is not, looks like. It may be a secret or a password, so
//! messages name its shape and never quote it.

use std::borrow::Cow;

/// What a text that is not six digits looks like, and what to do about it.
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

type Row = (
    fn(&str) -> bool,
    &'static str,
    Option<&'static str>,
    &'static str,
);

/// Test, words and hints; the first row whose test succeeds counts. (A password of a YubiKey would
/// pass for base32.)
const SHAPES: [Row; 6] = [
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
        is_secret,
        "looks like a secret",
        Some("put the secret into ~/.aws-mfa (chmod 600), and awsmfa computes the codes"),
        "use mfa_secret_process for a command that prints the secret",
    ),
    (
        |text| text.lines().nth(1).is_some(),
        "has several lines",
        None,
        "let it print only the code (gopass otp -o; for others: COMMAND | tail -n 1)",
    ),
    (
        |text| text.contains('\u{1b}'),
        "has colours or other escape sequences of terminals",
        None,
        "let it print the code without colours",
    ),
    (
        |text| text == "NOTSET",
        "is what an OnlyKey types if it does not know the time",
        Some("start the OnlyKey app, which sets its clock"),
        SIX_DIGITS,
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

/// An otpauth URI on whichever line, or a long text of base32 or hexadecimal digits. No copy of the
/// text is made.
fn is_secret(text: &str) -> bool {
    let scheme = b"otpauth://";
    let mut parts = text.as_bytes().windows(scheme.len());
    parts.any(|part| part.eq_ignore_ascii_case(scheme)) || is_base32(text) || is_hexadecimal(text)
}

/// Base32, possibly in groups, as AWS and apps show it. The letters of words are base32 too: so the
/// groups are of one length, and the letters of one case unless there are digits.
pub fn is_base32(text: &str) -> bool {
    let text = text.trim_end_matches(|letter: char| letter == '=' || letter.is_whitespace());
    let groups = || {
        text.split([' ', '-', '\u{a0}'])
            .filter(|group| !group.is_empty())
    };
    let letters = || groups().flat_map(str::bytes);
    let first = groups().next().map_or(0, str::len);
    let is_last = |index| index + 1 == groups().count();
    letters().all(|letter| letter.is_ascii_alphabetic() || (b'2'..=b'7').contains(&letter))
        && (letters().any(|letter| letter.is_ascii_digit())
            || letters().all(|letter| letter.is_ascii_uppercase())
            || letters().all(|letter| letter.is_ascii_lowercase()))
        && letters().count() >= SHORTEST_SECRET
        && groups()
            .enumerate()
            .all(|(index, group)| group.len() == first || is_last(index) && group.len() < first)
}

pub fn is_hexadecimal(text: &str) -> bool {
    text.len() >= 2 * SHORTEST_SECRET && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// 32 to 48 characters of modhex: up to 16 of the public identity, 32 of the password.
/// <https://developers.yubico.com/OTP/OTPs_Explained.html>
fn is_yubico_otp(text: &str) -> bool {
    (32..=48).contains(&text.len()) && text.bytes().all(|byte| b"cbdefghijklnrtuv".contains(&byte))
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
            ("otpauth://totp/AWS?secret=GEZDGNBV", "looks like a secret"),
            ("OTPAUTH://totp/AWS?secret=GEZDGNBV", "looks like a secret"),
            (
                "password\notpauth://totp/AWS?secret=GEZDGNBV",
                "looks like a secret",
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
            ("gezd gnbv gy3t qojq gez", "looks like a secret"),
            ("GEZDG-NBVGY-3TQOJ-Q", "looks like a secret"),
            (
                "3132333435363738393a3b3c3d3e3f4041424344",
                "looks like a secret",
            ),
            ("GEZDGNBV", "is some other text"),
            ("NOTSET", "is what an OnlyKey types"),
            ("\u{1b}[32m123456\u{1b}[0m", "has colours"),
            ("you are not logged in here", "is some other text"),
            ("Vault is locked by somebody", "is some other text"),
            ("correct horse battery staple", "is some other text"),
            ("Session key is invalid.", "is some other text"),
            ("1234x6", "is some other text"),
        ] {
            let shape = Shape::of(text);
            assert!(shape.words.starts_with(words), "{text:?}: {}", shape.words);
        }
    }
}
