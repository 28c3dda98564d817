//! Messages repeat names and values of the user's files, and a secret may stand in the wrong place: as
//! a profile's name, in `mfa_serial`. Whatever looks like one is left out of the output.

use crate::secret::is_secret_access_key;

/// What stands for a secret.
const HIDDEN: &str = "[hidden: looks like a secret]";
/// Characters of a session token, and of the other secrets that are longer than an access key.
const LONG: usize = 41;
/// Characters of a TOTP secret in base32: the shortest in use, and one that has no digits or is in
/// lower case. Shorter ones look like ordinary names.
const SEED: usize = 16;
const PLAIN_SEED: usize = 32;

/// The text without what looks like a secret.
pub fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_of_secret) {
        let (before, from) = rest.split_at(start);
        let length = match from.get(..10) {
            Some(scheme) if scheme.eq_ignore_ascii_case("otpauth://") => {
                from.find(char::is_whitespace)
            }
            _ => from.find(|c| !is_of_secret(c)),
        };
        let (word, after) = from.split_at(length.unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(if is_secret(word) { HIDDEN } else { word });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a part of the text looks like a secret.
pub fn is_redacted(text: &str) -> bool {
    redacted(text) != text
}

fn is_of_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/+".contains(c)
}

fn is_secret(word: &str) -> bool {
    word.contains("://") || is_secret_access_key(word) || is_token(word) || is_seed(word)
}

/// A path has more parts between its slashes than base64, and never two slashes in a row, as tokens of
/// AWS have.
fn is_token(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    word.len() >= LONG
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && word.split('/').filter(|part| !part.is_empty()).count() * 10 <= word.len()
}

/// Not the ids of keys, users and roles, which have four letters and 16 or 17 more characters.
fn is_seed(word: &str) -> bool {
    let is_base32 = |is_letter: fn(&u8) -> bool| {
        let is_of_base32 = |byte: &u8| is_letter(byte) || (b'2'..=b'7').contains(byte);
        word.as_bytes().iter().all(is_of_base32)
    };
    let is_id = ["AKIA", "ASIA", "AIDA", "AROA"]
        .iter()
        .any(|kind| word.starts_with(kind) && matches!(word.len(), 20 | 21));
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let is_upper = is_base32(u8::is_ascii_uppercase);
    let least = if is_upper && has_digit {
        SEED
    } else {
        PLAIN_SEED
    };
    !is_id && word.len() >= least && (is_upper || is_base32(u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_left_out() {
        let token = "IQoJb3JpZ2luX2VjEJr/".repeat(12);
        for secret in [
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "JBSWY3DPEHPK3PXP",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
            "otpauth://totp/AWS:alice?secret=abc&issuer=AWS",
            &token,
        ] {
            for (before, after) in [("[", "] is"), ("profile ", ""), ("x=", "="), ("\"", "\",")] {
                let text = format!("{before}{secret}{after}");
                let shown = redacted(&text);
                let tail = if secret.contains("://") { "" } else { after };
                assert!(
                    shown.starts_with(&format!("{before}{HIDDEN}{tail}")),
                    "{shown}"
                );
            }
        }
    }

    #[test]
    fn ordinary_text_stays() {
        for text in [
            "~/.aws/credentials:12 [dev] aws_access_key_id: AKIAIOSFODNN7EXAMPLE",
            "arn:aws:iam::123456789012:role/OrganizationAccountAccessRole",
            "/Users/alice/Documents2/Projects/Company/Configurations/aws",
            "/private/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/credentials",
            "PRODUCTIONADMINISTRATOR and productionaccountadministrator",
            "https://sts.eu-west-1.amazonaws.com",
            "GAHT12345678 AIDACKCEVSQ6C2EXAMPLE",
            "",
        ] {
            assert_eq!(redacted(text), text);
        }
    }
}
