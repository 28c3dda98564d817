//! The secret in what a command printed: the first line that is not empty, base32 or `otpauth://`.
//!
//! Some commands print an error and exit with status 0, and much text is valid base32 once its blanks
//! are gone. So it must also look like a secret. Messages name what it looks like and never quote it.

use anyhow::{Context as _, Result, anyhow};

use super::shape::{is_base32, is_hexadecimal};
use super::totp::Totp;
use crate::cli::six_digits;
use crate::message::hinted;

const ONLY_A_SECRET: &str =
    "the first line of its output must be the secret, base32 or an otpauth:// URI";

/// Test, words, hint.
type Row = (fn(&str) -> bool, &'static str, &'static str);

/// What a first line looks like that is no secret; the first row whose test succeeds counts.
const SHAPES: [Row; 6] = [
    (
        |line| six_digits(line).is_some(),
        "looks like an MFA code",
        "use mfa_process for a command that prints the code",
    ),
    (
        |line| starts_with(line, "steam://"),
        "is a secret of Steam, not of AWS",
        ONLY_A_SECRET,
    ),
    (
        |line| starts_with(line, "otpauth-migration://"),
        "is an export of Google Authenticator",
        "AWS shows the secret when the device is created (Show secret key); an export has to be \
         decoded first",
    ),
    (
        |line| line.starts_with(['{', '[']),
        "is JSON",
        "let it print only the secret (for Bitwarden: bw get item NAME | jq -r .login.totp)",
    ),
    (
        is_hexadecimal,
        "is hexadecimal",
        "store the secret in base32, without a line break (macOS's security prints hexadecimal if \
         there is one)",
    ),
    (|_| true, "is some other text", ONLY_A_SECRET),
];

/// # Errors
/// The first line is no secret, or one whose codes AWS does not take. `setting` is the command's.
pub fn parse(setting: &str, output: &str) -> Result<Totp> {
    let output = output.strip_prefix('\u{feff}').unwrap_or(output);
    let mut lines = output.lines().map(str::trim);
    let (shape, hint) = match lines.find(|line| !line.is_empty()) {
        None => ("is empty", ONLY_A_SECRET),
        Some(uri) if is_uri(uri) => return totp(setting, uri),
        // The first line is a password, then, which may be base32 too.
        Some(_) if lines.any(is_uri) => (
            "has several lines, and the otpauth URI is not the first",
            "let it print only the secret (pass otp uri NAME; for others: COMMAND | grep \
             ^otpauth:)",
        ),
        Some(line) if is_base32(line) => return totp(setting, line),
        Some(line) => {
            let row = SHAPES.iter().find(|(is, ..)| is(line));
            row.map_or(("", ""), |(_, words, hint)| (*words, *hint))
        }
    };
    let error = anyhow!("{setting} did not print a secret: its output {shape}");
    Err(hinted(error, hint))
}

fn totp(setting: &str, text: &str) -> Result<Totp> {
    Totp::parse(text).with_context(|| format!("the secret that {setting} printed cannot be used"))
}

fn is_uri(line: &str) -> bool {
    starts_with(line, "otpauth://")
}

fn starts_with(line: &str, scheme: &str) -> bool {
    let start = line.as_bytes().get(..scheme.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::hint_of;

    /// The code of RFC 6238's time step 1, or the error and its hint.
    fn outcome(output: &str) -> Result<String, String> {
        match parse("mfa_secret_process", output) {
            Ok(totp) => Ok(totp.code(1).unwrap().expose().to_owned()),
            Err(error) => Err(format!("{error:#} ({:?})", hint_of(&error))),
        }
    }

    #[test]
    fn the_first_line_that_is_not_empty_is_the_secret() {
        for output in [
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "gezdgnbvgy3tqojqgezdgnbvgy3tqojq\n",
            "GEZDgnbvGY3TqojqGEZDgnbvGY3Tqojq",
            " \r\n\r\n  GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ \r\n",
            "GEZDG-NBVGY-3TQOJ-QGEZD-GNBVG-Y3TQO-JQ======\nuser: alice\n",
            "\u{feff}otpauth://totp/AWS?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=AWS\n",
            "OTPAUTH://totp/AWS?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\nGEZDGNBVGY3TQOJQ",
        ] {
            assert_eq!(outcome(output).as_deref(), Ok("287082"), "{output:?}");
        }
    }

    #[test]
    fn anything_else_is_named_by_its_shape_and_not_quoted() {
        for (output, shape) in [
            ("", "is empty"),
            (" \n\t\n", "is empty"),
            ("123 456\n", "looks like an MFA code"),
            ("steam://ABCDEFGH", "a secret of Steam"),
            ("otpauth-migration://offline?data=hunter2", "Google"),
            ("{\"totp\": \"hunter2\"}", "is JSON"),
            ("3132333435363738393a3b3c3d3e3f4041424344", "hexadecimal"),
            ("hunter2\notpauth://totp/x?secret=GEZDGNBV", "several lines"),
            (
                "correcthorsebattery2\n\notpauth://totp/x?secret=GEZDGNBV",
                "several lines",
            ),
            ("you are not logged in here", "some other text"),
            ("Vault is locked by alice", "some other text"),
            ("correct horse battery staple", "some other text"),
            ("InteractionNotAllowed", "some other text"),
            ("Session key is invalid.", "some other text"),
            ("NOTFOUND", "some other text"),
            ("hunter2", "some other text"),
            ("hunter2\nGEZDGNBVGY3TQOJQ", "some other text"),
            ("otpauth://hotp/x?secret=GEZDGNBV", "not of the type totp"),
            ("otpauth://totp/x?secret=hunter2!", "not base32"),
            ("otpauth://totp/x?digits=8&secret=GEZDGNBV", "digits=6"),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY3", "incomplete"),
        ] {
            let said = outcome(output).unwrap_err();
            assert!(said.contains(shape), "{output:?}: {said}");
            for quoted in ["GEZD", "hunter2", "123 456", "3132", "alice", "correct"] {
                assert!(!said.contains(quoted), "{output:?}: {said}");
            }
        }
    }
}
