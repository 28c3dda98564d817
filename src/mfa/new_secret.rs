//! The secret of a virtual MFA device that AWS has just created, and the codes that prove it.

use anyhow::{Context as _, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::time_steps::TimeSteps;
use super::totp::{Totp, seconds_left};
use super::{CodeRequest, TokenCode};
use crate::clock::Clock;
use crate::secret::Secret;

/// The issuer in AWS's own QR codes, by which apps and the source `yubikey` recognize an account.
const ISSUER: &str = "Amazon Web Services";

/// What AWS's QR codes escape.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// Seconds that a time step must still last for two codes that are sent in it: whether AWS takes the
/// code of the step before the last is not known.
const MARGIN: u64 = 3;

/// A secret in base32, and what computes its codes.
pub struct NewSecret {
    base32: Secret,
    totp: Totp,
}

impl NewSecret {
    /// From `Base32StringSeed` of IAM's answer: base64 of the base32 text, as the AWS CLI decodes it,
    /// or that text itself, as the sample in AWS's API reference shows it. (A secret that was read in
    /// the wrong way would decode to bytes that are not base32.)
    pub fn of_seed(seed: &Secret) -> Result<Self> {
        let text: String = seed.expose().split_whitespace().collect();
        let decoded = base64_simd::STANDARD.decode_to_vec(&text).ok();
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let from_base64 = decoded.and_then(|text| Self::of_base32(&Secret::new(text)).ok());
        from_base64.map_or_else(|| Self::of_base32(&Secret::new(text)), Ok)
    }

    /// No error shows anything of the text.
    pub fn of_base32(text: &Secret) -> Result<Self> {
        let is_base32 = |byte: u8| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte);
        let bare = text.expose().trim_end_matches('=');
        let sound = bare.bytes().all(is_base32).then_some(bare);
        let bare = sound.context("the secret is not base32")?;
        Ok(Self {
            totp: Totp::parse(bare)?,
            base32: Secret::new(bare.to_owned()),
        })
    }

    pub fn base32(&self) -> &Secret {
        &self.base32
    }

    /// `otpauth://totp/Amazon%20Web%20Services:NAME@ACCOUNT?…`, as in AWS's own QR codes.
    pub fn uri(&self, account_name: &str) -> Secret {
        let encoded = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
        Secret::new(format!(
            "otpauth://totp/{}:{}?secret={}&issuer={}",
            encoded(ISSUER),
            encoded(account_name),
            self.base32.expose(),
            encoded(ISSUER)
        ))
    }
}

/// The codes of a device whose secret is at hand. The ledger learns of every time step.
pub struct NewCodes<'a> {
    clock: &'a Clock,
    secret: &'a NewSecret,
    steps: TimeSteps<'a>,
    /// The last time step whose code was handed out.
    last: u64,
}

impl<'a> NewCodes<'a> {
    pub fn new(request: CodeRequest<'a>, secret: &'a NewSecret) -> Self {
        Self {
            clock: request.context.clock,
            secret,
            steps: TimeSteps::new(request),
            last: 0,
        }
    }

    /// The codes of the previous and the current time step: nobody waits for the second one. A second
    /// pair has no code of the first: AWS may count codes as used that it refused.
    pub async fn pair(&mut self) -> Result<[TokenCode; 2]> {
        if seconds_left(self.clock) < MARGIN {
            self.steps
                .wait_for_next("the code is about to change")
                .await?;
        }
        let before = self.last;
        let mut current = self.claim().await?;
        if current == before + 1 {
            current = self.claim().await?;
        }
        let totp = &self.secret.totp;
        Ok([totp.code(current - 1)?, totp.code(current)?])
    }

    /// The code of the next time step that is free.
    pub async fn next(&mut self) -> Result<TokenCode> {
        let step = self.claim().await?;
        self.secret.totp.code(step)
    }

    async fn claim(&mut self) -> Result<u64> {
        let claimed = self.steps.claim_free(self.secret.totp.period()).await?;
        let time_step = claimed.time_step;
        claimed.used();
        self.last = time_step;
        Ok(time_step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE32: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn of_seed(seed: &str) -> Option<String> {
        let secret = NewSecret::of_seed(&Secret::new(seed.to_owned())).ok()?;
        Some(secret.base32().expose().to_owned())
    }

    #[test]
    fn the_seed_is_base64_of_base32_or_base32_itself() {
        let coded = base64_simd::STANDARD.encode_to_string(BASE32);
        let broken = format!("{}\n  {}\n", &coded[..40], &coded[40..]);
        for seed in [&coded, &broken, BASE32, &format!(" {BASE32}\n")] {
            assert_eq!(of_seed(seed).as_deref(), Some(BASE32), "{seed}");
        }
        for seed in ["", "====", "c2VjcmV0", "GEZDGNB1", "GEZDGNBVG", "a b"] {
            assert_eq!(of_seed(seed), None, "{seed}");
        }
    }

    #[test]
    fn the_uri_is_that_of_aws() {
        let secret = NewSecret::of_base32(&Secret::new(BASE32.to_owned())).unwrap();
        let uri = secret.uri("alice@123456789012");
        assert_eq!(
            uri.expose(),
            format!(
                "otpauth://totp/Amazon%20Web%20Services:alice@123456789012?secret={BASE32}\
                 &issuer=Amazon%20Web%20Services"
            )
        );
        let totp = Totp::parse(uri.expose()).unwrap();
        assert_eq!(
            totp.code(7).unwrap().expose(),
            secret.totp.code(7).unwrap().expose()
        );
    }
}
