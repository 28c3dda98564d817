//! Time-based one-time passwords, RFC 6238: the shared secret, as people keep it in a file, and
//! the code of a time step.

use anyhow::{Context, Result, bail, ensure};
use totp_rs::{Algorithm, Builder};
use zeroize::Zeroizing;

use super::{CodeOrigin, TokenCode};

/// RFC 6238, section 4: X, the time step in seconds, is 30 by default; AWS uses no other.
pub const TIME_STEP_SECONDS: u64 = 30;

/// AWS takes six digits and no other number (STS `TokenCode`).
const DIGITS: u8 = 6;

/// The parameters of a URI that decide about the code.
const DECISIVE: [&str; 4] = ["secret", "algorithm", "digits", "period"];

/// A shared secret and how codes are computed from it. T0 is the Unix epoch.
pub struct Totp {
    totp: totp_rs::Totp,
}

impl Totp {
    /// From base32 (RFC 4648, section 6; any case, blanks, dashes, padding) or an `otpauth://` URI
    /// (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
    /// No error shows anything of the text.
    pub fn parse(text: &str) -> Result<Self> {
        let parameters = match strip_prefix_ignore_case(text, "otpauth://") {
            Some(rest) => Parameters::of_uri(rest)?,
            None => Parameters::of_secret(Zeroizing::new(text.to_owned())),
        };
        parameters.totp()
    }

    /// Length of a time step, in seconds.
    pub fn period(&self) -> u64 {
        self.totp.step()
    }

    /// The code of a time step.
    pub fn code(&self, time_step: u64) -> Result<TokenCode> {
        let token = self.totp.generate(time_step.saturating_mul(self.period()));
        let digits = Zeroizing::new(token.to_string());
        TokenCode::parse(&digits, CodeOrigin::Computed { time_step })
    }
}

struct Parameters {
    secret: Zeroizing<String>,
    algorithm: Algorithm,
    period: u64,
}

impl Parameters {
    fn of_secret(secret: Zeroizing<String>) -> Self {
        Self {
            secret,
            algorithm: Algorithm::SHA1,
            period: TIME_STEP_SECONDS,
        }
    }

    /// `rest` is what follows `otpauth://`: `totp/LABEL?secret=…&algorithm=…&digits=…&period=…`.
    /// Issuer and label say nothing about the code.
    fn of_uri(rest: &str) -> Result<Self> {
        let (kind, _) = rest.split_once('/').unwrap_or((rest, ""));
        ensure!(
            kind.eq_ignore_ascii_case("totp"),
            "the otpauth URI is not of the type totp, the only one that AWS uses"
        );
        let (_, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (query, _) = query.split_once('#').unwrap_or((query, ""));
        let mut parameters = Self::of_secret(Zeroizing::default());
        let mut seen = Vec::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = percent_decoded(name)?.trim().to_ascii_lowercase();
            // A period that is passed over here would make a wrong code of a right secret.
            ensure!(
                !name.starts_with("amp;"),
                "the otpauth URI has &amp; in it, where & is meant"
            );
            parameters.set(&name, percent_decoded(value)?)?;
            ensure!(
                !seen.contains(&name) || !DECISIVE.contains(&name.as_str()),
                "the otpauth URI says its {name} twice"
            );
            seen.push(name);
        }
        Ok(parameters)
    }

    fn set(&mut self, name: &str, value: Zeroizing<String>) -> Result<()> {
        match name {
            "secret" => self.secret = value,
            "algorithm" => self.algorithm = algorithm(&value)?,
            "digits" => ensure!(
                value.parse() == Ok(DIGITS),
                "the otpauth URI does not say digits=6, and AWS takes no other number of digits"
            ),
            "period" => {
                let period = value
                    .parse()
                    .ok()
                    .filter(|period| (1..=3600).contains(period));
                self.period =
                    period.context("the otpauth URI's period is not 1 to 3600 seconds")?;
            }
            _ => {}
        }
        Ok(())
    }

    fn totp(self) -> Result<Totp> {
        // `build` refuses secrets under 128 bits, which some services hand out and oathtool takes.
        let totp = Builder::new()
            .with_algorithm(self.algorithm)
            .with_digits(DIGITS)
            .with_step_duration(self.period)
            .with_secret(shared_secret(&self.secret)?)
            .build_noncompliant();
        Ok(Totp { totp })
    }
}

fn algorithm(name: &str) -> Result<Algorithm> {
    let name = name.replace('-', "").to_ascii_uppercase();
    match name.strip_prefix("HMAC").unwrap_or(&name) {
        "SHA1" => Ok(Algorithm::SHA1),
        "SHA256" => Ok(Algorithm::SHA256),
        "SHA512" => Ok(Algorithm::SHA512),
        _ => bail!("the otpauth URI's algorithm is none of SHA1, SHA256 and SHA512"),
    }
}

fn shared_secret(base32: &str) -> Result<totp_rs::Secret> {
    let mut letters = Zeroizing::new(String::with_capacity(base32.len()));
    letters.extend(
        base32
            .trim_end_matches(|character: char| character == '=' || character.is_whitespace())
            .chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
            .map(|character| character.to_ascii_uppercase()),
    );
    ensure!(!letters.is_empty(), "there is no secret in it");
    ensure!(
        letters
            .bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7')),
        "the secret is not base32 (letters and the digits 2 to 7)"
    );
    // 1, 3 and 6 letters over a multiple of 8 hold no whole number of bytes (RFC 4648, section 6):
    // a letter was lost on the way.
    ensure!(
        !matches!(letters.len() % 8, 1 | 3 | 6),
        "the secret is cut: base32 has no such length"
    );
    totp_rs::Secret::try_from_base32(&*letters)
        .ok()
        .context("the secret is not base32")
}

/// RFC 3986, section 2.1.
fn percent_decoded(text: &str) -> Result<Zeroizing<String>> {
    let mut bytes = text.bytes();
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex_digit(bytes.next())? << 4 | hex_digit(bytes.next())?,
            _ => byte,
        });
    }
    let text = std::str::from_utf8(&decoded)
        .ok()
        .context("the otpauth URI is not text")?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn hex_digit(byte: Option<u8>) -> Result<u8> {
    byte.and_then(|byte| char::from(byte).to_digit(16))
        .and_then(|digit| u8::try_from(digit).ok())
        .context("the otpauth URI has a % that two hexadecimal digits do not follow")
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start
        .eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests;
