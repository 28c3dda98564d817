//! The applet's password: the key derived from it, and how either side proves that it knows the key
//! without showing it.
//! Source: <https://developers.yubico.com/OATH/YKOATH_Protocol.html>, VALIDATE and SET CODE.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Rounds of PBKDF2, the same in every Yubico tool.
const ROUNDS: u32 = 1000;

/// The key that is derived from a password for one device: 16 bytes, salted with the device's id.
#[derive(Clone)]
pub struct AccessKey {
    pub device_id: Vec<u8>,
    key: Zeroizing<[u8; 16]>,
}

impl AccessKey {
    /// PBKDF2-HMAC-SHA1 of the password's UTF-8.
    pub fn derive(password: &str, device_id: &[u8]) -> Self {
        let mut key = Zeroizing::new([0; 16]);
        pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), device_id, ROUNDS, &mut *key);
        Self {
            device_id: device_id.to_vec(),
            key,
        }
    }

    /// The answer to `challenge` that proves knowledge of this key.
    pub fn response(&self, challenge: &[u8]) -> [u8; 20] {
        let mut mac = self.mac();
        mac.update(challenge);
        mac.finalize().into_bytes().into()
    }

    /// Whether `response` is that answer. Compares in constant time.
    pub fn proves(&self, challenge: &[u8], response: &[u8]) -> bool {
        self.response(challenge).ct_eq(response).into()
    }

    #[expect(
        clippy::expect_used,
        reason = "HMAC takes a key of any length (RFC 2104)"
    )]
    fn mac(&self) -> Hmac<Sha1> {
        Hmac::new_from_slice(&*self.key).expect("HMAC takes a key of any length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE_ID: [u8; 8] = [0x4B, 0xB7, 0xA7, 0xFA, 0xD7, 0xAF, 0x40, 0x1B];

    #[test]
    fn the_key_is_the_one_that_yubicos_tools_derive() {
        let key = AccessKey::derive("hunter2", &DEVICE_ID);
        assert_eq!(
            *key.key,
            0x159c_deb0_4f36_fc73_182f_068b_271a_2b90_u128.to_be_bytes()
        );
    }

    #[test]
    fn a_proof_is_accepted_whole_or_not_at_all() {
        let key = AccessKey::derive("hunter2", &DEVICE_ID);
        let proof = key.response(&[1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(key.proves(&[1, 2, 3, 4, 5, 6, 7, 8], &proof));
        assert!(!key.proves(&[1, 2, 3, 4, 5, 6, 7, 9], &proof));
        assert!(!key.proves(&[1, 2, 3, 4, 5, 6, 7, 8], &proof[..19]));
        assert!(!key.proves(&[1, 2, 3, 4, 5, 6, 7, 8], &[]));
    }
}
