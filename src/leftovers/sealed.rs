//! Encrypted files of 99designs' keyring, the file backend of aws-vault and granted. Only the name of a
//! file says what is in it.

use std::time::{Duration, UNIX_EPOCH};

use base64_simd::URL_SAFE_NO_PAD as BASE64;
use serde::Deserialize;

use super::Recognised;
use super::end::End;
use crate::dates::LAST_SECOND;

/// The header of an encrypted file (JWE, RFC 7516).
#[derive(Deserialize)]
struct Header {
    #[serde(rename = "alg")]
    _alg: String,
    #[serde(rename = "enc")]
    _enc: String,
}

/// A session of aws-vault: `TYPE,PROFILE,MFA_SERIAL,UNIXTIME`, names in base64. An item of another name
/// has long-term keys.
pub fn of_aws_vault(name: &str, bytes: &[u8]) -> Option<Recognised> {
    let [kind, profile, serial, end] = name.split(',').collect::<Vec<_>>()[..] else {
        return None;
    };
    let is_base64 = |text: &str| BASE64.decode_to_vec(text).is_ok();
    // Old versions wrote the names as they are.
    let is_session = kind == "session" || (is_base64(profile) && is_base64(serial));
    let end: u64 = end.parse().ok()?;
    let is_session = is_session && !kind.is_empty() && end <= LAST_SECOND;
    (is_session && is_sealed(bytes)).then(|| Recognised {
        better: Some("aws-vault clear"),
        end: End::At(UNIX_EPOCH + Duration::from_secs(end)),
        ..Recognised::without_keys("session of aws-vault")
    })
}

/// Any item of granted's stores for sessions and tokens, and the command that empties the store.
pub fn of_granted(bytes: &[u8], better: Option<&'static str>) -> Option<Recognised> {
    is_sealed(bytes).then(|| Recognised {
        better,
        is_of_tool: true,
        ..Recognised::without_keys("session or token of granted")
    })
}

fn is_sealed(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
    let parts: Vec<_> = text.split('.').collect();
    let header = parts
        .first()
        .and_then(|header| BASE64.decode_to_vec(header).ok());
    let header = header.and_then(|json| serde_json::from_slice::<Header>(&json).ok());
    parts.len() == 5 && header.is_some()
}
