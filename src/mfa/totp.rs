//! Time-based one-time passwords, RFC 6238: the shared secret, as people keep it in a file, and
//! the code of a time step.

use anyhow::{Context, Result, bail, ensure};
use percent_encoding::percent_decode_str;
use totp_rs::{Algorithm, Builder};

use super::{CodeOrigin, TokenCode};
use crate::clock::Clock;
use crate::duration::in_words;

/// RFC 6238, section 4: X, the time step in seconds, is 30 by default; AWS uses no other.
pub const TIME_STEP_SECONDS: u64 = 30;

/// AWS takes six digits and no other number (STS `TokenCode`).
const DIGITS: u8 = 6;

/// A shared secret and how codes are computed from it. T0 is the Unix epoch.
pub struct Totp {
    totp: totp_rs::Totp,
}

impl Totp {
    /// From base32 (RFC 4648, section 6; any case, blanks, dashes, padding) or an `otpauth://` URI
    /// (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
    /// No error shows anything of the text.
    pub fn parse(text: &str) -> Result<Self> {
        match strip_prefix_ignore_case(text, "otpauth://") {
            Some(rest) => Self::of_uri(rest),
            None => Self::new(text, Algorithm::SHA1, TIME_STEP_SECONDS),
        }
    }

    /// `rest` is what follows `otpauth://`: `totp/LABEL?secret=…&algorithm=…&digits=…&period=…`.
    /// The code does not depend on the label or the issuer.
    fn of_uri(rest: &str) -> Result<Self> {
        let parameters = parameters(rest)?;
        // A period that is ignored here would make a wrong code of a right secret.
        let has_amp = parameters.iter().any(|(name, _)| name.starts_with("amp;"));
        ensure!(
            !has_amp,
            "the otpauth URI has &amp; in it, where & is meant"
        );
        let parameter = |name| {
            let mut values = parameters.iter().filter(|(other, _)| other == name);
            let value = values.next().map(|(_, value)| value.as_str());
            match values.next() {
                None => Ok(value),
                Some(_) => bail!("the otpauth URI has {name} twice"),
            }
        };
        ensure!(
            parameter("digits")?.is_none_or(|digits| digits.parse() == Ok(DIGITS)),
            "the otpauth URI does not say digits=6, and AWS takes no other number of digits"
        );
        let period = match parameter("period")?.map(str::parse) {
            None => TIME_STEP_SECONDS,
            Some(Ok(period @ 1..=3600)) => period,
            Some(_) => bail!("the otpauth URI's period is not 1 to 3600 seconds"),
        };
        let algorithm = parameter("algorithm")?.map_or(Ok(Algorithm::SHA1), algorithm)?;
        Self::new(parameter("secret")?.unwrap_or_default(), algorithm, period)
    }

    fn new(secret: &str, algorithm: Algorithm, period: u64) -> Result<Self> {
        // `build` refuses secrets under 128 bits, which some services hand out and oathtool takes.
        let totp = Builder::new()
            .with_algorithm(algorithm)
            .with_digits(DIGITS)
            .with_step_duration(period)
            .with_secret(shared_secret(secret)?)
            .build_noncompliant();
        Ok(Self { totp })
    }

    /// Length of a time step, in seconds.
    pub fn period(&self) -> u64 {
        self.totp.step()
    }

    /// The code of a time step.
    pub fn code(&self, time_step: u64) -> Result<TokenCode> {
        let token = self.totp.generate(time_step.saturating_mul(self.period()));
        let digits = token.to_string();
        TokenCode::parse(&digits, CodeOrigin::Computed { time_step })
    }
}

/// Seconds until the next code of the device, 1 to 30.
pub fn seconds_left(clock: &Clock) -> u64 {
    TIME_STEP_SECONDS - clock.aws_since_epoch().as_secs() % TIME_STEP_SECONDS
}

/// In words, for a person who types the codes.
pub fn next_code_in(clock: &Clock) -> String {
    in_words(seconds_left(clock))
}

/// Names in lower case, and values (RFC 3986, section 2.1).
fn parameters(uri: &str) -> Result<Vec<(String, String)>> {
    let (kind, _) = uri.split_once('/').unwrap_or((uri, ""));
    let is_totp = kind.eq_ignore_ascii_case("totp");
    ensure!(
        is_totp,
        "the otpauth URI is not of the type totp, the only one that AWS uses"
    );
    let (_, query) = uri.split_once('?').unwrap_or((uri, ""));
    let (query, _) = query.split_once('#').unwrap_or((query, ""));
    query
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = percent_decoded(name)?.trim().to_ascii_lowercase();
            Ok((name, percent_decoded(value)?))
        })
        .collect()
}

fn percent_decoded(text: &str) -> Result<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok();
    let decoded = decoded.context("the otpauth URI is not text")?;
    Ok(decoded.into_owned())
}

fn algorithm(name: &str) -> Result<Algorithm> {
    let name = name.replace('-', "").to_ascii_uppercase();
    match name.strip_prefix("HMAC").unwrap_or(&name) {
        "SHA1" => Ok(Algorithm::SHA1),
        "SHA256" => Ok(Algorithm::SHA256),
        "SHA512" => Ok(Algorithm::SHA512),
        _ => bail!("the otpauth URI's algorithm is not SHA1, SHA256 or SHA512"),
    }
}

/// The bytes of base32 text, however a person has typed it.
pub(super) fn shared_secret(base32: &str) -> Result<totp_rs::Secret> {
    let letters: String = base32
        .trim_end_matches(|character: char| character == '=' || character.is_whitespace())
        .chars()
        .filter(|character| !character.is_whitespace() && *character != '-')
        .map(|character| character.to_ascii_uppercase())
        .collect();
    ensure!(!letters.is_empty(), "there is no secret in it");
    let secret = totp_rs::Secret::try_from_base32(&*letters)
        .ok()
        .context("the secret is not base32 (letters and the digits 2 to 7)")?;
    // 1, 3 and 6 letters over a multiple of 8 hold no whole number of bytes (RFC 4648, section 6):
    // a letter was lost on the way.
    let is_cut = matches!(letters.len() % 8, 1 | 3 | 6);
    ensure!(
        !is_cut,
        "the secret is incomplete: no base32 text has this length"
    );
    Ok(secret)
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start
        .eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests;
