//! Time-based one-time passwords (RFC 6238: SHA-1, 30 seconds, 6 digits), as AWS checks them.
//!
//! Written apart from the program's own, so that the one tests the other.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds of one time step, where nothing else is asked for.
pub const STEP: u64 = 30;

/// The code of a time step. `digits`: 6 for AWS, 8 in the vectors of RFC 6238, appendix B.
pub fn code(secret: &[u8], step: u64, digits: u32) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 15);
    let word = [
        digest[offset],
        digest[offset + 1],
        digest[offset + 2],
        digest[offset + 3],
    ];
    let number = u32::from_be_bytes(word) & 0x7fff_ffff;
    let width = digits as usize;
    format!("{:0width$}", number % 10_u32.pow(digits))
}

/// The step that `token_code` belongs to, of those from `around` before the current one to as many
/// after it; the current one first.
pub fn matching_step(secret: &[u8], token_code: &str, current: u64, around: u64) -> Option<u64> {
    let near = (1..=around).flat_map(|far| [current.saturating_sub(far), current + far]);
    std::iter::once(current)
        .chain(near)
        .find(|step| code(secret, *step, 6) == token_code)
}

/// Base32 (RFC 4648) in capitals, padding optional.
pub fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut width) = (Vec::new(), 0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(value);
        width += 5;
        if width >= 8 {
            width -= 8;
            bytes.extend(u8::try_from(bits >> width));
            bits &= (1 << width) - 1;
        }
    }
    Some(bytes)
}
