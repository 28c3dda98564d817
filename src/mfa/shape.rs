//! What a text that should be an MFA code looks like instead. The text itself may be a secret or a
//! password, so a message names its shape and never quotes it.

use std::fmt;

/// The shape of a text that is not six digits. Displayed, it follows what it is said of: "its
/// output has several lines".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Empty,
    /// This many digits and nothing else: another site's code.
    Digits(usize),
    /// On whichever line.
    OtpUri,
    SeveralLines,
    /// Colours, for example.
    ControlCharacters,
    YubicoOtp,
    /// What the `OnlyKey` types while it does not know the time.
    NotSet,
    /// Base32 or hexadecimal digits, long enough for the secret that codes are computed from.
    Secret,
    Other,
}

/// Six digits are 20 bits; the shortest secrets in use are 80 bits, 16 characters of base32.
const SHORTEST_SECRET: usize = 16;

impl Shape {
    /// The shape of a text without blanks around it.
    pub fn of(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else if contains(text, "otpauth://") {
            Self::OtpUri
        } else if text.lines().nth(1).is_some() {
            Self::SeveralLines
        } else if text.chars().any(char::is_control) {
            Self::ControlCharacters
        } else if text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b' ')
        {
            Self::Digits(text.bytes().filter(u8::is_ascii_digit).count())
        } else if text.contains("NOTSET") {
            Self::NotSet
        } else if is_yubico_otp(text) {
            Self::YubicoOtp
        } else if contains(text, "steam://") || is_base32_secret(text) || is_hex_secret(text) {
            Self::Secret
        } else {
            Self::Other
        }
    }

    /// What to do if a person typed it.
    pub fn hint_for_typing(self) -> Option<&'static str> {
        match self {
            Self::YubicoOtp => Some(
                "a YubiKey types it when it is touched; AWS wants the six digits of the account in \
                 the authenticator app",
            ),
            Self::NotSet => Some(NOT_SET),
            Self::OtpUri | Self::Secret => {
                Some("put the secret into ~/.aws-mfa (chmod 600), and awsmfa computes the codes")
            }
            _ => None,
        }
    }

    /// What to do if a command printed it.
    pub fn hint_for_command(self) -> &'static str {
        match self {
            Self::SeveralLines => {
                "let it print only the code (gopass otp -o; for others: COMMAND | tail -n 1)"
            }
            Self::Secret => {
                "let it compute the code from the secret: COMMAND | oathtool -b --totp -"
            }
            Self::OtpUri => "let it print the code, not the address that holds the secret",
            Self::NotSet => NOT_SET,
            _ => "its output must be six digits and nothing else",
        }
    }
}

const NOT_SET: &str = "an OnlyKey types NOTSET until its app has set its clock: open the app";

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::Digits(1) => f.write_str("has 1 digit"),
            Self::Digits(6) => f.write_str("has blanks in odd places"),
            Self::Digits(count) => write!(f, "has {count} digits"),
            Self::OtpUri => f.write_str("holds an otpauth URI, which is a secret"),
            Self::SeveralLines => f.write_str("has several lines"),
            Self::ControlCharacters => f.write_str("has control characters, such as colours"),
            Self::YubicoOtp => f.write_str("is a YubiKey's own one-time password"),
            Self::NotSet => f.write_str("says NOTSET"),
            Self::Secret => f.write_str("looks like a secret"),
            Self::Other => f.write_str("is some other text"),
        }
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

/// One word of base32, or groups of one size as sites show them; a sentence has neither.
fn is_base32_secret(text: &str) -> bool {
    let words = || text.trim_end_matches('=').split([' ', '-']);
    let size = words().next().map_or(0, str::len);
    let is_grouped = words().rev().skip(1).all(|word| word.len() == size);
    let has_only = |letter: fn(&u8) -> bool| {
        let allowed = |byte: u8| letter(&byte) || (b'2'..=b'7').contains(&byte);
        words().all(|word| word.bytes().all(allowed))
    };
    words().map(str::len).sum::<usize>() >= SHORTEST_SECRET
        && is_grouped
        && (has_only(u8::is_ascii_uppercase) || has_only(u8::is_ascii_lowercase))
}

fn is_hex_secret(text: &str) -> bool {
    text.len() >= 2 * SHORTEST_SECRET && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_has_a_name() {
        for (text, shape) in [
            ("", Shape::Empty),
            ("1", Shape::Digits(1)),
            ("12345678", Shape::Digits(8)),
            ("1234 5678", Shape::Digits(8)),
            ("otpauth://totp/AWS?secret=GEZDGNBV", Shape::OtpUri),
            (
                "password\notpauth://totp/AWS?secret=GEZDGNBV",
                Shape::OtpUri,
            ),
            ("123456\n234567", Shape::SeveralLines),
            ("\u{1b}[32m123456\u{1b}[0m", Shape::ControlCharacters),
            ("NOTSET", Shape::NotSet),
            (
                "cccccccfhcbelrhifnjrrddcgrburluurftrgfdrdifj",
                Shape::YubicoOtp,
            ),
            ("GEZDGNBVGY3TQOJQ", Shape::Secret),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====", Shape::Secret),
            ("gezd gnbv gy3t qojq", Shape::Secret),
            ("gezd-gnbv-gy3t-qojq-ge", Shape::Secret),
            ("OTPAUTH://totp/AWS?secret=GEZDGNBV", Shape::OtpUri),
            ("steam://GEZDGNBVGY3TQOJQ", Shape::Secret),
            ("3132333435363738393a3b3c3d3e3f4041424344", Shape::Secret),
            ("GEZDGNBV", Shape::Other),
            ("you are not logged in here", Shape::Other),
            ("Session key is invalid.", Shape::Other),
            ("1234x6", Shape::Other),
        ] {
            assert_eq!(Shape::of(text), shape, "{text:?}");
        }
    }
}
