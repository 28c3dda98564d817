//! An account of a virtual YubiKey, and the codes that it computes.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    Sha1 = 1,
    Sha256 = 2,
    Sha512 = 3,
}

/// An account; [`Account::totp`] gives the usual one.
#[derive(Clone, PartialEq, Debug)]
pub struct Account {
    pub id: Vec<u8>,
    pub secret: Vec<u8>,
    pub algorithm: Algorithm,
    pub digits: u8,
    pub touch: bool,
    /// The counter of an HOTP account; `None` for TOTP.
    pub counter: Option<u32>,
    /// A type that Yubico's documentation does not have.
    pub unknown: bool,
}

/// RFC 6238's secret.
pub const SECRET: &[u8] = b"12345678901234567890";

impl Account {
    pub fn totp(id: impl AsRef<[u8]>) -> Self {
        Self {
            id: id.as_ref().to_vec(),
            secret: SECRET.to_vec(),
            algorithm: Algorithm::Sha1,
            digits: 6,
            touch: false,
            counter: None,
            unknown: false,
        }
    }

    pub fn touch(id: impl AsRef<[u8]>) -> Self {
        Self {
            touch: true,
            ..Self::totp(id)
        }
    }

    pub fn unknown(id: impl AsRef<[u8]>) -> Self {
        Self {
            unknown: true,
            ..Self::totp(id)
        }
    }

    pub fn hotp(id: impl AsRef<[u8]>) -> Self {
        Self {
            counter: Some(0),
            ..Self::totp(id)
        }
    }

    /// The code of a time step, computed here: what a test expects to see.
    pub fn code(&self, time_step: u64) -> String {
        let value = self.truncated(&time_step.to_be_bytes());
        let code = u64::from(value) % 10_u64.pow(self.digits.into());
        format!("{code:0width$}", width = usize::from(self.digits))
    }

    pub fn hmac(&self, challenge: &[u8]) -> Vec<u8> {
        let hmac = match self.algorithm {
            Algorithm::Sha1 => hmac_sha1,
            Algorithm::Sha256 => hmac::<Hmac<Sha256>>,
            Algorithm::Sha512 => hmac::<Hmac<Sha512>>,
        };
        hmac(&self.secret, challenge)
    }

    /// RFC 4226, section 5.3.
    pub fn truncated(&self, challenge: &[u8]) -> u32 {
        let hmac = self.hmac(challenge);
        let offset = usize::from(hmac[hmac.len() - 1] & 0x0F);
        let bytes = hmac[offset..offset + 4].try_into().unwrap();
        u32::from_be_bytes(bytes) & 0x7FFF_FFFF
    }

    /// Type and algorithm, as LIST has them.
    pub fn kind(&self) -> u8 {
        let oath_type = match self {
            Self { unknown: true, .. } => 0x30,
            Self { counter: None, .. } => 0x20,
            _ => 0x10,
        };
        oath_type | self.algorithm as u8
    }
}

pub fn hmac_sha1(key: &[u8], data: &[u8]) -> Vec<u8> {
    hmac::<Hmac<Sha1>>(key, data)
}

fn hmac<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).unwrap();
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}
